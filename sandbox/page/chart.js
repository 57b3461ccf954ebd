// @ts-check
/** Slack's charts, as bars: what they say, not how Slack draws them. */

import { el } from "./dom.js";

/** Name what is measured. @param {any[]} series */
const named = (series) => series.map((one) => one.name).join(", ");

/** @param {any} block */
export function chart(block) {
  const { chart: what, title } = block;
  const rows =
    what.type === "pie"
      ? what.segments
      : what.series.flatMap((/** @type {any} */ one) => one.data);
  const shares = what.series?.every((/** @type {any} */ one) => one.name.includes("%"));
  const most = shares ? 100 : Math.max(1, ...rows.map((/** @type {any} */ row) => row.value));
  return el(
    "figure",
    { class: "block chart" },
    el("figcaption", {}, title, what.series && el("span", { class: "soft" }, ` · ${named(what.series)}`)),
    ...rows.map((/** @type {any} */ row) =>
      el(
        "div",
        { class: "point" },
        el("span", {}, row.label),
        el("meter", { min: "0", max: String(most), value: String(row.value) }),
        el("span", {}, String(row.value)),
      ),
    ),
  );
}
