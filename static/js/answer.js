/**
 * The answer: one numeral, its certainty in words, and ten bars. It owns the element `data-answer`.
 *
 * @import {Answer} from "./predictor.js"
 */

import { certainty, percent } from "./certainty.js";
import { part } from "./elements.js";
import { fill, percentText } from "./texts.js";

const MOST_NUMERALS = 4; // that fit into the frame

export class AnswerView {
  /** @param {HTMLElement} element @param {Record<string, string>} texts */
  constructor(element, texts) {
    this.element = element;
    this.texts = texts;
    this.numeral = part(element, "numeral");
    this.headline = part(element, "headline");
    this.detail = part(element, "detail");
    this.bars = /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[data-digit]")]);
  }

  /** Nothing is drawn. */
  showEmpty() {
    this.write("empty", "?", this.texts.empty, this.texts.emptyDetail);
    this.showBars(null);
  }

  /** @param {Answer} answer @param {boolean} rested  whether the verdict is due: a digit or not */
  show(answer, rested) {
    const sure = certainty(answer.probabilities);
    const several = answer.symbols > 1;
    if (several) this.showSeveral(answer);
    else if (rested && !answer.is_digit.accepted) this.showRefused(sure.first);
    else this.showReading(answer, sure);
    // Of several symbols the ten would be those of their heap, which nobody has drawn as a digit.
    this.showBars(several ? null : answer.probabilities);
  }

  /** @param {{headline: string, detail: string}} problem  the last numeral would answer another drawing */
  showProblem({ headline, detail }) {
    this.write("problem", "", headline, detail);
    this.showBars(null);
  }

  /** The words as one sentence, for those who cannot see the numeral. */
  get sentence() {
    return [this.numeral.textContent, this.headline.textContent, this.detail.textContent].filter(Boolean).join(". ");
  }

  showReading(answer, { kind, first, second }) {
    const share = (digit) => percentText(percent(answer.probabilities[digit]));
    const names = { first, second, share: share(first), next: share(second) };
    const detail = kind === "sure" ? this.texts.shareOfOne : this.texts.shareOfTwo;
    this.write(kind, String(first), fill(this.texts[kind], names), fill(detail, names));
  }

  showRefused(digit) {
    this.write("refused", String(digit), this.texts.refused, fill(this.texts.refusedDetail, { first: digit }));
  }

  showSeveral(answer) {
    const digits = answer.readings.map((reading) => reading.digit);
    const shown = digits.slice(0, MOST_NUMERALS).join("") + (digits.length > MOST_NUMERALS ? "…" : "");
    const headline = fill(this.texts.several, { count: answer.symbols });
    this.write("several", shown, headline, this.texts.severalDetail);
  }

  write(state, numeral, headline, detail) {
    this.element.dataset.state = state;
    this.numeral.textContent = numeral;
    this.numeral.dataset.length = String(numeral.length);
    this.headline.textContent = headline;
    this.detail.textContent = detail;
  }

  /** @param {readonly number[] | null} probabilities */
  showBars(probabilities) {
    const best = probabilities ? certainty(probabilities).first : -1;
    this.bars.forEach((bar, digit) => {
      const probability = probabilities?.[digit] ?? 0;
      bar.classList.toggle("is-winner", digit === best);
      // Through the CSSOM, which the content security policy allows; a style attribute it would not.
      bar.style.setProperty("--share", probability.toFixed(4));
      this.showValue(part(bar, "value"), probabilities && percent(probability));
    });
  }

  /** Zeros are left to the screen readers: ten numbers hide the one or two that matter. */
  showValue(element, value) {
    element.textContent = value === null ? "" : String(value);
    element.classList.toggle("is-zero", value === 0);
  }
}
