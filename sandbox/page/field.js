// @ts-check
/** A field of a form: its label, what stands in it, its hint, and what is wrong with it. */

import { el } from "./dom.js";
import { control } from "./inputs.js";
import { drawText } from "./mrkdwn.js";

/**
 * @typedef {object} Surroundings
 * @property {any} scene
 * @property {string} id
 * @property {(value: unknown) => unknown} act tells the app at once
 * @property {(typed: string) => Promise<any[]>} suggest asks the app for options
 */

/** An input block as it is drawn. */
export class Field {
  /**
   * @param {any} block
   * @param {unknown} standing what stands in it at first
   * @param {Surroundings} kit
   */
  constructor(block, standing, kit) {
    this.block = block;
    this.kit = kit;
    this.touched = false;
    this.name = `${block.block_id}/${block.element.action_id}`;
    this.control = control(block.element, standing, {
      ...kit,
      optional: block.optional,
      changed: () => this.change(),
    });
    this.error = el("p", { class: "error", id: `${kit.id}-error`, role: "alert" });
    this.node = this.draw();
  }

  draw() {
    const { block, control: made } = this;
    const { id, scene } = this.kit;
    const optional = block.optional && el("span", { class: "soft" }, ` ${scene.words.optional}`);
    const label = [drawText(block.label, scene), optional];
    const hint = block.hint && el("p", { class: "hint", id: `${id}-hint` }, drawText(block.hint, scene));
    made.target.setAttribute("aria-describedby", `${id}-error${hint ? ` ${id}-hint` : ""}`);
    if (!block.optional) made.target.setAttribute("aria-required", "true");
    if (this.reports("on_enter_pressed")) made.target.addEventListener("keydown", (event) => this.key(event));
    const inside = [made.node, this.error, hint];
    return made.group
      ? el("fieldset", { class: "block field" }, el("legend", {}, ...label), ...inside)
      : el("div", { class: "block field" }, el("label", { for: id }, ...label), ...inside);
  }

  /** Tell whether the app hears of it at this moment; only text fields have a choice. @param {string} when */
  reports(when) {
    const { dispatch_action: atOnce, element } = this.block;
    if (!atOnce) return false;
    if (!element.type.endsWith("_input")) return when === "on_character_entered";
    return (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes(when);
  }

  change() {
    this.touched = true;
    this.mark("");
    if (this.reports("on_character_entered")) this.kit.act(this.read());
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Enter" || this.block.element.multiline) return;
    event.preventDefault();
    this.kit.act(this.read());
  }

  read() {
    return this.control.read();
  }

  /** Say what is wrong, or that nothing is. @param {string} words */
  mark(words) {
    this.error.textContent = words;
    if (words) this.control.target.setAttribute("aria-invalid", "true");
    else this.control.target.removeAttribute("aria-invalid");
  }
}
