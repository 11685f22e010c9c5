/**
 * The thanks after a drawing was given, with the way to delete it again. It owns the element `data-thanks`.
 *
 * @import {Donations, Receipt} from "./donations.js"
 */

import { part } from "./elements.js";
import { NOT_A_DIGIT } from "./giving.js";
import { counted, uncounted } from "./tally.js";
import { explain, fill } from "./texts.js";

export class Thanks {
  /** @param {HTMLElement} element @param {{donations: Donations, texts: Record<string, any>, deletion: string}} options */
  constructor(element, { donations, texts, deletion }) {
    this.element = element;
    this.donations = donations;
    this.texts = texts;
    this.deletion = deletion;
    this.message = part(element, "thanks-message");
    this.link = /** @type {HTMLAnchorElement} */ (part(element, "deletion-link"));
    this.button = /** @type {HTMLButtonElement} */ (part(element, "take-back"));
    /** @type {Receipt | null} */
    this.receipt = null;
    this.button.addEventListener("click", () => this.takeBack());
  }

  /** @param {Receipt} receipt @param {string} label */
  show(receipt, label) {
    this.receipt = receipt;
    this.link.href = `${this.deletion}/${receipt.id}?${new URLSearchParams({ token: receipt.deletion_token })}`;
    const words = label === NOT_A_DIGIT ? this.texts.thanksNotADigit : fill(this.texts.thanks, { label });
    const count = counted(receipt.id);
    this.write("given", `${words} ${count > 1 ? fill(this.texts.count, { count }) : this.texts.first}`);
    // The button that had the focus is gone with the form.
    this.element.focus({ preventScroll: true });
  }

  /** Somebody is drawing the next one. What was given can still be deleted on the page of one's own drawings. */
  hide() {
    this.element.hidden = true;
  }

  async takeBack() {
    if (!this.receipt) return;
    this.button.disabled = true;
    try {
      await this.donations.takeBack(this.receipt);
      this.receipt = null;
      uncounted();
      this.write("deleted", this.texts.deleted);
    } catch (error) {
      this.write("problem", explain(this.texts.deleteErrors, error));
    } finally {
      this.button.disabled = false;
    }
  }

  write(state, message) {
    this.element.hidden = false;
    this.element.dataset.state = state;
    this.message.textContent = message;
    this.button.hidden = this.link.hidden = this.receipt === null;
  }
}
