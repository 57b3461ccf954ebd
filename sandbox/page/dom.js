// @ts-check
/** Elements are made here and only here: text is always set as text. */

const SVG = "http://www.w3.org/2000/svg";
const drawn = new WeakMap(); // node -> {key, stamp}, of those that `keyed` put somewhere

const ICONS = {
  close: "M5 5l10 10M15 5L5 15",
  send: "M3 10l14-7-4 14-3.500-5.500zM9.500 11.500L17 3",
  thread: "M4 4h12v9H9l-4 3.500V13H4z",
  back: "M12 4l-6 6 6 6",
  hash: "M8 3L6 17M14 3l-2 14M3.500 7.500h14M2.500 12.500h14",
  lock: "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  more: "M10 4.500v.01M10 10v.01M10 15.500v.01",
  bolt: "M11 2L4 11.500h5L8 18l8-9.500h-5.500z",
  panel: "M3 4h14v12H3zM12 4v12",
  bell: "M5 14V9a5 5 0 0 1 10 0v5l1 1H4zM8.500 17h3",
};

/**
 * Make an element: `on` holds listeners, `data` its data-attributes; null and false are left out.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on")
      for (const [event, heard] of Object.entries(value)) node.addEventListener(event, heard);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value") /** @type {any} */ (node).value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  return fill(node, ...children);
}

/**
 * Let a node hold these and nothing else.
 * @param {any} node
 * @param {...(Node | string | null | undefined | false)} children
 */
export function fill(node, ...children) {
  node.replaceChildren(...children.filter((child) => child || child === ""));
  return node;
}

/** Draw an icon, which says nothing to screen readers. @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * Let a container show these items in this order; what has not changed is not touched, so that
 * focus, selection, scrolling and what is unfolded stay.
 * @param {Element} container
 * @param {any[]} items each with a `key` of its own, and a `stamp` of all that it shows
 * @param {(item: any) => HTMLElement} draw
 */
export function keyed(container, items, draw) {
  const before = new Map([...container.children].map((node) => [drawn.get(node)?.key, node]));
  let cursor = container.firstElementChild;
  for (const item of items) {
    let node = before.get(item.key);
    before.delete(item.key);
    if (!node || drawn.get(node).stamp !== item.stamp) {
      const made = draw(item);
      drawn.set(made, { key: item.key, stamp: item.stamp });
      if (node) {
        replace(node, made);
        if (node === cursor) cursor = made;
      }
      node = made;
    }
    if (node === cursor) cursor = cursor.nextElementSibling;
    else container.insertBefore(node, cursor);
  }
  for (const gone of before.values()) gone.remove();
}

/** Replace a node; who had the focus inside keeps it. @param {Element} old @param {Element} made */
function replace(old, made) {
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  const name = active && old.contains(active) ? (active.dataset.focus ?? "") : null;
  old.replaceWith(made);
  if (name === null) return;
  const same = [...made.querySelectorAll("[data-focus]")];
  const found = same.find((node) => /** @type {HTMLElement} */ (node).dataset.focus === name) ?? same[0];
  /** @type {HTMLElement | undefined} */ (found)?.focus({ preventScroll: true });
}
