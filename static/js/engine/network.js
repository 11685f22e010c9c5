/**
 * One compiled network: 28 x 28 pixels in, probabilities out.
 */

import { SIDE } from "../preprocessing/normalization.js";

const SHAPE = [1, SIDE, SIDE, 1];

/** Runs before the first answer is due: the first of all is slow. */
const WARM_UPS = 3;

export class Network {
  /** @param {any} litert @param {any} compiled */
  constructor(litert, compiled) {
    this.litert = litert;
    this.compiled = compiled;
  }

  /** @param {any} litert @param {Uint8Array} file @returns {Promise<Network>} */
  static async compile(litert, file) {
    return new Network(litert, await litert.loadAndCompile(file, { accelerator: "wasm" }));
  }

  /** @param {Uint8Array} pixels  784, ink high @returns {Promise<number[]>} a probability for each class */
  async run(pixels) {
    const input = new this.litert.Tensor(Float32Array.from(pixels), SHAPE);
    try {
      const [output] = await this.compiled.run(input);
      const probabilities = Array.from(output.toTypedArray());
      output.delete();
      return probabilities;
    } finally {
      input.delete();
    }
  }

  /** Fails unless the network says something sensible about a line. @param {number} classes */
  async tryOut(classes) {
    const line = Uint8Array.from({ length: SIDE * SIDE }, (_, index) => (index % SIDE === SIDE / 2 ? 255 : 0));
    for (let i = 0; i < WARM_UPS; i += 1) {
      const found = await this.run(line);
      const sum = found.reduce((total, value) => total + value, 0);
      if (found.length !== classes || !(Math.abs(sum - 1) < 1e-3)) {
        throw new Error(`Expected ${classes} probabilities, received ${found}.`);
      }
    }
  }

  delete() {
    this.compiled.delete();
  }
}
