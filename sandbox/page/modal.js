// @ts-check
/** The windows that the app opens: drawn on top of each other, filled in, sent, closed. */

import { busy, drawBlocks, surfaceOf, unknown } from "./blocks.js";
import { el, icon } from "./dom.js";
import { Field } from "./field.js";
import { CONTROLS } from "./inputs.js";
import { drawText } from "./mrkdwn.js";
import { plain } from "./standing.js";

/** @type {Map<string, Modal>} */
const open = new Map();

/** Show the windows that are open for who looks. @param {any} scene */
export function drawModals(scene) {
  const shown = new Set(scene.state.views.map((/** @type {any} */ view) => view.id));
  for (const [id, modal] of [...open].reverse()) {
    if (!shown.has(id)) {
      open.delete(id);
      modal.vanish();
    }
  }
  for (const view of scene.state.views) {
    if (!open.has(view.id)) open.set(view.id, new Modal());
    open.get(view.id)?.show(view, scene);
  }
}

/** One window; what was typed is kept here until it is sent. */
class Modal {
  constructor() {
    /** @type {Map<string, Field>} */
    this.fields = new Map(); // by block id
    /** @type {Map<string, Field>} */
    this.before = new Map(); // those that an update has replaced, by block id
    this.hash = ""; // of the view that is drawn
    this.told = ""; // the errors that are shown
    this.closing = false;
    const cancel = (/** @type {Event} */ event) => {
      event.preventDefault(); // it closes when Slack says so
      this.close();
    };
    const keydown = (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form?.requestSubmit();
    };
    const closed = () => open.get(this.view.id) === this && this.close(); // the browser itself did
    this.dialog = el("dialog", { class: "modal", on: { cancel, close: closed, keydown } });
    document.body.append(this.dialog);
  }

  /** @param {any} view @param {any} scene */
  show(view, scene) {
    this.view = view;
    this.scene = scene;
    if (this.hash !== view.hash) this.draw();
    this.tell();
    if (this.dialog.open) return;
    this.opener = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.focus;
    this.dialog.showModal();
  }

  vanish() {
    this.dialog.close(); // the focus returns to where it was
    this.dialog.remove();
    if (document.activeElement !== document.body || !this.opener) return;
    const known = [...document.querySelectorAll("[data-focus]")]; // it was drawn anew meanwhile
    const same = known.find((node) => /** @type {HTMLElement} */ (node).dataset.focus === this.opener);
    /** @type {HTMLElement | undefined} */ (same)?.focus({ preventScroll: true });
  }

  draw() {
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    const focused = this.dialog.contains(active) && active?.dataset.focus;
    this.before = this.fields;
    this.fields = new Map();
    this.hash = this.view.hash;
    this.told = "";
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.submit();
    };
    const body = el("div", { class: "body" }, ...drawBlocks(this.view.blocks, this.surface()));
    this.form = el("form", { novalidate: true, on: { submit } }, this.header(), body, this.footer());
    this.dialog.replaceChildren(this.form);
    this.focus(focused);
  }

  header() {
    const { view, scene } = this;
    const id = `title-${view.id}`;
    this.dialog.setAttribute("aria-labelledby", id);
    /** @param {string} label @param {"back" | "close"} sign @param {() => void} click */
    const button = (label, sign, click) =>
      el("button", { type: "button", class: "plain", "aria-label": label, on: { click } }, icon(sign));
    return el(
      "header",
      {},
      scene.state.views.length > 1 && button(scene.words.back, "back", () => this.close()),
      el("img", { src: "/page/ringback.svg", alt: "", width: 28, height: 28 }),
      el("h2", { id }, drawText(view.title, scene)),
      button(scene.words.close, "close", () => this.close(true)),
    );
  }

  footer() {
    const { view, scene } = this;
    const close = view.close ? drawText(view.close, scene) : scene.words.close;
    const submit = view.submit && drawText(view.submit, scene);
    this.trouble = el("p", { class: "error", role: "alert" });
    this.send = submit && el("button", { type: "submit", class: "button primary" }, submit);
    const back = el("button", { type: "button", class: "button", on: { click: () => this.close() } }, close);
    return el("footer", {}, this.trouble, back, this.send);
  }

  /** @returns {import("./blocks.js").Surface} */
  surface() {
    const { view, scene } = this;
    return {
      ...surfaceOf(scene, { view: view.id }, () => ({ values: this.values() })),
      field: (block) => this.field(block),
      standing: (block, element) => plain(view.state[block.block_id]?.[element.action_id]),
    };
  }

  /** Draw an input block; what was typed stays where both of its ids stay. @param {any} block */
  field(block) {
    const { block_id: name, element } = block;
    if (!Object.hasOwn(CONTROLS, element.type)) return unknown(element);
    const surface = this.surface();
    const old = this.before.get(name);
    const kept = old?.touched && old.name === `${name}/${element.action_id}` ? old : null;
    const field = new Field(block, kept ? kept.read() : surface.standing?.(block, element), {
      scene: this.scene,
      id: `${this.view.id}-${name}`,
      act: (value) => surface.act(block, element, value),
      suggest: (typed) => surface.suggest(block, element, typed),
    });
    field.touched = Boolean(kept);
    this.fields.set(name, field);
    return field.node;
  }

  /** Return what was typed or chosen, by block id. */
  values() {
    const touched = [...this.fields].filter(([, field]) => field.touched);
    return Object.fromEntries(touched.map(([name, field]) => [name, field.read()]));
  }

  async submit() {
    if (!this.send || this.send.getAttribute("aria-busy")) return;
    this.trouble.textContent = "";
    const trouble = (/** @type {string} */ words) => (this.trouble.textContent = words);
    const wish = { do: "submit", view: this.view.id, values: this.values() };
    await busy(this.send, () => this.scene.gesture(wish, trouble));
    this.told = "";
    this.tell(); // the same errors as before are said again
  }

  /** @param {boolean} [everything] */
  async close(everything = false) {
    if (this.closing) return;
    this.closing = true;
    await this.scene.gesture({ do: "close", view: this.view.id, everything });
    this.closing = false;
  }

  /** Say beside the fields what is wrong, once; the first of them gets the focus. */
  tell() {
    const said = JSON.stringify(this.view.errors);
    if (said === this.told) return;
    this.told = said;
    for (const [name, field] of this.fields) field.mark(this.view.errors[name] ?? "");
    const wrong = [...this.fields.values()].find(({ block }) => this.view.errors[block.block_id]);
    wrong?.control.target.focus();
  }

  /** Put the focus where it was, where the app wants it, or into the first field. @param {any} before */
  focus(before) {
    const fields = [...this.fields.values()],
      known = [...this.form.querySelectorAll("[data-focus]")];
    const same = before && known.find(({ dataset }) => dataset.focus === before);
    const wanted = fields.find(({ block }) => block.element.focus_on_load) ?? fields[0];
    const target = same || wanted?.control.target || this.form.querySelector("footer button");
    target.setAttribute("autofocus", "");
    if (this.dialog.open) target.focus();
  }
}
