/**
 * The verdict: is it a digit at all? It owns the element `data-verdict`.
 *
 * @import {Reading} from "./lab/asking.js"
 */

import { percent } from "./certainty.js";
import { part } from "./elements.js";
import { percentText } from "./texts.js";

/** @param {Reading} reading @returns {"digit" | "refused" | "several" | "none"} */
export function verdictOf({ symbols, is_digit }) {
  if (symbols > 1) return "several";
  if (is_digit === null) return "none";
  return is_digit.accepted ? "digit" : "refused";
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

  /** While somebody draws there is no verdict, so that it does not flash; nor while nobody answers. */
  showNothing(words = this.texts.verdictWaits) {
    this.write("", words, "", "");
  }

  /** @param {Reading} reading */
  show(reading) {
    const verdict = verdictOf(reading);
    const probability = reading.is_digit?.probability ?? 0;
    const digit = percent(probability);
    this.element.style.setProperty("--share", probability.toFixed(4));
    this.write(verdict, this.texts[`verdict_${verdict}`], percentText(digit), percentText(100 - digit));
  }

  write(verdict, name, digitShare, otherShare) {
    this.element.dataset.verdict = verdict;
    this.name.textContent = name;
    this.digitShare.textContent = digitShare;
    this.otherShare.textContent = otherShare;
  }
}
