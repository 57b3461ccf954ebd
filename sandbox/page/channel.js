// @ts-check
/** The middle of the page: a conversation, the thread beside it, the app's Home. */

import { drawBlocks, surfaceOf } from "./blocks.js";
import { Composer } from "./composer.js";
import { el, fill, icon, keyed } from "./dom.js";
import { avatar, drawMessages } from "./messages.js";

const main = paneOf("channel", "message-box");
const aside = paneOf("thread", "thread-box");

/** @param {string} id @param {string} box */
function paneOf(id, box) {
  const scroll = el("div", { class: "scroll", id: `${id}-scroll`, tabindex: "0" }),
    down = () => goDown(scroll);
  const pane = {
    node: /** @type {HTMLElement} */ (document.getElementById(id)),
    header: el("header", { class: "bar" }),
    tabs: el("div", { class: "tabs", role: "tablist" }),
    scroll,
    empty: el("div", { class: "empty" }),
    list: el("ol", { class: "messages" }),
    home: el("div", { class: "home" }),
    note: el("p", { class: "archived" }),
    below: el("button", { type: "button", class: "below", hidden: true, on: { click: down } }),
    composer: new Composer(box, down),
    shown: "",
    newest: "",
  };
  pane.scroll.append(pane.empty, pane.list, pane.home);
  scroll.addEventListener("scroll", () => isLow(scroll) && (pane.below.hidden = true));
  pane.node.append(pane.header, pane.tabs, pane.scroll, pane.below, pane.note, pane.composer.node);
  return pane;
}

/** Go to the newest message. @param {HTMLElement} scroll */
function goDown(scroll) {
  scroll.scrollTop = scroll.scrollHeight;
}

/** Tell whether the newest message is in sight. @param {HTMLElement} scroll */
function isLow(scroll) {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
}

/** Write a conversation's name as Slack does. @param {any} channel */
export const titleOf = (channel) => (channel.kind === "channel" ? `#${channel.name}` : channel.name);

/** @param {any} scene */
export function drawChannel(scene) {
  const { here, words, state } = scene,
    channel = scene.conversations.get(here.channel);
  const isApp = channel.id === state.app.direct,
    atHome = isApp && here.tab === "home";
  main.node.setAttribute("aria-label", titleOf(channel));
  fill(
    main.header,
    el(
      "h2",
      {},
      channel.kind === "channel" ? icon("hash") : channel.kind === "group" && icon("lock"),
      channel.name,
    ),
    !/^(im|mpim)$/.test(channel.kind) &&
      el(
        "span",
        { class: "soft" },
        words.members(channel.members.length) + (channel.external ? ` · ${words.external}` : ""),
      ),
  );
  tabs(scene, isApp);
  const messages = state.messages.filter(
    (/** @type {any} */ message) => message.channel === channel.id && (!message.thread || message.broadcast),
  );
  const shown = [scene.me.id, channel.id, atHome].join("/"),
    why = closed(channel, scene);
  main.home.hidden = !atHome;
  main.list.hidden = atHome;
  main.empty.hidden = atHome || messages.length > 0;
  if (main.shown !== shown) main.empty.replaceChildren(...beginning(channel, scene));
  if (atHome && main.shown !== shown) main.scroll.scrollTop = 0;
  main.below.textContent = words.below;
  if (atHome) drawHome(scene);
  else
    sticking(main, shown, messages.at(-1)?.ts, () =>
      drawMessages(main.list, messages, scene, { inThread: false }),
    );
  if (atHome) main.below.hidden = true;
  main.shown = shown;
  main.note.hidden = !why || atHome;
  main.note.textContent = why;
  main.composer.show(scene, { channel, name: titleOf(channel), closed: Boolean(why) || atHome });
}

/** Say why nobody can write here; nothing where they can. @param {any} channel @param {any} scene */
function closed(channel, { words, state }) {
  if (channel.archived) return words.archived;
  return channel.id === state.app.direct && !state.app.writable ? words.readOnly : "";
}

/** Greet who comes first, with something to try. @param {any} channel @param {any} scene */
function beginning(channel, scene) {
  const title = el("h3", {}, scene.words.empty(titleOf(channel)));
  if (closed(channel, scene)) return [title];
  return [
    title,
    el("p", { class: "soft" }, scene.words.try),
    el(
      "div",
      { class: "tries" },
      ...["/call", "/call now 514 555 1234 Marie", "/call help"].map((text) =>
        el(
          "button",
          {
            type: "button",
            on: { click: () => main.composer.write(text) },
          },
          text,
        ),
      ),
    ),
  ];
}

/** @param {any} scene */
export function drawThread(scene) {
  const { here, words, state } = scene,
    channel = scene.conversations.get(here.channel);
  const found = state.messages.filter(
    (/** @type {any} */ message) =>
      message.channel === here.channel && (message.ts === here.thread || message.thread === here.thread),
  );
  aside.node.hidden = !here.thread || !found.length;
  if (aside.node.hidden) return;
  keyed(aside.header, [{ key: "bar", stamp: titleOf(channel) + words.thread }], () =>
    el(
      "div",
      { class: "row" },
      el("h2", {}, words.thread),
      el("span", { class: "soft" }, titleOf(channel)),
      el(
        "button",
        {
          type: "button",
          class: "plain",
          "aria-label": words.close,
          on: { click: () => scene.go({ thread: null }) },
        },
        icon("close"),
      ),
    ),
  );
  aside.tabs.hidden = aside.empty.hidden = aside.home.hidden = true;
  aside.below.textContent = words.below;
  sticking(aside, `${scene.me.id}/${here.thread}`, found.at(-1)?.ts, () =>
    drawMessages(aside.list, found, scene, { inThread: true }),
  );
  const why = closed(channel, scene);
  aside.note.textContent = why;
  aside.note.hidden = !why;
  aside.composer.show(scene, { channel, thread: here.thread, name: "", closed: Boolean(why) });
}

/**
 * Draw, and stay at the newest message if it was in sight; else say that there is a newer one.
 * @param {any} pane
 * @param {string} shown
 * @param {string} newest
 * @param {() => void} draw
 */
function sticking(pane, shown, newest, draw) {
  const low = pane.shown !== shown || isLow(pane.scroll);
  draw();
  if (low) goDown(pane.scroll);
  pane.below.hidden = low || (pane.below.hidden && newest === pane.newest);
  pane.shown = shown;
  pane.newest = newest;
}

/** @param {any} scene @param {boolean} isApp */
function tabs(scene, isApp) {
  const open = ["home", "messages"].filter((tab) => isApp && scene.state.app[tab]);
  main.tabs.hidden = !isApp;
  if (isApp) {
    main.scroll.setAttribute("role", "tabpanel");
    main.scroll.setAttribute("aria-labelledby", `tab-${scene.here.tab}`);
  } else for (const name of ["role", "aria-labelledby"]) main.scroll.removeAttribute(name);
  const focused = main.tabs.contains(document.activeElement);
  main.tabs.replaceChildren(
    ...open.map((tab) =>
      el(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${tab}`,
          "aria-controls": main.scroll.id,
          "aria-selected": String(scene.here.tab === tab),
          tabindex: scene.here.tab === tab ? 0 : -1,
          on: {
            click: () => scene.go({ tab, thread: null }),
            keydown: (/** @type {KeyboardEvent} */ event) =>
              /^Arrow(Left|Right)$/.test(event.key) &&
              scene.go({ tab: tab === "home" ? "messages" : "home", thread: null }),
          },
        },
        scene.words[tab],
      ),
    ),
  );
  if (focused) /** @type {HTMLElement} */ (main.tabs.querySelector("[aria-selected=true]")).focus();
}

/** Show what the app has published for who looks. @param {any} scene */
function drawHome(scene) {
  const { home } = scene.state;
  const nothing = () =>
    el(
      "div",
      { class: "empty" },
      avatar({ isBot: true }),
      el("h3", {}, scene.words.noHome),
      el("p", { class: "soft" }, scene.words.noHomeMore),
    );
  const draw = () => (home ? el("div", {}, ...drawBlocks(home.blocks, surfaceOf(scene, {}))) : nothing());
  keyed(main.home, [{ key: scene.me.id, stamp: home?.hash ?? "" }], draw);
}
