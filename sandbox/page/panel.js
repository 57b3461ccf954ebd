// @ts-check
/** The right side, where AlloMia is played and Slack is disturbed. */

import { busy } from "./blocks.js";
import { el, icon, keyed } from "./dom.js";
import { drawLog, log } from "./log.js";

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
const WEATHER = [
  ["fine", "Fine"],
  ["slow", "Slow"],
  ["limited", "Rate-limited"],
  ["down", "Down"],
];
const ABOUT_WEATHER = {
  fine: "Slack answers at once.",
  slow: "Every answer of Slack comes two seconds late.",
  limited: "Slack answers every posting with 429 and “come back in 5 s”.",
  down: "Every request to Slack is answered with 503.",
};
const ODD = {
  timeout: "no answer at all (the phone rings)",
  reset: "connection reset (the phone rings)",
  garbled: "an answer that is no JSON (the phone rings)",
  cut: "an answer cut in half (the phone rings)",
  "no-id": "201 without the call’s id (the phone rings)",
  slow: "answered after 5 seconds",
};

const root = /** @type {HTMLElement} */ (document.getElementById("panel"));
const calls = el("div", { class: "calls" });
const none = el(
  "p",
  { class: "none" },
  "No call yet. Type ",
  el("code", {}, "/call"),
  " in a conversation, and it appears here to be ended.",
);
const next = el("select", { id: "next-create", class: "input" });
const weather = el("div", { class: "segments" });
const about = el("p", { class: "hint" });

/** @param {any} scene */
export function drawPanel(scene) {
  if (!root.childElementCount) build(scene);
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
  next.value = allomia.next ?? "";
  next.classList.toggle("armed", Boolean(allomia.next));
  for (const input of weather.querySelectorAll("input")) input.checked = input.value === scene.state.weather;
  about.textContent = ABOUT_WEATHER[/** @type {"fine"} */ (scene.state.weather)];
  root.dataset.weather = scene.state.weather;
  drawLog(scene);
}

/** @param {any} scene */
function build(scene) {
  next.append(el("option", { value: "" }, "goes through"), ...faults(scene.state.allomia.faults));
  next.addEventListener("change", () => scene.turn({ do: "next", fault: next.value || null }));
  weather.append(
    ...WEATHER.map(([value, name]) =>
      el(
        "label",
        {},
        el("input", {
          type: "radio",
          name: "weather",
          value,
          on: { change: () => scene.turn({ do: "weather", weather: value }) },
        }),
        el("span", {}, name),
      ),
    ),
  );
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
      el(
        "div",
        { class: "setting" },
        el("label", { for: "next-create" }, "The next request to place a call"),
        next,
      ),
      el("fieldset", { class: "setting" }, el("legend", {}, "Slack itself"), weather, about),
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

/** @param {{name: string, says: string}[]} faults */
function faults(faults) {
  const option = (/** @type {any} */ { name, says }) =>
    el("option", { value: name }, says ? `${name}: ${says}` : (ODD[/** @type {"slow"} */ (name)] ?? name));
  const documented = faults.filter(({ name }) => /^\d+$/.test(name)),
    odd = faults.filter(({ name }) => !/^\d+$/.test(name));
  return [
    el("optgroup", { label: "Documented refusals" }, ...documented.map(option)),
    el("optgroup", { label: "What networks do" }, ...odd.map(option)),
  ];
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
    { class: `call ${flying ? "flying" : ""}`, data: { status: call.status } },
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
      on: { click: () => busy(node, act()) },
    },
    name,
  );
  return node;
}
