/**
 * Giving drawings to the dataset, and taking them back. No page: it talks to the server.
 *
 * @import {Drawing} from "./drawing.js"
 *
 * @typedef {{id: string, status: string, deletion_token: string}} Receipt
 */

import { request } from "./api.js";
import { contentOf } from "./content.js";

export class Donations {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
    /** @type {Drawing | null} */
    this.drawing = null;
    this.clientId = "";
  }

  /**
   * Gives a drawing. Sent again after a failure it goes under the same id, so that the server keeps it once,
   * also when only the answer had been lost.
   *
   * @param {Drawing} drawing
   * @param {string} label
   * @returns {Promise<Receipt>}
   */
  give(drawing, label) {
    if (drawing !== this.drawing) {
      this.drawing = drawing;
      this.clientId = randomId();
    }
    const body = { ...contentOf(drawing), label, consent: true, client_id: this.clientId };
    return request("POST", this.url, { body });
  }

  /** @param {Receipt} receipt */
  takeBack(receipt) {
    const headers = { "Deletion-Token": receipt.deletion_token };
    return request("DELETE", `${this.url}/${receipt.id}`, { headers });
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
