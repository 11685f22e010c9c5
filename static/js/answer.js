/**
 * The answer: one numeral, its certainty in words, and ten bars. It owns the element `data-answer`.
 *
 * @import {Reading} from "./lab/asking.js"
 */

import { certainty, percent } from "./certainty.js";
import { part } from "./elements.js";
import { fill, percentText } from "./texts.js";

const MOST_NUMERALS = 4; // that fit into the frame

export class AnswerView {
  /** @param {HTMLElement} element @param {{texts: Record<string, any>, glance: HTMLElement}} options  `glance`: the numeral again */
  constructor(element, { texts, glance }) {
    this.element = element;
    this.texts = texts;
    this.glance = glance;
    this.numeral = part(element, "numeral");
    this.headline = part(element, "headline");
    this.detail = part(element, "detail");
    this.bars = /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[data-digit]")]);
  }

  /** Nothing is drawn. @param {boolean} live  whether an answer will come by itself */
  showEmpty(live) {
    this.write("empty", "?", this.texts.empty, live ? this.texts.emptyDetail : this.texts.emptyDetailAsked);
    this.showBars(null);
  }

  /** Something is drawn, and nobody has asked what it is. */
  showUnread() {
    this.write("empty", "?", this.texts.notAsked, this.texts.emptyDetailAsked);
    this.showBars(null);
  }

  /** The answer takes its time, and the last one is about another drawing. */
  showWaiting() {
    this.write("waiting", "…", this.texts.reading, "");
    this.showBars(null);
  }

  /** @param {Reading} reading @param {boolean} rested  whether the verdict is due: a digit or not */
  show(reading, rested) {
    const sure = certainty(reading.probabilities);
    const several = reading.symbols > 1;
    if (several) this.showSeveral(reading);
    else if (rested && reading.is_digit?.accepted === false) this.showRefused(sure.first);
    else this.showReading(reading, sure);
    // Of several symbols the ten would be those of their heap, which nobody has drawn as a digit.
    this.showBars(several ? null : reading.probabilities);
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

  showReading({ probabilities }, { kind, first, second }) {
    const { named, shareOfOne, shareOfTwo } = this.texts;
    const share = (digit) => percentText(percent(probabilities[digit]));
    const headline = fill(this.texts[kind], { first: named[first], second: named[second] });
    const names = { first, second, share: share(first), next: share(second) };
    this.write(kind, String(first), headline, fill(kind === "sure" ? shareOfOne : shareOfTwo, names));
  }

  showRefused(digit) {
    const detail = fill(this.texts.refusedDetail, { first: this.texts.named[digit] });
    this.write("refused", String(digit), this.texts.refused, detail);
  }

  showSeveral({ readings, symbols }) {
    const digits = readings.map((reading) => reading.digit);
    const shown = digits.slice(0, MOST_NUMERALS).join("") + (digits.length > MOST_NUMERALS ? "…" : "");
    const headline = fill(this.texts.several, { count: symbols });
    this.write("several", shown, headline, this.texts.severalDetail);
  }

  write(state, numeral, headline, detail) {
    this.element.dataset.state = state;
    this.numeral.textContent = numeral;
    this.numeral.dataset.length = String(numeral.length);
    this.glance.textContent = numeral;
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
      part(bar, "value").textContent = probabilities ? String(percent(probability)) : "";
    });
  }
}
