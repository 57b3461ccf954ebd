// @ts-check
/** What can be made to go wrong: AlloMia's next answer, Slack, the app itself. */

import { el } from "./dom.js";

const ODD = {
  timeout: "no answer at all (the phone rings)",
  reset: "connection reset (the phone rings)",
  garbled: "an answer that is no JSON (the phone rings)",
  cut: "an answer cut in half (the phone rings)",
  "no-id": "201 without the call’s id (the phone rings)",
  slow: "answered after 5 seconds",
};
const RECORDS = {
  soon: "appears after 3 seconds",
  late: "appears after a minute",
  never: "never appears",
  twice: "appears twice",
  voicemail: "tells of a voicemail",
  "call-back": "tells that they want to be called back",
  wrong: "tells of a wrong number",
  "opt-out": "tells that no more calls are wanted",
  bare: "has neither summary nor transcript",
};
const WEATHER = { fine: "Fine", slow: "Slow", limited: "Rate-limited", down: "Down" };
const APP = { true: "Running", false: "Killed" };
const ABOUT = {
  slow: "Every answer of Slack comes two seconds late.",
  limited: "Slack answers every posting with 429 and “come back in 5 s”.",
  down: "Slack answers every request with 503. No call is lost; forms and answers asked for now are.",
  true: "",
  false: "Ringback was killed as by a power cut. What it had noted goes on when it runs again.",
};

const next = el("select", { id: "next-create", class: "input" });
const records = el("select", { id: "records", class: "input" });
const slack = segments("weather", WEATHER);
const app = segments("runs", APP);
const about = el("p", { class: "hint", "aria-live": "polite" });

export const switches = el(
  "div",
  { class: "switches" },
  el(
    "div",
    { class: "setting" },
    el("label", { for: "next-create" }, "The next request to place a call"),
    next,
  ),
  el(
    "div",
    { class: "setting" },
    el("label", { for: "records" }, "The record of what ends from now on"),
    records,
  ),
  el("fieldset", { class: "setting inline" }, el("legend", {}, "Slack"), slack),
  el("fieldset", { class: "setting inline" }, el("legend", {}, "Ringback"), app),
  about,
);

/** @param {any} scene */
export function drawSwitches(scene) {
  const { allomia, weather, runs } = scene.state;
  if (!next.childElementCount) fillIn(scene, allomia.faults);
  next.value = allomia.next ?? "";
  records.value = scene.state.records;
  next.classList.toggle("armed", Boolean(allomia.next));
  choose(slack, weather);
  choose(app, String(runs));
  app.parentElement.hidden = runs === null; // the app runs in somebody else's hands
  const key = /** @type {"slow"} */ (runs === false ? "false" : weather);
  about.textContent = ABOUT[key] ?? "";
}

/** @param {any} scene @param {{name: string, says: string}[]} faults */
function fillIn(scene, faults) {
  const option = (/** @type {any} */ { name, says }) =>
    el("option", { value: name }, says ? `${name}: ${says}` : (ODD[/** @type {"slow"} */ (name)] ?? name));
  const documented = faults.filter(({ name }) => /^\d+$/.test(name)),
    odd = faults.filter(({ name }) => !/^\d+$/.test(name));
  next.append(
    el("option", { value: "" }, "goes through"),
    el("optgroup", { label: "Documented refusals" }, ...documented.map(option)),
    el("optgroup", { label: "What networks do" }, ...odd.map(option)),
  );
  next.addEventListener("change", () => scene.turn({ do: "next", fault: next.value || null }));
  records.append(...Object.entries(RECORDS).map(([value, text]) => el("option", { value }, text)));
  records.addEventListener("change", () => scene.turn({ do: "records", records: records.value }));
  slack.addEventListener("change", (/** @type {any} */ { target }) =>
    scene.turn({ do: "weather", weather: target.value }),
  );
  app.addEventListener("change", (/** @type {any} */ { target }) =>
    scene.turn({ do: "app", runs: target.value === "true" }),
  );
}

/** Draw some choices side by side. @param {string} name @param {Record<string, string>} choices */
function segments(name, choices) {
  return el(
    "div",
    { class: "segments" },
    ...Object.entries(choices).map(([value, text]) =>
      el("label", { data: { value } }, el("input", { type: "radio", name, value }), el("span", {}, text)),
    ),
  );
}

/** @param {any} group @param {string} value */
function choose(group, value) {
  for (const input of group.querySelectorAll("input")) input.checked = input.value === value;
}
