// @ts-check
/** The left side: where one can go, and who one is. */

import { el, icon, keyed } from "./dom.js";
import { avatar } from "./messages.js";
import { clock } from "./time.js";

const places = /** @type {HTMLElement} */ (document.getElementById("places"));
const who = /** @type {HTMLElement} */ (document.getElementById("who"));

/** @type {Map<string, string>} */
const read = new Map(); // the newest message seen, by person and conversation

/** @param {any} scene */
export function drawSidebar(scene) {
  const { state, words, here } = scene;
  const team = /** @type {HTMLElement} */ (document.getElementById("team"));
  team.textContent = state.team;
  const all = [...scene.conversations.values()];
  const sections = [
    { name: words.channels, of: all.filter(({ kind }) => kind === "channel" || kind === "group") },
    {
      name: words.directs,
      of: all.filter(({ id, kind }) => (kind === "im" || kind === "mpim") && id !== state.app.direct),
    },
    { name: words.apps, of: all.filter(({ id }) => id === state.app.direct) },
  ];
  const items = sections.flatMap(({ name, of }) => [
    { key: name, stamp: name, name },
    ...of.map((channel) => {
      const fresh = unread(channel, scene);
      return {
        key: channel.id,
        stamp: JSON.stringify([channel, fresh, here.channel === channel.id, words.you]),
        channel,
        fresh,
      };
    }),
  ]);
  keyed(places, items, (item) =>
    "channel" in item ? place(item.channel, item.fresh, scene) : el("h2", {}, /** @type {any} */ (item).name),
  );
  drawWho(scene);
}

/** Count what has arrived since the conversation was last looked at. @param {any} channel @param {any} scene */
function unread(channel, scene) {
  const there = scene.state.messages.filter(
    (/** @type {any} */ message) =>
      message.channel === channel.id && message.user !== scene.me.id && !message.thread,
  );
  const name = `${scene.me.id}/${channel.id}`,
    newest = there.at(-1)?.ts ?? "0";
  if (scene.here.channel === channel.id || !read.has(name)) read.set(name, newest);
  return there.filter((/** @type {any} */ message) => Number(message.ts) > Number(read.get(name))).length;
}

/** @param {any} channel @param {number} fresh @param {any} scene */
function place(channel, fresh, scene) {
  const sign =
    { channel: icon("hash"), group: icon("lock") }[/** @type {"group"} */ (channel.kind)] ??
    face(channel, scene);
  return el(
    "button",
    {
      type: "button",
      class: `place ${fresh ? "fresh" : ""} ${channel.archived ? "archived" : ""}`,
      "aria-current": scene.here.channel === channel.id ? "page" : null,
      data: { focus: channel.id, channel: channel.id },
      on: { click: () => scene.go({ channel: channel.id, thread: null, tab: fresh ? "messages" : "home" }) },
    },
    sign,
    el("span", {}, channel.name),
    fresh > 0 && el("span", { class: "count" }, String(fresh)),
  );
}

/** @param {any} channel @param {any} scene */
function face(channel, scene) {
  if (channel.kind === "mpim")
    return el(
      "span",
      { class: "avatar", data: { person: "several" }, "aria-hidden": "true" },
      String(channel.members.length - 1),
    );
  const other = channel.members.find((/** @type {string} */ id) => id !== scene.me.id);
  return avatar(scene.people.get(other));
}

/** Offer everybody who works here, as radio buttons. @param {any} scene */
function drawWho(scene) {
  const { state, me } = scene,
    people = state.people.filter((/** @type {any} */ person) => !person.isBot);
  const now = Date.now() / 1000;
  const items = people.map((/** @type {any} */ person) => ({
    key: person.id,
    stamp: `${person.id === me.id} ${clock(now, person)}`,
    person,
  }));
  const list = who.querySelector("div") ?? who.appendChild(el("div"));
  keyed(list, items, ({ person }) =>
    el(
      "label",
      { class: "person" },
      el("input", {
        type: "radio",
        name: "who",
        value: person.id,
        checked: person.id === me.id,
        data: { focus: person.id },
        on: { change: () => scene.go({ me: person.id, thread: null }) },
      }),
      avatar(person),
      el(
        "span",
        { class: "name" },
        el("strong", {}, person.realName),
        el("small", {}, `${person.locale} · ${person.tz.split("/")[1]} ${clock(now, person)}`),
      ),
    ),
  );
}
