// @ts-check
/** The fields of a form: each is drawn with what stands in it, and read again. */

import { el } from "./dom.js";
import { combobox } from "./combobox.js";
import { drawText } from "./mrkdwn.js";
import { fromLocal, toLocal } from "./time.js";

/**
 * @typedef {object} Kit what a field needs of its surroundings
 * @property {any} scene
 * @property {string} [id]
 * @property {boolean} [optional]
 * @property {() => unknown} changed
 * @property {(typed: string) => Promise<any[]>} suggest
 *
 * @typedef {object} Control
 * @property {HTMLElement} node
 * @property {HTMLElement} target what takes the focus
 * @property {() => unknown} read null: empty
 * @property {boolean} [group] several inputs under one label
 */

/** @type {Record<string, (element: any, value: any, kit: Kit) => Control>} */
export const CONTROLS = {
  plain_text_input: (element, value, kit) =>
    element.multiline ? area(element, value, kit) : line("text", element, value, kit),
  email_text_input: (element, value, kit) => line("email", element, value, kit),
  url_text_input: (element, value, kit) => line("url", element, value, kit),
  number_input: (element, value, kit) => line("text", element, value, kit, { inputmode: "decimal" }),
  datepicker: (element, value, kit) => line("date", element, value, kit),
  timepicker: (element, value, kit) => line("time", element, value, kit),
  datetimepicker: (element, value, kit) => {
    const local = value ? toLocal(Number(value), kit.scene.me).slice(0, 16) : "";
    const made = line("datetime-local", element, local, kit);
    const { read } = made;
    return { ...made, read: () => (read() ? fromLocal(String(read()), kit.scene.me) : null) };
  },
  static_select: (element, value, kit) => choice(element, value, kit, given(element, kit)),
  users_select: (element, value, kit) => choice(element, value, kit, people(kit)),
  conversations_select: (element, value, kit) => choice(element, value, kit, conversations(element, kit)),
  channels_select: (element, value, kit) =>
    choice(element, value, kit, conversations({ filter: { include: ["public"] } }, kit)),
  multi_static_select: (element, value, kit) => choices(element, value, kit, given(element, kit)),
  multi_users_select: (element, value, kit) => choices(element, value, kit, people(kit)),
  multi_conversations_select: (element, value, kit) =>
    choices(element, value, kit, conversations(element, kit)),
  multi_channels_select: (element, value, kit) =>
    choices(element, value, kit, conversations({ filter: { include: ["public"] } }, kit)),
  external_select: (element, value, kit) => combobox(element, value, kit),
  checkboxes: (element, value, kit) => ticks("checkbox", element, value ?? [], kit),
  radio_buttons: (element, value, kit) => ticks("radio", element, value ? [value] : [], kit),
};

/** @param {any} element @param {unknown} value @param {Kit} kit */
export function control(element, value, kit) {
  return CONTROLS[element.type](element, value, kit);
}

/**
 * @param {string} type
 * @param {any} element
 * @param {any} value
 * @param {Kit} kit
 * @param {object} [more]
 * @returns {Control}
 */
function line(type, element, value, kit, more = {}) {
  const node = el("input", {
    type,
    id: kit.id,
    class: "input",
    value: value ?? "",
    maxlength: element.max_length,
    autocomplete: "off",
    spellcheck: "false",
    placeholder: element.placeholder?.text,
    data: { focus: element.action_id },
    on: {
      [type === "date" || type === "time" || type === "datetime-local" ? "change" : "input"]: kit.changed,
    },
    ...more,
  });
  return { node, target: node, read: () => node.value || null };
}

/** @param {any} element @param {any} value @param {Kit} kit @returns {Control} */
function area(element, value, kit) {
  const node = el("textarea", {
    id: kit.id,
    class: "input",
    rows: 3,
    value: value ?? "",
    maxlength: element.max_length,
    placeholder: element.placeholder?.text,
    data: { focus: element.action_id },
    on: { input: kit.changed },
  });
  return { node, target: node, read: () => node.value || null };
}

/** @typedef {{label: string, value: string, group?: string}} Offer */

/** @param {any} element @param {any} value @param {Kit} kit @param {Offer[]} offers @returns {Control} */
function choice(element, value, kit, offers) {
  const placeholder = element.placeholder?.text ?? kit.scene.words.choose;
  const blank = el("option", { value: "", hidden: !kit.optional, disabled: !kit.optional }, placeholder);
  const node = el(
    "select",
    { id: kit.id, class: "input", data: { focus: element.action_id }, on: { change: kit.changed } },
    blank,
    ...grouped(offers),
  );
  node.value = value ?? "";
  return { node, target: node, read: () => node.value || null };
}

/** @param {any} element @param {any} value @param {Kit} kit @param {Offer[]} offers @returns {Control} */
function choices(element, value, kit, offers) {
  const node = el(
    "select",
    {
      id: kit.id,
      class: "input",
      multiple: true,
      size: Math.min(6, offers.length),
      data: { focus: element.action_id },
      on: { change: kit.changed },
    },
    ...grouped(offers),
  );
  const chosen = () => [...node.selectedOptions].map((option) => option.value);
  for (const option of node.options) option.selected = (value ?? []).includes(option.value);
  return { node, target: node, read: chosen };
}

/** @param {Offer[]} offers */
function grouped(offers) {
  const groups = new Map();
  return offers.flatMap((offer) => {
    const option = el("option", { value: offer.value }, offer.label);
    if (!offer.group) return [option];
    if (groups.has(offer.group)) return groups.get(offer.group).append(option) ?? [];
    groups.set(offer.group, el("optgroup", { label: offer.group }, option));
    return [groups.get(offer.group)];
  });
}

/** @param {any} element @param {Kit} kit @returns {Offer[]} */
function given(element, kit) {
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  const text = (/** @type {any} */ one) => drawText(one, kit.scene).textContent ?? "";
  return groups.flatMap((/** @type {any} */ group) =>
    group.options.map((/** @type {any} */ option) => ({
      label: text(option.text),
      value: option.value,
      group: group.label && text(group.label),
    })),
  );
}

/** @param {Kit} kit @returns {Offer[]} */
function people(kit) {
  return [...kit.scene.people.values()].map(({ id, realName }) => ({ label: realName, value: id }));
}

/** @param {any} element @param {Kit} kit @returns {Offer[]} */
function conversations(element, kit) {
  const kinds = { channel: "public", group: "private", im: "im", mpim: "mpim" };
  const wanted = element.filter?.include,
    ours = element.filter?.exclude_external_shared_channels;
  return [...kit.scene.conversations.values()]
    .filter(
      ({ kind, archived, external }) =>
        !archived &&
        !(ours && external) &&
        (!wanted || wanted.includes(kinds[/** @type {"im"} */ (kind)])),
    )
    .map(({ id, name, kind }) => ({
      label: { channel: `# ${name}`, group: `🔒 ${name}` }[/** @type {"group"} */ (kind)] ?? name,
      value: id,
    }));
}

/** @param {string} type @param {any} element @param {string[]} chosen @param {Kit} kit @returns {Control} */
function ticks(type, element, chosen, kit) {
  const name = kit.id ?? `${element.action_id}-${Math.random()}`;
  const boxes = element.options.map((/** @type {any} */ option, /** @type {number} */ n) =>
    el("input", {
      type,
      name,
      id: `${name}-${n}`,
      value: option.value,
      checked: chosen.includes(option.value),
      data: { focus: `${element.action_id}/${n}` },
      on: { change: kit.changed },
    }),
  );
  const node = el(
    "div",
    { class: "ticks" },
    ...element.options.map((/** @type {any} */ option, /** @type {number} */ n) =>
      el(
        "label",
        {},
        boxes[n],
        el(
          "span",
          {},
          drawText(option.text, kit.scene),
          option.description && el("small", {}, drawText(option.description, kit.scene)),
        ),
      ),
    ),
  );
  const read = () =>
    boxes.filter((/** @type {any} */ box) => box.checked).map((/** @type {any} */ box) => box.value);
  return { node, target: boxes[0], group: true, read: type === "radio" ? () => read()[0] ?? null : read };
}
