/**
 * Giving drawings that the page has asked for. No page: it talks to the server.
 *
 * @import {Receipt} from "./donations.js"
 * @import {Drawing} from "./drawing.js"
 * @import {Prompt} from "./prompts.js"
 */

import { request } from "./api.js";
import { deviceFor } from "./device.js";
import { Donations, randomId } from "./donations.js";
import { toPayload } from "./strokes.js";

export class Contributions extends Donations {
  /** @param {string} url */
  constructor(url) {
    super(url);
    /** @type {Set<string>} ids of what was given before on this page */
    this.given = new Set();
  }

  /**
   * Gives a drawing, as `give` does, with what was asked for.
   *
   * @param {Drawing} drawing
   * @param {Prompt} prompt
   * @returns {Promise<{receipt: Receipt, isNew: boolean}>} `isNew`: false where the same was given before
   */
  async contribute(drawing, { label, name }) {
    if (drawing !== this.drawing) {
      this.drawing = drawing;
      this.clientId = randomId();
    }
    const said = { label, prompt: name, ...deviceFor(drawing), consent: true, client_id: this.clientId };
    const body = { strokes: toPayload(drawing), ...said };
    const receipt = await request("POST", this.url, { body });
    const isNew = !this.given.has(receipt.id);
    this.given.add(receipt.id);
    return { receipt, isNew };
  }
}
