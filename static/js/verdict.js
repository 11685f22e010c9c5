/**
 * The verdict: is it a digit at all? It owns the element `data-verdict`.
 *
 * @import {Answer} from "./predictor.js"
 */

import { percent } from "./certainty.js";
import { part } from "./elements.js";
import { percentText } from "./texts.js";

/** @param {Answer} answer @returns {"digit" | "refused" | "several"} */
export function verdictOf(answer) {
  if (answer.symbols > 1) return "several";
  return answer.is_digit.accepted ? "digit" : "refused";
}

export class VerdictView {
  /** @param {HTMLElement} element @param {Record<string, string>} texts */
  constructor(element, texts) {
    this.element = element;
    this.texts = texts;
    this.name = part(element, "verdict-name");
    this.digitShare = part(element, "digit-share");
    this.otherShare = part(element, "other-share");
  }

  /** While somebody draws there is no verdict, so that it does not flash. */
  showNothing() {
    this.write("", this.texts.verdictWaits, "", "");
  }

  /** @param {Answer} answer */
  show(answer) {
    const verdict = verdictOf(answer);
    const digit = percent(answer.is_digit.probability);
    this.element.style.setProperty("--share", answer.is_digit.probability.toFixed(4));
    this.write(verdict, this.texts[`verdict_${verdict}`], percentText(digit), percentText(100 - digit));
  }

  write(verdict, name, digitShare, otherShare) {
    this.element.dataset.verdict = verdict;
    this.name.textContent = name;
    this.digitShare.textContent = digitShare;
    this.otherShare.textContent = otherShare;
  }
}
