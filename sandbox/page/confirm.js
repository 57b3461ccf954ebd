// @ts-check
/** The question that Slack asks before it tells the app of a button. */

import { el } from "./dom.js";
import { drawText } from "./mrkdwn.js";

/**
 * Ask, and tell whether the answer was yes.
 * @param {any} confirm
 * @param {any} scene
 * @returns {Promise<boolean>}
 */
export function ask(confirm, scene) {
  const { words } = scene;
  const text = (/** @type {any} */ given, /** @type {string} */ usual) =>
    given ? drawText(given, scene) : usual;
  const dialog = el(
    "dialog",
    { class: "confirm", role: "alertdialog", "aria-labelledby": "asked", "aria-describedby": "told" },
    el("h2", { id: "asked" }, text(confirm.title, words.confirm)),
    el("p", { id: "told" }, text(confirm.text, "")),
    el(
      "form",
      { method: "dialog", class: "row" },
      el("button", { class: "button", value: "no" }, text(confirm.deny, words.no)),
      el(
        "button",
        {
          class: `button ${confirm.style === "danger" ? "danger solid" : "primary"}`,
          value: "yes",
          autofocus: true,
        },
        text(confirm.confirm, words.yes),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answered) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      answered(dialog.returnValue === "yes");
    });
  });
}
