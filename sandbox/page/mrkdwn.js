// @ts-check
/** Slack's mrkdwn, as nodes: https://docs.slack.dev/messaging/formatting-message-text */

import { el } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { slackDate } from "./time.js";

const ENTITY = String.raw`<([^<>\n]+)>`;
const CODE = "`([^`\\n]+)`";
const STYLED = String.raw`(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]+?)(?<=\S)\3(?![\p{L}\p{N}])`;
const NAMED = String.raw`:([a-z0-9_+'-]+):`;
const BARE = String.raw`(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]])`;
const PARTS = new RegExp([ENTITY, CODE, STYLED, NAMED, BARE].join("|"), "gu");
const TAGS = { "*": "strong", _: "em", "~": "s" };
const SAFE = /^(https?|mailto|tel):/i;

/** A stranger's text arrives escaped. @param {string} text */
export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** @param {string} text */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => EMOJI.get(name) ?? whole);
}

/**
 * Draw a text object of either kind.
 * @param {{type?: string, text: string, emoji?: boolean, verbatim?: boolean}} text
 * @param {any} scene
 */
export function drawText(text, scene) {
  if (text.type === "mrkdwn") return mrkdwn(text.text, scene, text.verbatim);
  const fragment = document.createDocumentFragment();
  fragment.append(text.emoji === false ? text.text : withEmoji(text.text));
  return fragment;
}

/** @param {string} text @param {any} scene @param {boolean} [verbatim] bare addresses stay text */
export function mrkdwn(text, scene, verbatim = false) {
  const fragment = document.createDocumentFragment();
  text.split(/```\n?([\s\S]+?)\n?```/).forEach((part, n) => {
    if (n % 2) fragment.append(el("pre", {}, unescaped(part)));
    else if (part) paragraphs(part, scene, verbatim, fragment);
  });
  return fragment;
}

/**
 * Draw lines, those that begin with > as a quotation.
 * @param {string} text
 * @param {any} scene
 * @param {boolean} verbatim
 * @param {DocumentFragment} into
 */
function paragraphs(text, scene, verbatim, into) {
  const quoted = /^(?:&gt;|>) ?/;
  /** @type {{quote: boolean, lines: string[]}[]} */
  const groups = [];
  for (const line of text.split("\n")) {
    const quote = quoted.test(line);
    if (groups.at(-1)?.quote !== quote) groups.push({ quote, lines: [] });
    groups.at(-1)?.lines.push(line.replace(quoted, quote ? "" : "$&"));
  }
  for (const { quote, lines } of groups) {
    const inside = inline(lines.join("\n"), scene, verbatim);
    into.append(quote ? el("blockquote", {}, inside) : inside);
  }
}

/** @param {string} text @param {any} scene @param {boolean} verbatim @returns {DocumentFragment} */
function inline(text, scene, verbatim) {
  const fragment = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(PARTS)) {
    const [whole, entity, code, mark, styled, emoji, bare] = found;
    fragment.append(unescaped(text.slice(from, found.index)));
    from = found.index + whole.length;
    if (entity) fragment.append(drawEntity(entity, scene));
    else if (code) fragment.append(el("code", {}, unescaped(code)));
    else if (mark) fragment.append(el(TAGS[/** @type {"*"} */ (mark)], {}, inline(styled, scene, verbatim)));
    else if (emoji) fragment.append(EMOJI.get(emoji) ?? whole);
    else fragment.append(verbatim ? unescaped(bare) : link(unescaped(bare), unescaped(bare)));
  }
  fragment.append(unescaped(text.slice(from)));
  return fragment;
}

/** Draw what stands between < and >. @param {string} entity @param {any} scene */
function drawEntity(entity, scene) {
  const [target, label] = entity.split(/\|(.*)/s);
  const date = /^!date\^(\d+)\^([^^]+)/.exec(target);
  if (date) {
    const text = slackDate(Number(date[1]), date[2], scene.me, scene.words);
    return el("time", { datetime: new Date(Number(date[1]) * 1000).toISOString(), title: label }, text);
  }
  if (target[0] === "@")
    return mention(
      `@${scene.nameOf(target.slice(1)) ?? label ?? target.slice(1)}`,
      target.slice(1) === scene.me.id,
    );
  if (target[0] === "#")
    return mention(`#${scene.conversations.get(target.slice(1))?.name ?? label ?? target.slice(1)}`);
  if (target[0] === "!") return mention(`@${label ?? target.slice(1).replace("subteam^", "")}`, true);
  return link(unescaped(target), unescaped(label ?? target));
}

/** @param {string} text @param {boolean} [loud] */
const mention = (text, loud = false) => el("span", { class: loud ? "mention loud" : "mention" }, text);

/** @param {string} href @param {string} text */
export function link(href, text) {
  if (!SAFE.test(href)) return el("span", {}, text);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
}
