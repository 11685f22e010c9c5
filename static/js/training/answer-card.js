/**
 * What one version says of a drawing, as a card.
 *
 * @typedef {object} VersionAnswer
 * @property {"digits" | "digit-or-not"} network
 * @property {number} number
 * @property {string} architecture
 * @property {string[]} [classes]
 * @property {string} [answer]
 * @property {number[]} [probabilities]
 * @property {number} [milliseconds]
 * @property {{code: string, message: string}} [error]
 */

import { part } from "../elements.js";
import { fill } from "../texts.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {HTMLTemplateElement} template
 * @param {VersionAnswer} answer
 * @param {any} texts
 * @returns {HTMLElement}
 */
export function answerCard(template, answer, texts) {
  const card = /** @type {HTMLElement} */ (template.content.cloneNode(true));
  const name = /** @type {HTMLAnchorElement} */ (part(card, "name"));
  name.textContent = `${texts.networks[answer.network]} ${answer.number}`;
  name.href = `/models/${answer.network}/${answer.number}`;
  part(card, "architecture").textContent = answer.architecture;
  if (answer.error || !answer.probabilities || !answer.classes) {
    part(card, "share").textContent = texts.unreadable;
    return card;
  }
  const best = Math.max(...answer.probabilities);
  const words = (label) => texts[label] ?? label;
  part(card, "answer").textContent = words(answer.answer);
  part(card, "answer").dataset.length = String(words(answer.answer).length);
  part(card, "share").textContent = percent(best);
  part(card, "ms").textContent = fill(texts.milliseconds, { ms: number(answer.milliseconds ?? 0) });
  part(card, "bars").replaceChildren(
    ...answer.classes.map((label, index) => bar(words(label), answer.probabilities?.[index] ?? 0, best)),
  );
  return card;
}

/** @param {string} label @param {number} share @param {number} best */
function bar(label, share, best) {
  const row = document.createElement("li");
  row.append(span("bar-list-name", label), track(share, share === best), span("bar-list-value", percent(share)));
  return row;
}

/** @param {number} share @param {boolean} isBest */
function track(share, isBest) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "bar-list-track");
  svg.setAttribute("viewBox", "0 0 100 16");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("class", isBest ? "plot-bar" : "plot-bar-soft");
  rect.setAttribute("height", "16");
  rect.setAttribute("width", String(100 * share));
  svg.append(rect);
  return svg;
}

/** @param {string} className @param {string} text */
function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

/** @param {number} share */
function percent(share) {
  const options = /** @type {const} */ ({ style: "percent", maximumFractionDigits: 1 });
  return share.toLocaleString(document.documentElement.lang, options);
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
}
