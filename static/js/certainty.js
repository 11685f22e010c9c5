/**
 * How sure an answer is, in classes that have words. Pure.
 *
 * @typedef {"sure" | "fairly" | "either" | "unsure"} Kind
 * @typedef {{kind: Kind, first: number, second: number}} Certainty  the likeliest digit and the next
 */

const SURE = 0.95;
const FAIRLY_SURE = 0.8;
/** A second digit at least this likely is worth naming. */
const RIVAL = 0.2;

/** @param {readonly number[]} probabilities  ten, of the digits 0-9 @returns {Certainty} */
export function certainty(probabilities) {
  const order = probabilities.map((_, digit) => digit).sort((a, b) => probabilities[b] - probabilities[a]);
  const [first, second] = order;
  return { kind: kindOf(probabilities[first], probabilities[second]), first, second };
}

/** @returns {Kind} */
function kindOf(best, next) {
  if (best >= SURE) return "sure";
  if (best >= FAIRLY_SURE) return "fairly";
  return next >= RIVAL ? "either" : "unsure";
}

/**
 * Whole percent that never overstate: what is not quite certain is not 100, what is not quite impossible may be 0.
 *
 * @param {number} probability
 */
export function percent(probability) {
  const rounded = Math.round(probability * 100);
  return rounded === 100 && probability < 1 ? 99 : rounded;
}

/**
 * Shares of 1 with some decimals, rounded so that what is shown adds up to 1 where the shares do.
 *
 * @param {readonly number[]} shares
 * @param {number} decimals
 * @returns {number[]}
 */
export function addingUp(shares, decimals) {
  const unit = 10 ** decimals;
  const units = shares.map((share) => Math.floor(share * unit));
  const total = Math.round(shares.reduce((sum, share) => sum + share, 0) * unit);
  const missing = total - units.reduce((sum, part) => sum + part, 0);
  const order = shares.map((_, index) => index).sort((a, b) => (shares[b] * unit - units[b]) - (shares[a] * unit - units[a]));
  for (const index of order.slice(0, missing)) units[index] += 1;
  return units.map((part) => part / unit);
}
