/**
 * What one is asked to draw next. Pure but for chance.
 *
 * @typedef {{name: string, label: string, sentence: string, weight: number}} Prompt
 *   `name`: a digit or a shape; `label`: as which it is claimed; `weight`: how often it is asked for, all together 1
 */

export class Prompts {
  /** @param {readonly Prompt[]} prompts @param {() => number} [random] from 0 to below 1 */
  constructor(prompts, random = Math.random) {
    this.prompts = prompts;
    this.random = random;
    /** @type {Prompt | null} */
    this.current = null;
  }

  /** Chooses by weight; never the same twice in a row. @returns {Prompt} */
  next() {
    const others = this.prompts.filter((prompt) => prompt !== this.current);
    let left = this.random() * others.reduce((total, { weight }) => total + weight, 0);
    const found = others.find(({ weight }) => (left -= weight) < 0);
    this.current = found ?? /** @type {Prompt} */ (others.at(-1));
    return this.current;
  }
}
