/**
 * The form "Give this drawing": label, consent, send. It owns the element `data-give`.
 *
 * Event: `given`; `detail` has the `receipt` and the `label`.
 *
 * @import {Reading} from "./lab/asking.js"
 * @import {Donations} from "./donations.js"
 * @import {Drawing} from "./drawing.js"
 */

import { isRemembered, remember } from "./consent.js";
import { part } from "./elements.js";
import { EMPTY, isEmpty } from "./drawing.js";
import { explain } from "./texts.js";
import { verdictOf } from "./verdict.js";

export const NOT_A_DIGIT = "not-a-digit";

export class GivingForm extends EventTarget {
  /**
   * @param {HTMLFormElement} form
   * @param {{donations: Donations, texts: Record<string, any>, consentVersion: string}} options
   */
  constructor(form, { donations, texts, consentVersion }) {
    super();
    this.form = form;
    this.donations = donations;
    this.texts = texts;
    this.consentVersion = consentVersion;
    this.fields = /** @type {HTMLFieldSetElement} */ (part(form, "give-fields"));
    this.button = /** @type {HTMLButtonElement} */ (part(form, "give-button"));
    this.problem = part(form, "give-problem");
    this.consent = /** @type {HTMLInputElement} */ (form.elements.namedItem("consent"));
    this.labels = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("[name=label]")]);
    /** @type {Drawing} */
    this.drawing = EMPTY;
    this.several = false;
    this.sending = false;
    this.chosenByHand = false;
    this.consent.checked = isRemembered(consentVersion);
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.form.addEventListener("change", (event) => {
      if (event.target === this.consent) this.agreed();
      else this.chosenByHand = true;
      this.tell("");
    });
  }

  agreed() {
    remember(this.consentVersion, this.consent.checked);
    this.consent.removeAttribute("aria-invalid");
  }

  get label() {
    return this.labels.find((input) => input.checked)?.value ?? "";
  }

  /** "" is none: that is why this is not RadioNodeList.value. */
  set label(value) {
    for (const input of this.labels) input.checked = input.value === value;
  }

  /** The drawing has become another. What was chosen by hand stays until the board is empty. */
  setDrawing(/** @type {Drawing} */ drawing) {
    this.drawing = drawing;
    this.several = false;
    if (isEmpty(drawing)) this.chosenByHand = false;
    if (!this.chosenByHand) this.label = "";
    this.tell("");
    this.refresh();
  }

  /** The pen has rested: propose what was read. @param {Reading} reading */
  propose(reading) {
    const verdict = verdictOf(reading);
    this.several = verdict === "several";
    const labels = { digit: String(reading.digit), refused: NOT_A_DIGIT, several: "", none: String(reading.digit) };
    if (!this.chosenByHand) this.label = labels[verdict];
    this.tell(this.several ? this.texts.onlySingle : "");
    this.refresh();
  }

  async submit() {
    const missing = this.missing();
    if (missing) return this.tell(missing);
    this.setSending(true);
    const { drawing, label } = this;
    try {
      const receipt = await this.donations.give(drawing, label);
      this.dispatchEvent(new CustomEvent("given", { detail: { receipt, label, drawing } }));
    } catch (error) {
      this.tell(explain(this.texts.errors, error), "error");
    } finally {
      this.setSending(false);
    }
  }

  /** What has to be done before the drawing can be given, in words; and puts the visitor there. */
  missing() {
    if (this.several) return this.texts.onlySingle;
    if (!this.label) return this.texts.labelMissing;
    if (this.consent.checked) return "";
    this.consent.setAttribute("aria-invalid", "true");
    this.consent.focus();
    return this.texts.consentMissing;
  }

  setSending(sending) {
    this.sending = sending;
    this.button.textContent = sending ? this.texts.giving : this.texts.give;
    this.refresh();
  }

  refresh() {
    this.fields.disabled = isEmpty(this.drawing);
    this.button.disabled = this.sending || this.several;
  }

  /** @param {string} message @param {"hint" | "error"} [kind] */
  tell(message, kind = "hint") {
    this.problem.dataset.kind = kind;
    this.problem.textContent = message;
    this.problem.hidden = message === "";
  }
}
