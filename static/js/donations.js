/**
 * Giving drawings to the dataset, and taking them back. No page: it talks to the server.
 *
 * A drawing goes into the outbox first and leaves it when the server has decided, so none is lost with the network or
 * with the page. It always goes under the same id: the server keeps it once, also when only the answer had been lost.
 * What waits can be discarded.
 *
 * Events: `change` (the number of `waiting` drawings), `delivered` (one that has waited was taken; `detail` has its
 * `receipt` and `label`), `refused` (one that has waited was not; `error` and `label`).
 *
 * @import {Drawing} from "./drawing.js"
 * @import {Waiting} from "./outbox.js"
 *
 * @typedef {{id: string, status: string, deletion_token: string, given: number}} Receipt  `given`: how many this browser has given
 */

import { request } from "./api.js";
import { contentOf } from "./content.js";
import { deviceFor } from "./device.js";
import { Outbox } from "./outbox.js";

const FIRST_PAUSE = 4000; // ms until what could not be sent is sent again; then twice as long, and so on
const LONGEST_PAUSE = 300_000;

export class Donations extends EventTarget {
  /** @param {string} url @param {string} consentVersion  of the text on this page @param {Outbox} [outbox] */
  constructor(url, consentVersion, outbox = new Outbox()) {
    super();
    this.url = url;
    this.consentVersion = consentVersion;
    this.outbox = outbox;
    /** @type {Drawing | null} */
    this.drawing = null;
    this.clientId = "";
    this.waiting = 0;
    /** @type {Set<string>} that are on their way from here */
    this.underWay = new Set();
    this.giving = ""; // the one of them that is given, and has not waited
    /** @type {Set<string>} of those, what was discarded */
    this.discarded = new Set();
    this.pause = 0;
    this.notBefore = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Sends what has waited since an earlier visit, and from now on whatever waits, as soon as that may succeed. */
  start() {
    window.addEventListener("online", () => this.deliverWaiting());
    document.addEventListener("visibilitychange", () => document.hidden || this.deliverWaiting());
    return this.deliverWaiting();
  }

  /**
   * @param {Drawing} drawing
   * @param {string} label
   * @param {object} [more]  what else is said about it, as `prompt`
   * @returns {Promise<Receipt | null>} null: the server could not take it now, and it waits
   */
  async give(drawing, label, more = {}) {
    if (drawing !== this.drawing) {
      this.drawing = drawing;
      this.clientId = randomId();
    }
    const { clientId } = this;
    const consent = { consent: true, consent_version: this.consentVersion };
    const body = { ...contentOf(drawing), ...deviceFor(drawing), ...more, label, ...consent, client_id: clientId };
    const receipt = await this.alone(clientId, async () => {
      this.giving = clientId;
      await this.outbox.put({ clientId, label, body });
      return this.deliver({ clientId, label, body }).finally(() => (this.giving = ""));
    });
    await this.count();
    return receipt;
  }

  /** @param {Receipt} receipt */
  takeBack(receipt) {
    const headers = { "Deletion-Token": receipt.deletion_token };
    return request("DELETE", `${this.url}/${receipt.id}`, { headers });
  }

  /** Discards what waits. One that is on its way just then is taken back as soon as it is known to have got there. */
  async discardWaiting() {
    for (const clientId of await this.outbox.clientIds()) {
      if (clientId === this.giving) continue;
      if (this.underWay.has(clientId)) this.discarded.add(clientId);
      await this.outbox.remove(clientId);
    }
    await this.count();
  }

  /** Sends what waits, one after the other, until one has to wait on. */
  async deliverWaiting() {
    for (const clientId of await this.outbox.clientIds()) {
      const goesOn = await this.alone(clientId, () => this.deliverAgain(clientId));
      if (goesOn === false) break;
    }
    await this.count();
  }

  /** @param {string} clientId @returns {Promise<boolean>} whether the next one may try its luck */
  async deliverAgain(clientId) {
    const waiting = await this.outbox.get(clientId);
    if (!waiting) return true; // another tab was faster
    const { label } = waiting;
    try {
      const receipt = await this.deliver(waiting);
      if (receipt === null) return false;
      if (!this.discarded.has(clientId)) this.emit("delivered", { receipt, label });
      else await this.takeBack(receipt).catch(() => undefined); // who reads the note finds it at "My drawings"
      return true;
    } catch (error) {
      if (!this.discarded.has(clientId)) this.emit("refused", { error, label });
      return true;
    }
  }

  /** @param {Waiting} waiting @returns {Promise<Receipt | null>} null: it stays @throws {ApiError} it was refused */
  async deliver({ clientId, body }) {
    if (Date.now() < this.notBefore) return null;
    try {
      const receipt = await request("POST", this.url, { body });
      await this.outbox.remove(clientId);
      this.pause = 0;
      return receipt;
    } catch (error) {
      if (!error.isPassing) {
        await this.outbox.remove(clientId);
        throw error;
      }
      this.tryLater(error.retryAfter);
      return null;
    }
  }

  /** @param {number} retryAfter  ms that the server has asked for, or 0 */
  tryLater(retryAfter) {
    this.pause = Math.min(Math.max(2 * this.pause, FIRST_PAUSE), LONGEST_PAUSE);
    this.notBefore = Date.now() + retryAfter;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.deliverWaiting(), Math.max(this.pause, retryAfter));
  }

  /**
   * Does something about one drawing, unless that is being done already, here or in another tab of this browser.
   *
   * @template T @param {string} clientId @param {() => Promise<T>} act @returns {Promise<T | null>} null: it is
   */
  async alone(clientId, act) {
    if (this.underWay.has(clientId)) return null;
    this.underWay.add(clientId);
    try {
      const { locks } = globalThis.navigator ?? {}; // under HTTPS and on localhost only; the server keeps it once anyway
      if (!locks) return await act();
      return await locks.request(`donation ${clientId}`, { ifAvailable: true }, (lock) => (lock ? act() : null));
    } finally {
      this.underWay.delete(clientId);
      this.discarded.delete(clientId);
    }
  }

  async count() {
    const { length } = await this.outbox.clientIds();
    if (length === this.waiting) return;
    this.waiting = length;
    this.emit("change", {});
  }

  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** A random UUID. `crypto.randomUUID` is there only under HTTPS and on localhost, and a classroom has neither. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; // version 4
  bytes[8] = (bytes[8] & 0x3f) | 0x80; // the variant of RFC 9562
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
