/**
 * The keyboard review: a key decides on the drawing before you and shows the next one at once; what was decided goes
 * out in the background.
 */

import { request, UNREADABLE } from "../api.js";
import { part } from "../elements.js";
import { Sighting } from "../sighting.js";
import { fill, readConfig } from "../texts.js";
import { Hand } from "./hand.js";
import { Outbox } from "./outbox.js";

/** @typedef {import("./hand.js").Card} Card */
/** @typedef {{action: "approve" | "reject" | "skip", label?: string, reason?: string}} Decision */

const AHEAD = 6; // small pictures of the next
const config = readConfig();
const texts = config.texts;
const page = part(document, "review");
const parts = Object.fromEntries(
  ["picture", "small", "claim", "opinion", "reported", "versions", "upcoming", "last", "saving", "pace", "trouble", "notices", "empty", "stage", "number"].map(
    (name) => [name, part(page, name)],
  ),
);
const reason = /** @type {HTMLSelectElement} */ (part(page, "reason"));
const chooser = /** @type {HTMLDialogElement} */ (part(page, "chooser"));

const hand = new Hand(fetchCards);
const outbox = new Outbox(send);
const sighting = new Sighting();
/** @type {{card: Card, decision: Decision, entry?: any, times: number[]}[]} */
const decided = [];
const begun = { at: 0, count: 0 };
/** @type {Card | undefined} */
let shown;

/** @param {boolean} first */
async function fetchCards(first) {
  const url = first ? `${config.next}${config.next.includes("?") ? "&" : "?"}first=1` : config.next;
  return (await ask("GET", url)).drawings;
}

/** @param {any[]} answers */
async function send(answers) {
  return (await ask("POST", config.decide, { answers })).results;
}

/** @param {string} method @param {string} url @param {object} [body] */
function ask(method, url, body) {
  return request(method, url, { body, headers: { "X-CSRFToken": token() } });
}

/** Read each time: it changes when somebody logs in in another tab. */
function token() {
  const cookie = document.cookie.split("; ").find((text) => text.startsWith("csrftoken="));
  const field = /** @type {HTMLInputElement} */ (page.querySelector("[name=csrfmiddlewaretoken]"));
  return cookie ? cookie.slice("csrftoken=".length) : field.value;
}

/** @param {Decision} decision */
function decide(decision) {
  const card = hand.top;
  if (!card) return;
  if (decision.action === "approve" && !decision.label && !card.seen) {
    say(texts.sayWhat);
    return;
  }
  /** @type {any} */
  const step = { card, decision };
  if (decision.action !== "skip") {
    const { id, status, seen, reported } = card;
    step.entry = outbox.add({ id, status, seen, reported, ...decision }, (result) => {
      if (!result.ok) cameBack(step, result);
    });
    count();
  }
  decided.push(step);
  say(wordsFor(card, decision));
  hand.next();
}

function undo() {
  const step = decided.pop();
  if (!step) {
    say(texts.nothingToUndo);
    return;
  }
  const { card, entry } = step;
  if (entry && !outbox.withdraw(entry)) {
    outbox.add({ id: card.id, status: card.status, action: "undo" }, (result) => {
      if (!result.ok) {
        notice(card.id, result.message);
        hand.remove(card.id);
      }
    });
  }
  if (entry) begun.count = Math.max(0, begun.count - 1);
  say(texts.undone);
  hand.putBack(card);
}

/** @param {any} step @param {{message: string, again?: Card[]}} result */
function cameBack(step, result) {
  const place = decided.indexOf(step);
  if (place >= 0) decided.splice(place, 1);
  notice(step.card.id, result.message);
  if (result.again?.length) hand.putBack(...result.again);
}

/** @param {number} id @param {string} message */
function notice(id, message) {
  const line = document.createElement("li");
  line.textContent = fill(texts.cameBack, { id, message });
  parts.notices.prepend(line);
  parts.notices.hidden = false;
}

/** @param {Card} card @param {Decision} decision */
function wordsFor(card, decision) {
  if (decision.action === "skip") return texts.skipped;
  if (decision.action === "reject") return fill(texts.rejected, { reason: decision.reason ?? "" });
  return fill(texts.approved, { label: decision.label ? texts.labels[decision.label] : (card.label ?? "") });
}

/** @param {string} words */
function say(words) {
  parts.last.textContent = words;
}

function count() {
  begun.at ||= performance.now();
  begun.count += 1;
}

function show() {
  const card = hand.top;
  parts.stage.hidden = !card;
  parts.empty.hidden = Boolean(card);
  parts.empty.textContent = hand.asked && !hand.fetching ? texts.done : texts.loading;
  parts.upcoming.replaceChildren(...hand.cards.slice(1, 1 + AHEAD).map(smallPicture));
  if (!card || card === shown) return; // a drawing may come back with another label, as another card
  if (shown) sighting.begin(); // before the first no other stood there
  shown = card;
  page.dataset.id = String(card.id);
  // Pictures are HTML that the server has made, of numbers only; the versions as well, with their names escaped.
  parts.picture.innerHTML = card.picture;
  parts.small.innerHTML = card.thumbnail;
  parts.claim.textContent = card.label ?? texts.blindClaim;
  parts.claim.classList.toggle("long", (card.label ?? texts.blindClaim).length > 1);
  parts.opinion.textContent = card.opinion ? `${card.opinion.mark} ${card.opinion.words}` : "";
  parts.opinion.className = `opinion ${card.opinion?.verdict ?? ""}`;
  parts.reported.hidden = !card.reported;
  parts.versions.innerHTML = card.versions;
  parts.versions.hidden = !card.versions;
  const link = /** @type {HTMLAnchorElement} */ (parts.number);
  link.href = card.url;
  link.textContent = `#${card.id}`;
}

/** @param {Card} card */
function smallPicture(card) {
  const item = document.createElement("li");
  item.innerHTML = card.thumbnail;
  return item;
}

function showSaving() {
  parts.saving.textContent = outbox.size ? fill(texts.unsaved, { count: outbox.size }) : texts.saved;
  const minutes = Math.max((performance.now() - begun.at) / 60_000, 1 / 60);
  const pace = Math.round(begun.count / minutes);
  parts.pace.textContent = begun.count ? fill(texts.pace, { count: begun.count, pace }) : "";
  if (!outbox.size) parts.trouble.hidden = true;
}

/** @param {Event} event */
function showTrouble(event) {
  const { code, status } = /** @type {CustomEvent<{code?: string, status?: number}>} */ (event).detail;
  // A page to log in comes where JSON was asked for.
  const loggedOut = status === 403 || (status === 200 && code === UNREADABLE);
  parts.trouble.textContent = loggedOut ? texts.loggedOut : texts.unreachable;
  parts.trouble.hidden = false;
}

function reject() {
  decide({ action: "reject", reason: reason.value });
}

function chooseReason() {
  if (hand.top) chooser.showModal();
}

/** @type {Record<string, () => void>} */
const keys = {
  enter: () => decide({ action: "approve" }),
  n: () => decide({ action: "approve", label: "not-a-digit" }),
  x: reject,
  r: chooseReason,
  u: undo,
  s: () => decide({ action: "skip" }),
};
for (let digit = 0; digit < 10; digit++) {
  keys[digit] = () => decide({ action: "approve", label: String(digit) });
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.defaultPrevented) return; // a reason was chosen by it
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || chooser.open) return;
  if (target.matches("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  if (key === "enter" && target.matches("a, button, summary")) return; // it presses that
  const act = keys[key];
  if (!act) return;
  event.preventDefault();
  act();
});

page.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-key]");
  if (!(button instanceof HTMLButtonElement)) return;
  if (!sighting.isTooShort) keys[button.dataset.key ?? ""]?.(); // keys of a quick hand are meant as they come
  button.blur(); // Enter must not press it again
});

chooser.addEventListener("close", () => {
  if (chooser.returnValue) decide({ action: "reject", reason: chooser.returnValue });
  chooser.returnValue = "";
});
chooser.addEventListener("keydown", (event) => {
  const buttons = chooser.querySelectorAll("button[value]");
  const chosen = buttons[Number(event.key) - 1];
  if (!(chosen instanceof HTMLButtonElement) || event.repeat) return;
  event.preventDefault();
  choose(chosen.value);
});

/**
 * Left to itself, the focus stays on a button of the closed dialog until the browser draws the page again, and takes
 * the next key of a quick hand. @param {string} value
 */
function choose(value) {
  chooser.close(value);
  /** @type {HTMLElement | null} */ (chooser.querySelector(":focus"))?.blur();
}

hand.addEventListener("change", show);
hand.addEventListener("failed", showTrouble);
outbox.addEventListener("change", showSaving);
outbox.addEventListener("stuck", showTrouble);
window.addEventListener("beforeunload", (event) => {
  if (outbox.size) event.preventDefault();
});
show();
void hand.fill();
