/**
 * The page's texts and addresses, which the template has left as JSON in the visitor's language.
 */

/** @returns {any} */
export function readConfig() {
  return JSON.parse(/** @type {HTMLElement} */ (document.getElementById("page-config")).textContent ?? "");
}

/**
 * Puts values in the place of their names in braces: fill("a {label}", {label: "7"}).
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (braces, name) => String(values[name] ?? braces));
}

/**
 * Says what to do about an error: the words for its code, else for its status, else those for all others.
 *
 * @template T
 * @param {Record<string, T>} words
 * @param {{code?: string, status?: number}} error
 * @returns {T}
 */
export function explain(words, { code = "", status = 0 }) {
  return words[code] ?? words[status] ?? words.other;
}

/** Writes a share of 1 as percent, the way the page's language does. @param {number} wholePercent */
export function percentText(wholePercent) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(wholePercent / 100);
}
