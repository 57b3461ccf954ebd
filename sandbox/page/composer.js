// @ts-check
/** The box in which messages and commands are typed. */

import { el, icon } from "./dom.js";
import { menuOf } from "./menu.js";

const INVITE = "/invite"; // Slack's own command, by which the app becomes a member

/** @type {Map<string, string>} */
const drafts = new Map(); // what was typed and not sent, by place

/** A message box; `place` says whose it is, in which conversation and thread. */
export class Composer {
  /** @param {string} id @param {() => void} sent */
  constructor(id, sent) {
    this.place = "";
    this.sent = sent;
    this.input = el("textarea", {
      id,
      rows: 1,
      "aria-describedby": `${id}-hint`,
      on: {
        input: () => this.typed(),
        keydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
      },
    });
    this.label = el("label", { for: id, class: "unseen" });
    this.hint = el("div", { class: "command-hint", id: `${id}-hint`, hidden: true });
    this.button = el("button", { type: "submit", class: "send" }, icon("send"));
    this.bolt = el("button", { type: "button", class: "plain" }, icon("bolt"));
    this.node = el(
      "form",
      {
        class: "composer",
        hidden: true, // until it is known whether one may write
        on: {
          submit: (/** @type {Event} */ event) => {
            event.preventDefault();
            this.send();
          },
        },
      },
      this.hint,
      this.label,
      el("div", { class: "box" }, this.bolt, menuOf(this.bolt, () => this.shortcuts()), this.input, this.button),
    );
  }

  /** @param {any} scene @param {{channel: any, thread?: string, name: string, closed: boolean}} where */
  show(scene, where) {
    this.node.hidden = where.closed;
    this.scene = scene;
    this.where = where;
    const label = where.thread ? scene.words.reply : scene.words.message(where.name);
    this.label.textContent = label;
    this.input.placeholder = label;
    this.button.setAttribute("aria-label", scene.words.send);
    this.bolt.setAttribute("aria-label", scene.words.shortcuts);
    this.bolt.title = scene.words.shortcuts;
    this.bolt.hidden = !scene.state.shortcuts.length;
    const place = [scene.me.id, where.channel.id, where.thread].join("/");
    if (place === this.place) return;
    this.place = place;
    this.input.value = drafts.get(place) ?? "";
    this.typed();
  }

  /** Return what the app offers wherever one is. */
  shortcuts() {
    const { scene } = this,
      channel = this.where?.channel.id;
    return scene.state.shortcuts.map((/** @type {any} */ shortcut) => ({
      text: shortcut.name,
      about: shortcut.about,
      chosen: () => scene.gesture({ do: "shortcut", callback_id: shortcut.id, channel }),
    }));
  }

  /** Put words into the box, to be sent. @param {string} text */
  write(text) {
    this.input.value = text;
    this.typed();
    this.input.focus();
  }

  typed() {
    const { value } = this.input;
    drafts.set(this.place, value);
    this.button.disabled = !value.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 160)}px`;
    this.hinted(value);
  }

  /** Show the commands that begin so, or how the one that was typed goes on. @param {string} value */
  hinted(value) {
    const word = value.split(/\s/)[0];
    const known = this.scene?.state.commands ?? [];
    const fitting =
      word.startsWith("/") && !this.where?.thread
        ? known.filter((/** @type {any} */ command) =>
            value === word ? command.name.startsWith(word) : command.name === word,
          )
        : [];
    this.hint.hidden = !fitting.length;
    this.hint.replaceChildren(
      ...fitting.map((/** @type {any} */ command) =>
        el(
          "div",
          {},
          el("img", { src: "/page/ringback.svg", alt: "", width: 32, height: 32 }),
          el(
            "div",
            {},
            el("p", {}, el("strong", {}, command.name), " ", el("span", { class: "usage" }, command.usage)),
            el("p", { class: "soft" }, command.about),
          ),
        ),
      ),
    );
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { value } = this.input;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Tab" && !event.shiftKey && !this.hint.hidden && !value.includes(" ")) {
      event.preventDefault();
      const [only] = this.scene.state.commands.filter((/** @type {any} */ command) =>
        command.name.startsWith(value),
      );
      this.input.value = `${only.name} `;
      this.typed();
    }
  }

  /** Let the app into this conversation, whoever was named. */
  async invite() {
    this.write("");
    const { scene } = this,
      where = /** @type {any} */ (this.where);
    if (await scene.gesture({ do: "invite", channel: where.channel.id }))
      scene.notice(scene.words.invited(where.name));
  }

  async send() {
    const { scene } = this,
      where = /** @type {any} */ (this.where),
      text = this.input.value.trim();
    if (!text) return;
    const word = text.split(/\s/)[0],
      known = scene.state.commands.some((/** @type {any} */ command) => command.name === word);
    if (word === INVITE && !where.thread) return this.invite();
    if (word.startsWith("/") && where.thread) return scene.notice(scene.words.inThread(word));
    if (word.startsWith("/") && !known) return scene.notice(scene.words.noCommand(word));
    this.input.value = "";
    this.typed();
    this.sent(); // as in Slack: what one writes, and the answer, are seen
    const channel = where.channel.id;
    await scene.gesture(
      word.startsWith("/")
        ? { do: "command", command: word, text: text.slice(word.length).trim(), channel }
        : { do: "say", text, channel, thread_ts: where.thread ?? null },
    );
  }
}
