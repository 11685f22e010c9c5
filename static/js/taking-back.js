/**
 * Deletes the drawing that was given last. It owns the button "Delete it again".
 *
 * Before the answer is there the next drawing may be given: then the answer is about an earlier one, and the last one
 * stays as it is.
 *
 * Events: `deleted`, `kept` (it could not be deleted). `detail` has the `words` that say so, and `isLast`: whether they
 * are about the last drawing.
 *
 * @import {Donations, Receipt} from "./donations.js"
 */

import { explain } from "./texts.js";

export class TakingBack extends EventTarget {
  /** @param {HTMLButtonElement} button @param {{donations: Donations, texts: Record<string, any>}} options */
  constructor(button, { donations, texts }) {
    super();
    this.button = button;
    this.donations = donations;
    this.texts = texts;
    /** @type {Receipt | null} of the last drawing, as long as it can be taken back */
    this.receipt = null;
    /** @type {Set<string | undefined>} ids of the drawings whose deletion is not answered yet */
    this.leaving = new Set();
    button.addEventListener("click", () => this.takeBack());
  }

  /** @param {Receipt | null} receipt  of the drawing that is the last one now; null: it cannot be taken back */
  offer(receipt) {
    this.receipt = receipt;
    this.show();
  }

  async takeBack() {
    const { receipt, texts } = this;
    if (!receipt) return;
    this.leaving.add(receipt.id);
    this.show();
    try {
      await this.donations.takeBack(receipt);
      this.answered(receipt, "deleted", { ofLast: texts.deleted, ofEarlier: texts.earlierDeleted });
    } catch (error) {
      this.answered(receipt, "kept", { ofLast: explain(texts.deleteErrors, error), ofEarlier: texts.earlierKept });
    }
  }

  /** @param {Receipt} receipt @param {"deleted" | "kept"} type @param {{ofLast: string, ofEarlier: string}} words */
  answered(receipt, type, { ofLast, ofEarlier }) {
    const isLast = this.receipt?.id === receipt.id;
    this.leaving.delete(receipt.id);
    if (isLast && type === "deleted") this.receipt = null;
    this.show();
    this.dispatchEvent(new CustomEvent(type, { detail: { words: isLast ? ofLast : ofEarlier, isLast } }));
  }

  show() {
    this.button.hidden = this.receipt === null;
    this.button.disabled = this.leaving.has(this.receipt?.id);
  }
}
