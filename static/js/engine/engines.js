/**
 * Who answers: this browser as soon as it can, the server before that and wherever it cannot.
 *
 * It keeps up with what is published: a new pair is asked for every few seconds, by a request that costs next to
 * nothing when nothing has changed, and only as long as somebody can see the page.
 *
 * Event: `ready`, when the browser has come to answer, with a first pair or a new one.
 *
 * @import {Answer, Engine, Question} from "../predictor.js"
 * @import {Published} from "./pair.js"
 */

import { request } from "../api.js";
import { PREPROCESSING_VERSION } from "../preprocessing/normalization.js";
import { BrowserEngine } from "./browser.js";
import { whileVisible } from "./visible.js";

const PERIOD = 15_000; // ms between two looks at what is published
const LONGEST_PAUSE = 240_000; // and between two attempts to load what could not be loaded

/** Codes of errors that the question is to blame for: the server would say the same. */
const OF_THE_QUESTION = ["blank_drawing"];

/** @implements {Engine} */
export class Engines extends EventTarget {
  /**
   * @param {Engine} server
   * @param {(Engine & {load(published: Published): Promise<void>}) | null} browser
   * @param {() => Promise<Published>} fetchPublished
   */
  constructor(server, browser, fetchPublished) {
    super();
    this.server = server;
    this.browser = browser;
    this.fetchPublished = fetchPublished;
    this.browserAnswers = false;
    this.loaded = "";
    this.obstacle = new Obstacle();
  }

  /** @param {Question} question @returns {Promise<Answer>} */
  async predict(question) {
    if (!this.browser || !this.browserAnswers) return this.server.predict(question);
    try {
      return await this.browser.predict(question);
    } catch (error) {
      if (OF_THE_QUESTION.includes(error.code)) throw error;
      this.giveUp(error);
      return this.server.predict(question);
    }
  }

  /** Brings the browser up to what is published. Whoever answers goes on until that is done. */
  async refresh() {
    try {
      const published = await this.fetchPublished();
      if (isRunnable(published)) await this.bringUp(published);
      else this.giveUp("what is published wants other preprocessing, which a reload of the page brings");
    } catch (error) {
      console.info("The engine in this browser was not brought up to date:", error);
    }
  }

  /** @param {Published} published */
  async bringUp(published) {
    const name = JSON.stringify(published);
    if (!this.browser || (this.browserAnswers && name === this.loaded) || this.obstacle.blocks(name)) return;
    try {
      await this.browser.load(published);
    } catch (error) {
      this.obstacle.meet(name);
      throw error;
    }
    this.loaded = name;
    this.browserAnswers = true;
    performance.mark("engine-ready");
    this.dispatchEvent(new Event("ready"));
  }

  giveUp(reason) {
    if (this.browserAnswers) console.warn("The engine in this browser has stopped:", reason);
    this.browserAnswers = false;
  }
}

/** What could not be loaded: it is tried again, after pauses that double. Another one is tried at once. */
class Obstacle {
  constructor() {
    this.name = "";
    this.until = 0;
    this.pause = 0;
  }

  /** @param {string} name */
  blocks(name) {
    return name === this.name && performance.now() < this.until;
  }

  /** @param {string} name */
  meet(name) {
    this.pause = name === this.name ? Math.min(2 * this.pause, LONGEST_PAUSE) : PERIOD;
    this.name = name;
    this.until = performance.now() + this.pause;
  }
}

/** @param {Published} published */
function isRunnable(published) {
  return Object.values(published).every(({ preprocessing_version }) => preprocessing_version === PREPROCESSING_VERSION);
}

/**
 * Returns the engines of a page. The browser's is fetched when the page has nothing else to do, and not at all where
 * it could not run, where it is not installed, or where somebody saves data.
 *
 * @param {Engine} server
 * @param {{published: string, engine: {worker: string, litert: string, runtime: string, wasm: string} | null}} urls
 */
export function enginesOf(server, { published, engine }) {
  if (!engine || !canRun()) return new Engines(server, null, async () => ({}));
  // The browser's own cache keeps the answer, asks with its ETag, and hands it out again on 304.
  const fetchPublished = () => request("GET", published, { credentials: "omit", cache: "no-cache" });
  const engines = new Engines(server, new BrowserEngine(engine), fetchPublished);
  whenIdle(() => {
    performance.mark("engine-start");
    whileVisible(() => engines.refresh(), PERIOD);
  });
  return engines;
}

function canRun() {
  const saves = /** @type {any} */ (navigator).connection?.saveData === true;
  return typeof WebAssembly === "object" && typeof Worker === "function" && !saves;
}

/** @param {() => void} start */
function whenIdle(start) {
  const wait = () => ("requestIdleCallback" in window ? requestIdleCallback(start, { timeout: 3000 }) : setTimeout(start, 500));
  if (document.readyState === "complete") wait();
  else window.addEventListener("load", wait, { once: true });
}
