/**
 * The thanks after a drawing was given, with the way to delete it again. It owns the element `data-thanks`.
 *
 * @import {Donations, Receipt} from "./donations.js"
 */

import { part } from "./elements.js";
import { NOT_A_DIGIT } from "./giving.js";
import { TakingBack } from "./taking-back.js";
import { fill } from "./texts.js";

export class Thanks {
  /** @param {HTMLElement} element @param {{donations: Donations, texts: Record<string, any>, deletion: string}} options */
  constructor(element, { donations, texts, deletion }) {
    this.element = element;
    this.texts = texts;
    this.deletion = deletion;
    this.message = part(element, "thanks-message");
    this.link = /** @type {HTMLAnchorElement} */ (part(element, "deletion-link"));
    this.takingBack = new TakingBack(/** @type {HTMLButtonElement} */ (part(element, "take-back")), { donations, texts });
    for (const type of ["deleted", "kept"]) {
      this.takingBack.addEventListener(type, (event) => this.answered(/** @type {CustomEvent} */ (event).detail));
    }
  }

  /** @param {Receipt} receipt @param {string} label */
  show(receipt, label) {
    this.takingBack.offer(receipt);
    this.link.href = `${this.deletion}/${receipt.id}?${new URLSearchParams({ token: receipt.deletion_token })}`;
    const words = label === NOT_A_DIGIT ? this.texts.thanksNotADigit : fill(this.texts.thanks, { label });
    const { given } = receipt;
    this.write(`${words} ${given > 1 ? fill(this.texts.count, { count: given }) : this.texts.first}`);
    // The button that had the focus is gone with the form.
    this.element.focus({ preventScroll: true });
  }

  /** Somebody is drawing the next one. What was given can still be deleted on the page of one's own drawings. */
  hide() {
    this.element.hidden = true;
  }

  /** What became of an earlier drawing stands behind the thanks for the last one. */
  answered({ words, isLast }) {
    this.write(isLast ? words : `${this.message.textContent} ${words}`);
  }

  /** @param {string} message */
  write(message) {
    this.element.hidden = false;
    this.message.textContent = message;
    this.link.hidden = this.takingBack.receipt === null;
  }
}
