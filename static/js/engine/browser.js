/**
 * The engine in this browser, seen from the page: it asks the worker.
 *
 * @import {Answer, Engine, Question} from "../predictor.js"
 * @import {Published} from "./pair.js"
 */

import { ApiError } from "../api.js";

/** What the worker says of errors that the question is not to blame for. */
const FAILED = "engine_failed";

/** A worker that has not answered for so long (ms) will not; a large picture takes a slow phone some seconds. */
const LONGEST_ANSWER = 15_000;

/** @implements {Engine} */
export class BrowserEngine {
  /** @param {{worker: string, litert: string, runtime: string, wasm: string}} urls */
  constructor(urls) {
    this.urls = urls;
    /** @type {Worker | null} */
    this.worker = null;
    this.asked = 0;
    /** @type {Map<number, {resolve(result: any): void, reject(error: Error): void}>} */
    this.waiting = new Map();
  }

  /** Brings a pair up to answer, the one before it answers meanwhile; starts the worker if need be. @param {Published} published */
  async load(published) {
    if (!this.worker) await this.start();
    await this.ask("load", published);
  }

  /** @param {any} question @returns {Promise<Answer>} */
  async predict(question) {
    const began = performance.now();
    const { strokes, pixels, rgba, width, height } = question;
    const asked = pixels ? { pixels } : rgba ? { rgba, width, height } : { strokes };
    const late = setTimeout(() => this.stop("Expected an answer, received none."), LONGEST_ANSWER);
    try {
      const answer = await this.ask("predict", asked);
      return { ...answer, engine: "browser", ms: performance.now() - began };
    } finally {
      clearTimeout(late);
    }
  }

  async start() {
    this.worker = new Worker(this.urls.worker);
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.worker.addEventListener("error", ({ message }) => this.stop(message || "The worker could not be loaded."));
    const { litert, runtime, wasm } = this.urls;
    try {
      await this.ask("start", { litert, runtime, wasm });
    } catch (error) {
      this.stop(String(error));
      throw error;
    }
  }

  /** Gives the worker up; `load` starts another. @param {string} reason */
  stop(reason) {
    this.worker?.terminate();
    this.worker = null;
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }

  ask(task, payload) {
    const { worker } = this;
    if (!worker) throw new Error("Expected a running worker, found none.");
    this.asked += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(this.asked, { resolve, reject });
      worker.postMessage({ id: this.asked, task, payload });
    });
  }

  hear({ id, result, error }) {
    const asker = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) asker?.reject(new ApiError(error.code, error.message, error.code === FAILED ? 0 : 400));
    else asker?.resolve(result);
  }
}
