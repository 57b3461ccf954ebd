// @ts-check
/** Messages, as they stand in a conversation and in a thread. */

import { drawBlocks, surfaceOf } from "./blocks.js";
import { el, icon, keyed } from "./dom.js";
import { menuOf } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { clock, dayOf, nearDay, shown } from "./time.js";

const TOGETHER = 300; // seconds within which somebody's messages stand under one name

/** Draw an avatar. @param {any} person */
export function avatar(person) {
  if (person.isBot) return el("img", { class: "avatar", src: "/page/ringback.svg", alt: "" });
  const initials = person.realName
    .split(" ")
    .map((/** @type {string} */ name) => name[0])
    .join("");
  return el("span", { class: "avatar", data: { person: person.id }, "aria-hidden": "true" }, initials);
}

/**
 * Show messages in a list, with a line between days.
 * @param {HTMLElement} list
 * @param {any[]} messages oldest first; in a thread the first is the one it hangs on
 * @param {any} scene
 * @param {{inThread: boolean}} how
 */
export function drawMessages(list, messages, scene, how) {
  const day = (/** @type {any} */ message) => dayOf(Number(message.ts), scene.me);
  const items = messages.flatMap((message, n) => {
    // a message, and what stands above it
    const before = messages[n - 1];
    const compact = before && follows(before, message) && day(before) === day(message);
    const stamp = JSON.stringify([
      message,
      compact,
      scene.me.id,
      dayOf(Date.now() / 1000, scene.me),
      scene.here.thread === message.ts,
    ]);
    const line = !how.inThread && (!before || day(before) !== day(message));
    /** @type {any[]} */
    const items = [{ key: message.ts, stamp, message, compact }];
    if (how.inThread && n === 1)
      items.unshift({
        key: "count",
        stamp: `${messages.length} ${scene.me.locale}`,
        count: messages.length - 1,
      });
    if (line) items.unshift({ key: day(message), stamp: stamp.slice(-60), message, line });
    return items;
  });
  keyed(list, items, (item) => {
    if ("count" in item) return el("li", { class: "count-line" }, scene.words.replies(item.count));
    return "line" in item
      ? dayLine(item.message, scene)
      : drawMessage(item.message, scene, how, item.compact);
  });
}

/** @param {any} before @param {any} message */
function follows(before, message) {
  const close = Number(message.ts) - Number(before.ts) < TOGETHER;
  return (
    close &&
    before.user === message.user &&
    !before.blocks.length &&
    !message.blocks.length &&
    before.ephemeral === message.ephemeral
  );
}

/** @param {any} message @param {any} scene */
function dayLine(message, scene) {
  const at = Number(message.ts);
  const name =
    nearDay(at, scene.me, scene.words) ??
    shown(at, scene.me, { weekday: "long", day: "numeric", month: "long" });
  return el("li", { class: "day" }, el("span", {}, name));
}

/** @param {any} message @param {any} scene @param {{inThread: boolean}} how @param {boolean} compact */
function drawMessage(message, scene, how, compact) {
  const { words } = scene,
    author = scene.people.get(message.user),
    at = Number(message.ts);
  const time = el("time", { datetime: new Date(at * 1000).toISOString() }, clock(at, scene.me));
  const surface = surfaceOf(scene, { channel: message.channel, ts: message.ts });
  const inside = message.blocks.length
    ? drawBlocks(message.blocks, surface)
    : [el("div", { class: "text" }, mrkdwn(message.text, scene))];
  const opened = !how.inThread && scene.here.thread === message.ts;
  const openable = !how.inThread && !message.ephemeral && !message.thread;
  return el(
    "li",
    {
      class: ["message", compact && "compact", message.ephemeral && "ephemeral", opened && "opened"]
        .filter(Boolean)
        .join(" "),
    },
    compact ? el("span", { class: "gutter" }, time) : avatar(author),
    el(
      "article",
      {},
      message.ephemeral && el("p", { class: "only" }, icon("eye"), words.onlyYou),
      !compact &&
        el(
          "header",
          {},
          el("strong", {}, author.realName),
          author.isBot && el("span", { class: "badge" }, words.app),
          time,
        ),
      ...inside,
      message.edited && el("span", { class: "edited" }, words.edited),
      openable && message.replies > 0 && replies(message, scene),
    ),
    !message.ephemeral && tools(message, scene, openable),
  );
}

/** Draw what can be done with a message. @param {any} message @param {any} scene @param {boolean} openable */
function tools(message, scene, openable) {
  const { words } = scene,
    shortcuts = scene.state.messageShortcuts;
  if (!openable && !shortcuts.length) return null;
  const tool = (/** @type {string} */ label, /** @type {any} */ shape, on = {}) =>
    el("button", { type: "button", class: "plain", "aria-label": label, title: label, on }, icon(shape));
  const reply = openable && tool(words.replyInThread, "thread", { click: () => scene.go({ thread: message.ts }) });
  const more = shortcuts.length && tool(words.messageMenu, "more");
  const where = { channel: message.channel, ts: message.ts };
  const offers = () =>
    shortcuts.map((/** @type {any} */ shortcut) => ({
      text: shortcut.name,
      about: shortcut.about,
      chosen: () => scene.gesture({ do: "message_shortcut", callback_id: shortcut.id, ...where }),
    }));
  return el("div", { class: "tools" }, reply, ...(more ? [more, menuOf(more, offers)] : []));
}

/** @param {any} message @param {any} scene */
function replies(message, scene) {
  const { words } = scene,
    at = Number(message.latestReply);
  const day = nearDay(at, scene.me, words) ?? shown(at, scene.me, { day: "numeric", month: "short" });
  return el(
    "button",
    {
      type: "button",
      class: "replies",
      data: { focus: "replies" },
      on: { click: () => scene.go({ thread: message.ts }) },
    },
    ...message.repliers.map((/** @type {string} */ id) => avatar(scene.people.get(id))),
    el("strong", {}, words.replies(message.replies)),
    el("span", { class: "soft" }, words.lastReply(words.at(day.toLowerCase(), clock(at, scene.me)))),
  );
}
