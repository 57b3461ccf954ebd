// @ts-check
/** What the page asks of the process that serves it. */

/** Something cannot be done; the message says why. */
export class Refusal extends Error {}

/** @param {string} path @param {RequestInit} [how] */
async function call(path, how) {
  const response = await fetch(path, how);
  const body = response.headers.get("Content-Type")?.includes("json")
    ? await response.json()
    : { error: await response.text() };
  if (!response.ok) throw new Refusal(body.error);
  return body;
}

/** @param {string} path @param {object} body */
const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Return all that a person sees. @param {string} person */
export const state = (person) => call(`/state?as=${encodeURIComponent(person)}`);

/** Return one request and its answer. @param {number} number */
export const exchange = (number) => call(`/log/${number}`);

/** Do something in Slack. @param {string} person @param {object} wish */
export const gesture = (person, wish) => post("/gesture", { as: person, ...wish });

/** Do something at the panel. @param {object} wish */
export const turn = (wish) => post("/panel", wish);

/**
 * Hear of every change, and whether the rehearsal is still there. A tab that nobody looks at hears
 * nothing: a browser keeps six connections to one server, for all its tabs together.
 * @param {() => void} changed
 * @param {(there: boolean) => void} present
 */
export function listen(changed, present) {
  /** @type {EventSource | null} */
  let source = null;
  const look = () => {
    source?.close();
    source = document.hidden ? null : new EventSource("/changes"); // its first news come at once
    source?.addEventListener("message", changed);
    source?.addEventListener("open", () => present(true));
    source?.addEventListener("error", () => present(false));
  };
  document.addEventListener("visibilitychange", look);
  look();
}
