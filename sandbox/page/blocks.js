// @ts-check
/** Block Kit, drawn as the app sent it; what cannot be drawn is a visible box. */

import { chart } from "./chart.js";
import { ask } from "./confirm.js";
import { el } from "./dom.js";
import { CONTROLS, control } from "./inputs.js";
import { menuOf } from "./menu.js";
import { drawText } from "./mrkdwn.js";
import { RICH } from "./rich_text.js";
import { initial } from "./standing.js";

/**
 * What surrounds blocks: `act` tells the app, `suggest` asks it for options, `standing` is what
 * stands in a field, `field` draws an input block where there is a form.
 * @typedef {object} Surface
 * @property {any} scene
 * @property {(block: any, element: any, value?: unknown) => Promise<unknown>} act
 * @property {(block: any, element: any, typed: string) => Promise<any[]>} suggest
 * @property {(block: any, element: any) => unknown} [standing]
 * @property {(block: any) => HTMLElement} [field]
 */

/**
 * Let the app hear of what is done in blocks that stand somewhere; `more` goes with each press.
 * @param {any} scene
 * @param {object} where
 * @param {() => object} [more]
 * @returns {Surface}
 */
export function surfaceOf(scene, where, more = () => ({})) {
  const at = (/** @type {any} */ block, /** @type {any} */ one) => ({
    ...where,
    block: block.block_id,
    action: one.action_id,
  });
  return {
    scene,
    act: (block, one, value = null) => scene.gesture({ do: "press", ...at(block, one), value, ...more() }),
    suggest: async (block, one, value) =>
      (await scene.gesture({ do: "suggest", ...at(block, one), value }))?.options ?? [],
  };
}

/** @type {Record<string, (block: any, surface: Surface) => HTMLElement>} */
const BLOCKS = {
  section: (block, surface) =>
    el(
      "div",
      { class: "block section" },
      el(
        "div",
        { class: "words" },
        block.text && el("div", { class: "text" }, drawText(block.text, surface.scene)),
        block.fields &&
          el(
            "div",
            { class: "fields" },
            ...block.fields.map((/** @type {any} */ text) =>
              el("div", { class: "text" }, drawText(text, surface.scene)),
            ),
          ),
      ),
      block.accessory && el("div", { class: "accessory" }, element(block, block.accessory, surface)),
    ),

  context: (block, surface) =>
    el(
      "div",
      { class: "block context" },
      ...block.elements.map((/** @type {any} */ one) =>
        one.type === "image"
          ? picture(one, "small")
          : el("span", { class: "text" }, drawText(one, surface.scene)),
      ),
    ),

  actions: (block, surface) =>
    el(
      "div",
      { class: "block actions" },
      ...block.elements.map((/** @type {any} */ one) => element(block, one, surface)),
    ),

  header: (block, surface) =>
    el(`h${(block.level ?? 1) + 2}`, { class: "block header" }, drawText(block.text, surface.scene)),
  divider: () => el("hr", { class: "block" }),
  image: (block, surface) =>
    el(
      "figure",
      { class: "block" },
      block.title && el("figcaption", {}, drawText(block.title, surface.scene)),
      picture(block, "large"),
    ),
  input: (block, surface) => (surface.field ? surface.field(block) : loose(block, surface)),
  rich_text: (block, surface) =>
    el(
      "div",
      { class: "block rich" },
      ...block.elements.map((/** @type {any} */ one) => RICH[one.type]?.(one, surface.scene) ?? unknown(one)),
    ),
  table: (block, surface) =>
    el(
      "div",
      { class: "block table" },
      el("table", {}, ...block.rows.map((/** @type {any[]} */ row, /** @type {number} */ at) => drawRow(row, at, block, surface))),
    ),
  data_visualization: (block) => chart(block),
};

/** @param {any[]} row @param {number} at @param {any} block @param {Surface} surface */
function drawRow(row, at, block, surface) {
  return el(
    "tr",
    {},
    ...row.map((cell, column) =>
      el(
        at ? "td" : "th",
        { class: block.column_settings?.[column]?.align ?? "left" },
        cell.type === "rich_text" ? drawBlocks([cell], surface)[0] : String(cell.text ?? cell.value),
      ),
    ),
  );
}

/** @param {any[]} blocks @param {Surface} surface */
export function drawBlocks(blocks, surface) {
  return blocks.map((block) =>
    Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type](block, surface) : unknown(block),
  );
}

/** Show that something is there which this page cannot draw. @param {any} thing */
export function unknown(thing) {
  return el(
    "details",
    { class: "unknown" },
    el("summary", {}, el("code", {}, String(thing.type)), " cannot be drawn here"),
    el("pre", {}, JSON.stringify(thing, null, 2)),
  );
}

/** @param {any} block @param {any} one @param {Surface} surface @returns {HTMLElement} */
function element(block, one, surface) {
  if (one.type === "image") return picture(one, "medium");
  if (one.type === "button") return button(block, one, surface);
  if (one.type === "overflow") return overflow(block, one, surface);
  if (!Object.hasOwn(CONTROLS, one.type)) return unknown(one);
  const label = one.placeholder?.text ?? one.action_id;
  const made = control(one, surface.standing ? surface.standing(block, one) : initial(one), {
    scene: surface.scene,
    suggest: (typed) => surface.suggest(block, one, typed),
    changed: async () => (await sure(one, surface.scene)) && surface.act(block, one, made.read()),
  });
  made.node.setAttribute("aria-label", label);
  return made.node;
}

/** @param {any} block @param {any} one @param {Surface} surface */
function button(block, one, surface) {
  const node = el(
    "button",
    {
      type: "button",
      class: `button ${one.style ?? ""}`,
      "aria-label": one.accessibility_label,
      data: { focus: `${one.action_id}/${one.value ?? ""}` }, // an app may name its blocks anew
      on: {
        click: () =>
          busy(node, async () => {
            if (!(await sure(one, surface.scene))) return;
            follow(one.url ?? "", surface.scene);
            await surface.act(block, one);
          }),
      },
    },
    drawText(one.text, surface.scene),
  );
  return node;
}

/** Go where a link leads: to a message's thread here, else out of the page. @param {string} url @param {any} scene */
function follow(url, scene) {
  const [, channel, ts] = /\.slack\.com\/archives\/(\w+)\/p(\d{7,})$/.exec(url) ?? [];
  if (channel && ts && scene.conversations.has(channel))
    scene.go({ channel, tab: "messages", thread: `${ts.slice(0, -6)}.${ts.slice(-6)}` });
  else if (/^https?:/i.test(url)) window.open(url, "_blank", "noopener,noreferrer");
}

/**
 * Do something, once: until it is over, its button takes no second press.
 * @param {HTMLButtonElement} node
 * @param {() => unknown} act
 */
export async function busy(node, act) {
  if (node.getAttribute("aria-busy")) return;
  node.setAttribute("aria-busy", "true");
  try {
    await act();
  } finally {
    node.removeAttribute("aria-busy");
  }
}

/** @param {any} block @param {any} one @param {Surface} surface */
function overflow(block, one, surface) {
  const { scene } = surface;
  const button = el(
    "button",
    {
      type: "button",
      class: "button",
      "aria-label": one.accessibility_label ?? scene.words.more,
      data: { focus: `${block.block_id}/${one.action_id}/overflow` },
    },
    "⋯",
  );
  const menu = menuOf(button, () =>
    one.options.map((/** @type {any} */ option) => ({
      text: drawText(option.text, scene),
      about: option.description?.text,
      chosen: () =>
        busy(button, async () => {
          if (!(await sure(one, scene))) return;
          follow(option.url ?? "", scene);
          await surface.act(block, one, option.value);
        }),
    })),
  );
  return el("span", { class: "overflow" }, button, menu);
}

/** @param {any} one @param {any} scene */
const sure = async (one, scene) => !one.confirm || ask(one.confirm, scene);

/** @param {any} block @param {Surface} surface */
function loose(block, surface) {
  return el(
    "label",
    { class: "block field" },
    drawText(block.label, surface.scene),
    element(block, block.element, surface),
  );
}

/** Show a picture, or what it would have shown. @param {any} one @param {string} size */
function picture(one, size) {
  const node = el("img", {
    class: size,
    src: one.image_url ?? one.slack_file?.url ?? "",
    alt: one.alt_text ?? "",
  });
  node.addEventListener("error", () =>
    node.replaceWith(el("span", { class: "unknown" }, el("code", {}, "image"), ` ${one.alt_text ?? ""}`)),
  );
  return node;
}
