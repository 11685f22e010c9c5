/**
 * The review page: answers go out without leaving it, and the next drawing is there before one asks.
 *
 * Without this script the form works by itself, one page a drawing.
 *
 * @typedef {{offer: string, picture: string}} Shown  the name of the offer, and the drawing as HTML of our own
 */

import { request } from "./api.js";
import { part } from "./elements.js";
import { Sighting } from "./sighting.js";
import { explain, readConfig } from "./texts.js";

const SEEN = 250; // ms
const KEYS = { n: "not-a-digit", u: "unclear", s: "skipped" };

/** The form with the drawing: says which answer was chosen, by a button or a key, to a drawing that was seen. */
class Desk {
  /** @param {HTMLFormElement} form @param {(answer: string, button: HTMLButtonElement | null) => void} onAnswer */
  constructor(form, onAnswer) {
    this.form = form;
    this.onAnswer = onAnswer;
    this.sighting = new Sighting();
    this.drawing = part(form, "drawing");
    this.offer = /** @type {HTMLInputElement} */ (form.elements.namedItem("offer"));
    this.token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrfmiddlewaretoken"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
      if (button) this.choose(button.value, button);
    });
    document.addEventListener("keydown", (event) => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const answer = /^\d$/.test(event.key) ? event.key : KEYS[event.key.toLowerCase()];
      if (answer && !form.hidden) this.choose(answer, this.buttonOf(answer));
    });
  }

  /** @param {string} answer @param {HTMLButtonElement | null} button */
  choose(answer, button) {
    if (!this.sighting.isTooShort) this.onAnswer(answer, button);
  }

  /** @param {string} answer @returns {HTMLButtonElement | null} */
  buttonOf(answer) {
    return this.form.querySelector(`button[value="${answer}"]`);
  }

  /** @param {Shown} shown */
  show({ offer, picture }) {
    this.offer.value = offer;
    this.drawing.innerHTML = picture;
    this.sighting.begin();
  }

  /** @param {boolean} busy */
  wait(busy) {
    this.form.setAttribute("aria-busy", String(busy));
  }
}

class Review {
  /** @param {HTMLElement} page */
  constructor(page) {
    this.texts = readConfig().texts;
    this.note = part(page, "note");
    this.given = part(page, "given");
    this.tally = part(page, "tally");
    this.empty = part(page, "empty");
    this.announcement = part(page, "announcement");
    this.address = page.dataset.next ?? "";
    const form = /** @type {HTMLFormElement} */ (part(page, "desk"));
    this.desk = new Desk(form, (answer, button) => void this.answer(answer, button));
    this.busy = false;
    this.isAhead = false;
    /** @type {[string, HTMLButtonElement | null] | null} */
    this.queued = null;
    /** @type {Shown | null} */
    this.ready = null;
    this.starting = Promise.resolve();
  }

  /** Has a drawing ready before the next answer, which waits for it: else the same might be brought by both. */
  start() {
    this.starting = this.fetchReady();
  }

  async fetchReady() {
    try {
      const besides = encodeURIComponent(this.desk.offer.value);
      this.ready = (await request("GET", `${this.address}?besides=${besides}`)).next;
    } catch {
      // The answer brings one as well.
    }
  }

  /** @param {string} answer @param {HTMLButtonElement | null} button */
  async answer(answer, button) {
    if (this.busy) {
      // Somebody is faster than the network, and sees the next drawing already: one answer waits its turn.
      if (this.isAhead) this.queued = [answer, button];
      return;
    }
    this.mark(button);
    this.hold(true);
    this.isAhead = false;
    await this.starting;
    const answered = { offer: this.desk.offer.value, picture: this.desk.drawing.innerHTML };
    const early = this.ready;
    if (early) this.desk.show(early);
    this.isAhead = early !== null;
    try {
      const { given, next } = await this.send(answer, answered.offer, early?.offer ?? "");
      this.count(given);
      this.say(answer === "report" ? this.texts.reported : "");
      this.goOn(early, next);
    } catch (error) {
      this.queued = null;
      this.fail(error, early, answered);
    }
    this.hold(false);
    const queued = this.queued;
    this.queued = null;
    if (queued) await this.answer(...queued);
  }

  /** @param {string} answer @param {string} offer @param {string} besides */
  send(answer, offer, besides) {
    const fields = new URLSearchParams({ answer, offer, besides, csrfmiddlewaretoken: this.desk.token.value });
    return request("POST", this.desk.form.action, { body: fields });
  }

  /** What was ready is on the desk already; what the answer brought is the next to be ready. */
  goOn(early, next) {
    this.ready = early ? next : null;
    if (!early && next) this.desk.show(next);
    if (early || next) this.announcement.textContent = this.texts.next;
    else this.close();
    if (!early && next) this.start();
  }

  /** An answer that was not taken: its drawing comes back, unless it is not open to answers any more. */
  fail(error, early, answered) {
    const isGone = error.status === 409 || error.code === "own_drawing";
    this.say(explain(this.texts, error));
    if (error.code === "contributor_blocked") return this.close(false);
    if (!isGone) {
      this.desk.show(answered);
      return;
    }
    this.ready = null;
    if (early) this.start();
    else location.reload();
  }

  /** @param {boolean} isDone */
  close(isDone = true) {
    this.desk.form.hidden = true;
    this.empty.hidden = !isDone;
  }

  /** @param {number} given */
  count(given) {
    this.given.textContent = String(given);
    this.tally.hidden = given === 0;
  }

  /** @param {string} text */
  say(text) {
    this.note.textContent = text;
    this.note.hidden = text === "";
  }

  /** Lets the eye see for a moment which answer was taken. @param {HTMLButtonElement | null} button */
  mark(button) {
    button?.setAttribute("data-chosen", "");
    setTimeout(() => button?.removeAttribute("data-chosen"), SEEN);
  }

  /** @param {boolean} busy */
  hold(busy) {
    this.busy = busy;
    this.desk.wait(busy);
  }
}

const page = document.querySelector("[data-review]");
if (page instanceof HTMLElement && page.querySelector("[data-desk]")) new Review(page).start();
