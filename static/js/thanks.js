/**
 * The thanks after a drawing was given, with the way to delete it again. It owns the element `data-thanks`.
 *
 * @import {Donations, Receipt} from "./donations.js"
 */

import { part } from "./elements.js";
import { NOT_A_DIGIT } from "./giving.js";
import { explain, fill } from "./texts.js";

export class Thanks {
  /** @param {HTMLElement} element @param {{donations: Donations, texts: Record<string, any>}} options */
  constructor(element, { donations, texts }) {
    this.element = element;
    this.donations = donations;
    this.texts = texts;
    this.message = part(element, "thanks-message");
    this.button = /** @type {HTMLButtonElement} */ (part(element, "take-back"));
    /** @type {Receipt | null} */
    this.receipt = null;
    this.button.addEventListener("click", () => this.takeBack());
  }

  /** @param {Receipt} receipt @param {string} label */
  show(receipt, label) {
    this.receipt = receipt;
    const text = label === NOT_A_DIGIT ? this.texts.thanksNotADigit : fill(this.texts.thanks, { label });
    this.write("given", text);
    // The button that had the focus is gone with the form.
    this.element.focus({ preventScroll: true });
  }

  async takeBack() {
    if (!this.receipt) return;
    this.button.disabled = true;
    try {
      await this.donations.takeBack(this.receipt);
      this.receipt = null;
      this.write("deleted", this.texts.deleted);
    } catch (error) {
      this.write("problem", explain(this.texts.errors, error));
    } finally {
      this.button.disabled = false;
    }
  }

  write(state, message) {
    this.element.hidden = false;
    this.element.dataset.state = state;
    this.message.textContent = message;
    this.button.hidden = this.receipt === null;
  }
}
