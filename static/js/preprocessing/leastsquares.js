/**
 * Least squares fits of a few terms. Pure; the twin of `solve` in datasets/preprocessing/paper.py.
 *
 * @param {readonly ArrayLike<number>[]} terms  k lists of n whole numbers
 * @param {ArrayLike<number>} values  n whole numbers
 * @returns {number[]} k coefficients; 0 for a term that the others determine
 */
export function solve(terms, values) {
  const size = terms.length;
  const rows = terms.map((term) => [...terms.map((other) => product(term, other)), product(term, values)]);
  const diagonal = rows.map((row, i) => row[i]);
  const determined = [];
  for (let i = 0; i < size; i += 1) {
    determined[i] = rows[i][i] <= 1e-9 * diagonal[i];
    for (let j = i + 1; j < size && !determined[i]; j += 1) {
      const factor = rows[j][i] / rows[i][i];
      rows[j] = rows[j].map((below, column) => below - factor * rows[i][column]);
    }
  }
  return substituted(rows, determined);
}

/** From the last row to the first, as the elimination went from the first to the last. */
function substituted(rows, determined) {
  const size = rows.length;
  const solution = new Array(size).fill(0);
  for (let i = size - 1; i >= 0; i -= 1) {
    if (determined[i]) continue;
    let rest = rows[i][size];
    for (let j = i + 1; j < size; j += 1) rest -= rows[i][j] * solution[j];
    solution[i] = rest / rows[i][i];
  }
  return solution;
}

/** Exact in any order: the sums stay below 2 ** 53. */
function product(first, second) {
  let sum = 0;
  for (let i = 0; i < first.length; i += 1) sum += first[i] * second[i];
  return sum;
}
