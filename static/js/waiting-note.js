/**
 * Says what waits in this browser to be sent, and what became of it. It owns the element `data-waiting`.
 *
 * @import {Donations} from "./donations.js"
 */

import { explain, fill } from "./texts.js";

export class WaitingNote {
  /** @param {HTMLElement} element @param {{donations: Donations, texts: Record<string, any>}} options */
  constructor(element, { donations, texts }) {
    this.element = element;
    this.donations = donations;
    this.texts = texts;
    this.outcome = "";
    this.kind = "";
    donations.addEventListener("change", () => this.show());
    donations.addEventListener("delivered", () => this.tell(texts.waitedAndSent, "good"));
    donations.addEventListener("refused", (event) => {
      const { error } = /** @type {CustomEvent} */ (event).detail;
      this.tell(fill(texts.waitedInVain, { reason: explain(texts.errors, error) }));
    });
  }

  /** Where the eyes go when the drawing that was given has to wait. */
  focus() {
    this.element.focus({ preventScroll: true });
  }

  /** @param {string} outcome @param {"good" | ""} [kind] */
  tell(outcome, kind = "") {
    this.outcome = outcome;
    this.kind = kind;
    this.show();
  }

  show() {
    const { waiting } = this.donations;
    const waits = fill(waiting === 1 ? this.texts.waitingOne : this.texts.waitingMany, { count: waiting });
    this.element.dataset.waiting = String(waiting);
    this.element.dataset.kind = waiting > 0 ? "" : this.kind;
    this.element.textContent = waiting > 0 ? waits : this.outcome;
    this.element.hidden = this.element.textContent === "";
  }
}
