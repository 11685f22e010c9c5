/**
 * Says what waits in this browser to be sent, lets it be discarded, and says what became of it. It owns the element
 * `data-waiting`.
 *
 * @import {Donations} from "./donations.js"
 */

import { part } from "./elements.js";
import { explain, fill } from "./texts.js";

export class WaitingNote {
  /** @param {HTMLElement} element @param {{donations: Donations, texts: Record<string, any>}} options */
  constructor(element, { donations, texts }) {
    this.element = element;
    this.donations = donations;
    this.texts = texts;
    this.words = part(element, "waiting-words");
    this.button = part(element, "discard");
    this.outcome = "";
    /** @type {"good" | "refused" | ""} */
    this.kind = "";
    donations.addEventListener("change", () => this.show());
    donations.addEventListener("delivered", () => this.delivered());
    donations.addEventListener("refused", (event) => this.refused(/** @type {CustomEvent} */ (event).detail.error));
    this.button.addEventListener("click", () => this.discard());
  }

  /** Where the eyes go when the drawing that was given has to wait. What became of those before has been seen. */
  focus() {
    this.tell("");
    this.element.focus({ preventScroll: true });
  }

  /** Thanks do not cover up that another one was refused. */
  delivered() {
    if (this.kind !== "refused") this.tell(this.texts.waitedAndSent, "good");
  }

  /** It is not on the board any more, so this has words of its own. */
  refused(error) {
    this.tell(fill(this.texts.waitedInVain, { reason: explain(this.texts.waitedErrors, error) }), "refused");
  }

  async discard() {
    await this.donations.discardWaiting();
    this.tell(this.texts.discarded);
    this.element.focus({ preventScroll: true }); // the button that had the focus is gone
  }

  /** @param {string} outcome @param {"good" | "refused" | ""} [kind] */
  tell(outcome, kind = "") {
    this.outcome = outcome;
    this.kind = kind;
    this.show();
  }

  /** Thanks can wait until nothing else does; that one was refused is said at once. */
  show() {
    const { waiting } = this.donations;
    const waits = fill(waiting === 1 ? this.texts.waitingOne : this.texts.waitingMany, { count: waiting });
    const outcome = waiting === 0 || this.kind === "refused" ? this.outcome : "";
    this.element.dataset.waiting = String(waiting);
    this.element.dataset.kind = waiting > 0 ? "" : this.kind;
    this.words.textContent = [outcome, waiting > 0 ? waits : ""].filter(Boolean).join(" ");
    this.button.hidden = waiting === 0;
    this.element.hidden = this.words.textContent === "";
  }
}
