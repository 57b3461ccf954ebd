// @ts-check
/** The page: it hears that something has changed, asks for the state, and draws it. */

import * as api from "./api.js";
import { drawChannel, drawThread } from "./channel.js";
import { el } from "./dom.js";
import { drawModals } from "./modal.js";
import { unescaped, withEmoji } from "./mrkdwn.js";
import { drawPanel } from "./panel.js";
import { drawSidebar } from "./sidebar.js";
import { wordsOf } from "./words.js";

const ANA = "U0ANA00001",
  FRONT_DESK = "C0FRONT001",
  APP = "app"; // in the address: the app's own conversation, whoever looks
const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Where one is, and as whom: kept in the address, so that reloading and going back work. */
const here = whereabouts();
/** @type {any} */
let state = null;
let asking = false,
  askAgain = false;
let visited = ""; // as whom, and which tab of the app, while one looks at it
let heard = 0; // ts of the newest message that was announced

function whereabouts() {
  const [me, channel, tab, thread] = location.hash.slice(1).split("/");
  return {
    me: me || ANA,
    channel: channel || FRONT_DESK,
    tab: tab === "home" ? "home" : "messages",
    thread: thread || null,
  };
}

/** @param {Partial<typeof here>} change */
function go(change) {
  const known = { ...here };
  Object.assign(here, change);
  if (here.channel === state?.app.direct) here.channel = APP;
  location.hash = [here.me, here.channel, here.tab, here.thread ?? ""].join("/");
  if (here.me !== known.me) return void refresh();
  draw();
  const left = known.thread && !here.thread; // the thread has gone, and with it the focus
  if (change.thread) byId("thread-box").focus();
  else if ((change.channel || left) && !matchMedia("(pointer: coarse)").matches) byId("message-box").focus();
}

/** Ask for the state; what changes meanwhile is asked for once more. */
async function refresh() {
  askAgain = asking;
  if (asking) return;
  asking = true;
  try {
    const first = !state;
    state = await api.state(here.me);
    draw();
    if (first && !document.querySelector("dialog[open]")) byId("message-box").focus();
  } catch (fault) {
    if (fault instanceof api.Refusal && here.me !== ANA) go({ me: ANA, thread: null }); // nobody of that name
    else if (!(fault instanceof TypeError)) throw fault; // the server is gone: `present` says so
  } finally {
    asking = false;
    if (askAgain) refresh();
  }
}

function scene() {
  const me = state.me,
    words = wordsOf(me.locale);
  const people = new Map(state.people.map((/** @type {any} */ person) => [person.id, person]));
  const conversations = new Map(
    state.conversations.map((/** @type {any} */ channel) => [channel.id, channel]),
  );
  const nameOf = (/** @type {string} */ id) => people.get(id)?.realName;
  return { state, here, me, words, people, conversations, nameOf, go, gesture, turn, notice };
}

function draw() {
  if (!state || state.me.id !== here.me) return;
  const shown = scene();
  if (here.channel === APP) here.channel = state.app.direct;
  if (!shown.conversations.has(here.channel)) here.channel = state.conversations[0].id;
  if (!state.app[here.tab]) here.tab = here.tab === "home" ? "messages" : "home";
  document.documentElement.lang = state.me.locale;
  drawSidebar(shown);
  drawChannel(shown);
  drawThread(shown);
  byId("stage").classList.toggle("with-thread", !byId("thread").hidden);
  drawModals(shown);
  drawPanel(shown);
  announce(shown);
  visit();
}

/** Tell the app who looks at it, each time somebody comes. */
function visit() {
  const visiting = here.channel === state.app.direct ? `${here.me}/${here.tab}` : "";
  if (visiting && visiting !== visited) gesture({ do: "home", tab: here.tab });
  visited = visiting;
}

/** Tell screen readers what has arrived. @param {any} shown */
function announce(shown) {
  const newest = state.messages.at(-1),
    ts = Number(newest?.ts ?? 0);
  if (heard && ts > heard && newest.user !== here.me) {
    byId("news").textContent = `${shown.nameOf(newest.user)}: ${withEmoji(unescaped(newest.text))}`;
  }
  heard = Math.max(heard, ts);
}

/** @param {object} wish @param {(words: string) => void} [told] where Slack's complaints go */
async function gesture(wish, told = notice) {
  return attempt(async () => {
    const answer = await api.gesture(here.me, wish);
    if (answer.notice) told(wordsOf(state.me.locale)[/** @type {"form_late"} */ (answer.notice)]);
    return answer;
  });
}

/** @param {object} wish */
const turn = (wish) => attempt(() => api.turn(wish));

/** @param {() => Promise<any>} act */
async function attempt(act) {
  try {
    return await act();
  } catch (fault) {
    notice(fault instanceof api.Refusal ? fault.message : "The rehearsal does not answer.");
    return null;
  } finally {
    await refresh();
  }
}

/** Say something for a while. @param {string} words */
function notice(words) {
  const node = el("p", {}, words);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), 7000);
}

addEventListener("hashchange", () => {
  const before = here.me;
  Object.assign(here, whereabouts());
  if (before !== here.me) refresh();
  else draw();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && here.thread && !document.querySelector("dialog[open]")) go({ thread: null });
});
api.listen(refresh, (there) => {
  byId("lost").hidden = there;
});
setInterval(() => draw(), 30_000); // clocks go on
