// @ts-check
/** A short list of things to do, which a button opens: by mouse or by keys, as Slack's menus. */

import { el } from "./dom.js";

const GAP = 4,
  EDGE = 8; // pixels between menu and button, menu and window

/**
 * Let a button open a menu; where both stand is up to the caller.
 * @param {any} button
 * @param {() => {text: Node | string, about?: string, chosen: () => unknown}[]} offers
 * @returns {HTMLElement} the menu, seen only while it is open
 */
export function menuOf(button, offers) {
  const list = el("div", { class: "menu", role: "menu", popover: "auto" });
  const entries = () => /** @type {HTMLElement[]} */ ([...list.children]);
  const close = () => list.hidePopover();
  const entry = (/** @type {any} */ { text, about, chosen }) => {
    const click = () => {
      close(); // the focus returns to the button
      chosen();
    };
    const more = about && el("small", { class: "soft" }, about);
    return el("button", { type: "button", role: "menuitem", tabindex: -1, on: { click } }, text, more);
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const all = entries(),
      at = all.indexOf(/** @type {any} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[/** @type {"Home"} */ (event.key)];
    if (to !== undefined) all.at(to % all.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const opened = (/** @type {any} */ event) => {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open") return removeEventListener("scroll", close, true);
    addEventListener("scroll", close, true);
    beside(list, button);
  };
  const opening = (/** @type {any} */ event) => {
    if (event.newState !== "open") return;
    list.replaceChildren(...offers().map(entry));
    entries()[0]?.setAttribute("autofocus", ""); // the browser does so at once
    list.style.opacity = "0"; // until it is known where it stands
  };
  for (const [name, heard] of Object.entries({ beforetoggle: opening, toggle: opened, keydown: keys }))
    list.addEventListener(name, heard);
  button.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (!/^Arrow(Up|Down)$/.test(event.key)) return;
    event.preventDefault();
    list.showPopover();
  });
  button.popoverTargetElement = list;
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  return list;
}

/** Put a menu below its button, or above where there is no room. @param {any} list @param {any} button */
function beside(list, button) {
  const at = button.getBoundingClientRect(),
    { width, height } = list.getBoundingClientRect();
  const below = at.bottom + GAP,
    above = Math.max(EDGE, at.top - GAP - height);
  list.style.top = `${below + height + EDGE < innerHeight ? below : above}px`;
  list.style.opacity = "";
  list.style.left = `${Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE))}px`;
}
