// @ts-check
/** The log of requests between the app, Slack and AlloMia; each unfolds to its JSON. */

import { exchange } from "./api.js";
import { el, keyed } from "./dom.js";

const PARTIES = { app: "App", slack: "Slack", allomia: "AlloMia", person: "Person" };

export const log = el("ol", { class: "exchanges" });

/** @param {any} scene */
export function drawLog(scene) {
  const items = scene.state.log.map((/** @type {any} */ one) => ({
    key: String(one.number),
    stamp: "",
    one,
  }));
  keyed(log, items, ({ one }) => draw(one));
}

/** @param {any} one */
function draw(one) {
  const bad = one.status === null || one.status >= 400 || one.error;
  const body = el("div", { class: "json" });
  return el(
    "li",
    {},
    el(
      "details",
      { on: { toggle: (/** @type {any} */ event) => event.target.open && unfold(body, one.number) } },
      el(
        "summary",
        {},
        el("span", { class: "at" }, one.at.toFixed(1)),
        party(one.from),
        el("span", { class: "arrow", "aria-label": "to" }, "→"),
        party(one.to),
        el("span", { class: "what", title: one.what }, one.what.replace(/ \/.*\//, " ")),
        el("span", { class: `status ${bad ? "bad" : ""}`, title: one.error }, one.error ?? String(one.status ?? "no answer")),
        el(
          "span",
          { class: "took" },
          one.seconds < 1 ? `${Math.round(one.seconds * 1000)} ms` : `${one.seconds.toFixed(1)} s`,
        ),
      ),
      body,
    ),
  );
}

/** @param {keyof typeof PARTIES} name */
const party = (name) => el("span", { class: "party", data: { party: name } }, PARTIES[name]);

/** @param {HTMLElement} body @param {number} number */
async function unfold(body, number) {
  if (body.childElementCount) return;
  const { request, answer } = await exchange(number);
  const part = (/** @type {string} */ name, /** @type {unknown} */ value) => [
    el("h3", {}, name),
    el("pre", { tabindex: "0" }, JSON.stringify(value, null, 2)),
  ];
  body.replaceChildren(...part("asked", request), ...part("answered", answer));
}
