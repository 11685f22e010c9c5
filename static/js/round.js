/**
 * How far one is: a ring that fills with each drawing, and one's own tally. It owns the element `data-round`. A reload
 * does not begin a new round.
 */

import { part } from "./elements.js";
import { Stored } from "./stored.js";
import { fill } from "./texts.js";

const kept = new Stored("sessionStorage", "round");

export class Round {
  /** @param {HTMLElement} element @param {{texts: Record<string, string>, round: number, given: number}} options */
  constructor(element, { texts, round, given }) {
    this.texts = texts;
    this.all = round;
    this.given = given;
    this.done = Math.min(round, Number(kept.get() ?? 0));
    this.ring = element.querySelector("[data-ring]");
    this.words = part(element, "round-done");
    this.tally = part(element, "tally");
    this.show();
  }

  /** One more. @param {number} given  as the server counts @returns {boolean} whether the round is full; the next one begins with the next drawing */
  add(given) {
    this.done = (this.done % this.all) + 1;
    this.given = given;
    kept.set(this.done);
    this.show();
    return this.done === this.all;
  }

  /** One less: it was taken back. */
  remove() {
    this.done = Math.max(0, this.done - 1);
    this.given = Math.max(0, this.given - 1);
    kept.set(this.done);
    this.show();
  }

  show() {
    this.ring?.setAttribute("stroke-dasharray", `${(100 * this.done) / this.all} 100`);
    this.words.textContent = fill(this.texts.round, { done: this.done, all: this.all });
    const count = new Intl.NumberFormat(document.documentElement.lang).format(this.given);
    this.tally.textContent = this.given === 1 ? this.texts.tallyOne : fill(this.texts.tally, { count });
    this.tally.hidden = this.given === 0;
  }
}
