/**
 * Two networks that answer together, from files whose content is known before they come.
 *
 * @typedef {{url: string, sha256: string}} NetworkFile
 * @typedef {Record<string, {number: number, preprocessing_version: number, tflite: NetworkFile}>} Published
 *   what /api/v1/models/published says, by network
 */

import { Network } from "./network.js";

/** How many classes each network tells apart. */
const CLASSES = { digits: 10, "digit-or-not": 2 };

/** A pair to answer with, and the numbers of its versions. */
export class Pair {
  /** @param {Network} digits @param {Network} digitOrNot @param {Record<string, number>} models */
  constructor(digits, digitOrNot, models) {
    this.digits = digits;
    this.digitOrNot = digitOrNot;
    this.models = models;
  }

  delete() {
    this.digits.delete();
    this.digitOrNot.delete();
  }
}

/** Fetches, checks, compiles and tries out. @param {any} litert @param {Published} published @returns {Promise<Pair>} */
export async function loadPair(litert, published) {
  const names = Object.keys(CLASSES);
  const files = await Promise.all(names.map((name) => fetchFile(published[name].tflite)));
  const digits = await loadNetwork(litert, files[0], CLASSES.digits);
  try {
    const digitOrNot = await loadNetwork(litert, files[1], CLASSES["digit-or-not"]);
    return new Pair(digits, digitOrNot, Object.fromEntries(names.map((name) => [name, published[name].number])));
  } catch (error) {
    digits.delete();
    throw error;
  }
}

async function loadNetwork(litert, file, classes) {
  const network = await Network.compile(litert, file);
  try {
    await network.tryOut(classes);
  } catch (error) {
    network.delete();
    throw error;
  }
  return network;
}

/** @param {NetworkFile} file @returns {Promise<Uint8Array>} */
async function fetchFile({ url, sha256 }) {
  const response = await fetch(url, { credentials: "omit" });
  if (!response.ok) throw new Error(`Expected the file ${url}, received status ${response.status}.`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const found = await digestOf(bytes);
  if (found !== null && found !== sha256) throw new Error(`Expected ${url} with SHA-256 ${sha256}, received ${found}.`);
  return bytes;
}

/** Browsers count digests under HTTPS and on localhost only: elsewhere, as in a classroom, this is null. */
async function digestOf(bytes) {
  if (!crypto.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
