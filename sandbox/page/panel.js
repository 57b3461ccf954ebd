// @ts-check
/** The right side: AlloMia, which is played here, what can be made to go wrong, and the log. */

import { busy } from "./blocks.js";
import { el, icon, keyed } from "./dom.js";
import { drawLog, log } from "./log.js";
import { drawSwitches, switches } from "./switches.js";

const ENDINGS = [
  ["completed", "Completed"],
  ["busy", "Busy"],
  ["no-answer", "No answer"],
  ["failed", "Failed"],
];
const RINGS = [
  ["1", "rings once"],
  ["0", "gets lost"],
  ["20", "rings 20 times"],
];
const root = /** @type {HTMLElement} */ (document.getElementById("panel"));
const calls = el("div", { class: "calls" });
const none = el(
  "p",
  { class: "none" },
  "No call yet. Type ",
  el("code", {}, "/call"),
  " in a conversation, and it appears here to be ended.",
);

/** @param {any} scene */
export function drawPanel(scene) {
  if (!root.childElementCount) build();
  const { allomia } = scene.state;
  none.hidden = allomia.calls.length > 0;
  keyed(
    calls,
    allomia.calls.map((/** @type {any} */ call) => ({ key: call.id, stamp: call.status, call })),
    ({ call }) => drawCall(call, scene),
  );
  allomia.calls.forEach((/** @type {any} */ call, /** @type {number} */ n) => {
    const facts = `${answered(call.rings)} · status asked ${call.asked}×`;
    /** @type {any} */ (calls.children[n].querySelector(".facts span")).textContent = facts;
  });
  drawSwitches(scene);
  drawLog(scene);
}

function build() {
  root.append(
    el(
      "section",
      { class: "allomia", "aria-labelledby": "allomia-title" },
      el(
        "header",
        {},
        el("h2", { id: "allomia-title" }, "AlloMia"),
        el("p", { class: "soft" }, "played by you: nobody is really called"),
      ),
      none,
      calls,
      switches,
    ),
    el(
      "section",
      { class: "log", "aria-labelledby": "log-title" },
      el(
        "header",
        {},
        el("h2", { id: "log-title" }, "Log"),
        el("p", { class: "soft" }, "what the three say to each other, newest first"),
      ),
      log,
    ),
  );
}

/** @param {any} call @param {any} scene */
function drawCall(call, scene) {
  const flying = call.status === "calling",
    id = `callback-${call.id}`;
  const rings = el(
    "select",
    { id, class: "small", data: { focus: "rings" } },
    ...RINGS.map(([value, name]) => el("option", { value }, name)),
  );
  const turn = (/** @type {any} */ wish) => scene.turn({ call: call.id, ...wish });
  const told = Object.entries(call.told)
    .map(([key, value]) => `${key}: ${value}`)
    .join(" · ");
  return el(
    "article",
    {
      class: `call ${flying ? "flying" : ""}`,
      "aria-label": call.name || call.number,
      data: { status: call.status },
    },
    el(
      "header",
      {},
      el("strong", {}, call.name || call.number),
      call.name && el("span", { class: "soft" }, call.number),
      el("span", { class: "pill", data: { status: call.status } }, flying ? "in flight" : call.status),
    ),
    told && el("p", { class: "soft told" }, told),
    flying &&
      el(
        "div",
        { class: "row endings" },
        ...ENDINGS.map(([status, name]) =>
          press(
            name,
            `end ${status}`,
            () => turn({ do: "end", status, ring: Number(rings.value) }),
            status === "completed" ? "good" : "",
          ),
        ),
      ),
    flying && el("div", { class: "row" }, el("label", { for: id }, "Its callback then"), rings),
    el(
      "div",
      { class: "row bells" },
      press("Ring", "ring", () => turn({ do: "ring" })),
      press("Ring ×20", "ring 20", () => turn({ do: "ring", times: 20 })),
      press(
        "Forge news",
        "forge news",
        () => turn({ do: "forge", what: "news" }),
        "",
        "A callback to the right address that lies about the outcome",
      ),
      press(
        "Forge address",
        "forge address",
        () => turn({ do: "forge", what: "address" }),
        "",
        "A callback by somebody who does not know the address",
      ),
    ),
    el("p", { class: "soft facts" }, icon("bell"), el("span")), // filled in with each change
  );
}

/** @param {number[]} rings */
function answered(rings) {
  if (!rings.length) return "never rung";
  const counts = new Map();
  for (const status of rings) counts.set(status, (counts.get(status) ?? 0) + 1);
  const each = [...counts].map(([status, n]) => `${status || "no answer"}${n > 1 ? ` ×${n}` : ""}`);
  return `rung ${rings.length}× (${each.join(", ")})`;
}

/**
 * @param {string} name
 * @param {string} focus
 * @param {() => Promise<unknown>} act
 * @param {string} [kind]
 * @param {string} [title]
 */
function press(name, focus, act, kind = "", title = "") {
  const node = el(
    "button",
    {
      type: "button",
      class: `chip ${kind}`,
      title: title || null,
      data: { focus },
      on: { click: () => busy(node, act) },
    },
    name,
  );
  return node;
}
