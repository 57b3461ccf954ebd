// @ts-check
/** Rich text, as people and apps write it with Slack's own editor. */

import { unknown } from "./blocks.js";
import { el } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { link } from "./mrkdwn.js";

/** @type {Record<string, (one: any, scene: any) => HTMLElement>} */
export const RICH = {
  rich_text_section: (one, scene) =>
    el("div", { class: "text" }, ...one.elements.map((/** @type {any} */ e) => leaf(e, scene))),
  rich_text_quote: (one, scene) =>
    el("blockquote", {}, ...one.elements.map((/** @type {any} */ e) => leaf(e, scene))),
  rich_text_preformatted: (one, scene) =>
    el("pre", {}, ...one.elements.map((/** @type {any} */ e) => leaf(e, scene))),
  rich_text_list: (one, scene) =>
    el(
      one.style === "ordered" ? "ol" : "ul",
      {},
      ...one.elements.map((/** @type {any} */ e) => el("li", {}, RICH[e.type]?.(e, scene) ?? unknown(e))),
    ),
};

/** @param {any} one @param {any} scene @returns {HTMLElement} */
function leaf(one, scene) {
  const styles = one.style ?? {};
  let node =
    {
      text: () => el("span", {}, one.text),
      link: () => link(one.url, one.text ?? one.url),
      emoji: () => el("span", {}, EMOJI.get(one.name) ?? `:${one.name}:`),
      user: () => el("span", { class: "mention" }, `@${scene.nameOf(one.user_id) ?? one.user_id}`),
      channel: () =>
        el(
          "span",
          { class: "mention" },
          `#${scene.conversations.get(one.channel_id)?.name ?? one.channel_id}`,
        ),
      broadcast: () => el("span", { class: "mention loud" }, `@${one.range}`),
    }[/** @type {"text"} */ (one.type)]?.() ?? unknown(one);
  for (const [style, tag] of [
    ["bold", "strong"],
    ["italic", "em"],
    ["strike", "s"],
    ["code", "code"],
  ]) {
    if (styles[style]) node = el(tag, {}, node);
  }
  return node;
}
