// @ts-check
/** Instants as somebody reads them in their language and time zone, and back. */

/** @typedef {{locale: string, tz: string}} Reader */

/** @param {number} seconds @param {Reader} reader @param {Intl.DateTimeFormatOptions} form */
export function shown(seconds, reader, form) {
  return new Intl.DateTimeFormat(reader.locale, { timeZone: reader.tz, ...form }).format(seconds * 1000);
}

/** @param {number} seconds @param {Reader} reader */
export const clock = (seconds, reader) => shown(seconds, reader, { timeStyle: "short" });

/** Name a day (2026-11-22) as it is for the reader. @param {number} seconds @param {Reader} reader */
export const dayOf = (seconds, reader) =>
  shown(seconds, { ...reader, locale: "en-CA" }, { year: "numeric", month: "2-digit", day: "2-digit" });

/**
 * Return today, yesterday or tomorrow in the reader's words; null for any other day.
 * @param {number} seconds
 * @param {Reader} reader
 * @param {{today: string, yesterday: string, tomorrow: string}} words
 */
export function nearDay(seconds, reader, words) {
  const now = Date.now() / 1000,
    day = 86400,
    that = dayOf(seconds, reader);
  if (that === dayOf(now, reader)) return words.today;
  if (that === dayOf(now - day, reader)) return words.yesterday;
  return that === dayOf(now + day, reader) ? words.tomorrow : null;
}

/** Return what an instant reads in a datetime-local input. @param {number} seconds @param {Reader} reader */
export function toLocal(seconds, reader) {
  const part = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  };
  const form = new Intl.DateTimeFormat("en-CA", { timeZone: reader.tz, .../** @type {any} */ (part) });
  const found = Object.fromEntries(
    form.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]),
  );
  return `${found.year}-${found.month}-${found.day}T${found.hour}:${found.minute}:${found.second}`;
}

/** Return the instant that a datetime-local input means. @param {string} local @param {Reader} reader */
export function fromLocal(local, reader) {
  const wall = Date.parse(`${local}Z`) / 1000;
  const ahead = (/** @type {number} */ at) => Date.parse(`${toLocal(at, reader)}Z`) / 1000 - at;
  return wall - ahead(wall - ahead(wall));
}

/**
 * Fill in Slack's date tokens.
 * @param {number} seconds
 * @param {string} form
 * @param {Reader} reader
 * @param {any} words
 */
export function slackDate(seconds, form, reader, words) {
  const plain = {
    date_num: () => dayOf(seconds, reader),
    date_slash: () => shown(seconds, reader, { year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => shown(seconds, reader, { dateStyle: "long" }),
    date_short: () => shown(seconds, reader, { dateStyle: "medium" }),
    date_long: () => shown(seconds, reader, { dateStyle: "full" }),
    time: () => clock(seconds, reader),
    time_secs: () => shown(seconds, reader, { timeStyle: "medium" }),
  };
  return form.replace(/\{(\w+)\}/g, (whole, /** @type {string} */ token) => {
    const near = token.endsWith("_pretty") && nearDay(seconds, reader, words);
    const name = /** @type {keyof typeof plain} */ (token.replace("_pretty", ""));
    return near || plain[name]?.() || whole;
  });
}
