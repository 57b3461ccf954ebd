// @ts-check
/** A menu whose options the app gives while somebody types: Slack's external select. */

import { el } from "./dom.js";
import { drawText } from "./mrkdwn.js";

const PAUSE = 250; // milliseconds without a key before the app is asked
let lists = 0;

/** @param {any} element @param {any} chosen an option object @param {import("./inputs.js").Kit} kit */
export function combobox(element, chosen, kit) {
  const { scene } = kit,
    list = `options-${(lists += 1)}`,
    least = element.min_query_length ?? 3;
  const text = (/** @type {any} */ option) =>
    option ? (drawText(option.text, scene).textContent ?? "") : "";
  let timer = 0,
    at = -1;
  const menu = el("div", { class: "menu", role: "listbox", id: list, hidden: true });
  const input = el("input", {
    id: kit.id,
    class: "input",
    role: "combobox",
    autocomplete: "off",
    "aria-controls": list,
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    placeholder: element.placeholder?.text ?? scene.words.search,
    value: text(chosen),
    data: { focus: element.action_id },
  });
  const options = () => [...menu.querySelectorAll("[role=option]")];
  const show = (/** @type {boolean} */ open) => {
    menu.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  };
  const choose = (/** @type {any} */ option) => {
    chosen = option;
    input.value = text(option);
    show(false);
    kit.changed();
  };
  const mark = (/** @type {number} */ n) => {
    at = n;
    options().forEach((node, m) => node.setAttribute("aria-selected", String(n === m)));
    input.setAttribute("aria-activedescendant", options()[n]?.id ?? "");
  };
  const look = async () => {
    if (input.value.length < least) return show(false);
    const found = await kit.suggest(input.value);
    menu.replaceChildren(
      ...found.map((option, n) =>
        el(
          "div",
          {
            role: "option",
            id: `${list}-${n}`,
            on: {
              mousedown: (/** @type {Event} */ e) => {
                e.preventDefault();
                choose(option);
              },
            },
          },
          text(option),
        ),
      ),
    );
    if (!found.length) menu.append(el("p", {}, scene.words.nothing));
    mark(found.length ? 0 : -1);
    show(true);
  };
  const later = () => {
    chosen = null;
    clearTimeout(timer);
    timer = window.setTimeout(look, PAUSE);
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (menu.hidden) return event.key === "ArrowDown" ? void look() : undefined;
    const count = options().length;
    if (event.key === "ArrowDown") mark((at + 1) % count);
    else if (event.key === "ArrowUp") mark((at + count - 1) % count);
    else if (event.key === "Enter" && at >= 0) options()[at].dispatchEvent(new MouseEvent("mousedown"));
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const left = () => {
    show(false);
    input.value = text(chosen);
    kit.changed();
  };
  for (const [event, heard] of Object.entries({
    input: later,
    keydown: keys,
    blur: left,
    focus: () => least === 0 && look(),
  })) {
    input.addEventListener(event, /** @type {any} */ (heard));
  }
  return { node: el("div", { class: "combobox" }, input, menu), target: input, read: () => chosen };
}
