/**
 * The live pair in this worker, and its hot swap: a new pair is loaded and tried out beside the old one, which answers
 * until then, and for ever if that fails.
 *
 * @import {Question} from "../predictor.js"
 * @import {Pair, Published} from "./pair.js"
 */

import { loadPair } from "./pair.js";
import { read } from "./reading.js";

/** @type {any} the library, once it has started */
let litert = null;
/** @type {Pair | null} */
let pair = null;
/** @type {Set<Promise<unknown>>} answers that are being worked out */
const underWay = new Set();

/** @param {{litert: string, runtime: string, wasm: string}} urls */
export async function start(urls) {
  // LiteRT would wake up the graphics card, if only to leave it alone.
  Object.defineProperty(self.navigator, "gpu", { value: undefined });
  // It reports each of its steps as an error, and warns that it has not found that card.
  const [tell, { warn }] = [(text) => console.debug(text), console];
  Object.assign(self, { Module: { locateFile: () => urls.wasm, print: tell, printErr: tell } });
  const library = await import(urls.litert);
  console.warn = tell;
  await library.loadLiteRt(urls.runtime).finally(() => (console.warn = warn));
  litert = library;
}

/** @param {Published} published @throws whatever is wrong with it: then the pair before stays */
export async function load(published) {
  const last = pair;
  pair = await loadPair(litert, published);
  await Promise.allSettled(underWay);
  last?.delete();
}

/** @param {Question} question */
export function predict(question) {
  if (!pair) throw new Error("Expected a loaded pair, found none.");
  const answer = read(question, pair);
  underWay.add(answer);
  const done = () => underWay.delete(answer);
  answer.then(done, done);
  return answer;
}
