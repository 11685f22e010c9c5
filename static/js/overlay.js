/**
 * What is shown over the board and is no ink: a box round each symbol that was read, the one that Normalize has found, and
 * the one that it fits that into. It owns the element `data-overlay`, whose unit is the canvas unit.
 *
 * @import {Box} from "./preprocessing/symbols.js"
 * @import {Answer} from "./predictor.js"
 */

import { shape } from "./elements.js";
import { SIDE } from "./strokes.js";

const AIR = 4; // between ink and box
const LABEL = 20;

export class Overlay {
  /** @param {Element} element */
  constructor(element) {
    this.element = element;
  }

  clear() {
    this.element.replaceChildren();
  }

  /** @param {Answer["readings"]} readings */
  showReadings(readings) {
    this.element.replaceChildren(...readings.flatMap(({ digit, box: [x, y, width, height] }) => {
      const left = Math.max(1, x - AIR);
      const top = Math.max(1, y - AIR);
      const right = Math.min(SIDE - 1, x + width + AIR);
      const bottom = Math.min(SIDE - 1, y + height + AIR);
      const above = top > LABEL ? top - LABEL : top;
      return [
        shape("rect", { class: "symbol-box", x: left, y: top, width: right - left, height: bottom - top, rx: 3 }),
        shape("rect", { class: "symbol-tag", x: left, y: above, width: LABEL, height: LABEL, rx: 3 }),
        shape("text", { class: "symbol-name", x: left + LABEL / 2, y: above + LABEL * 0.76 }, String(digit)),
      ];
    }));
  }

  /** @param {Box} found  around the ink @param {Box} frame  where it goes */
  showFitting(found, frame) {
    this.element.replaceChildren(boxOf("frame-box", frame), boxOf("found-box", found));
  }

  /** @param {Box} frame */
  showFrame(frame) {
    this.element.replaceChildren(boxOf("frame-box", frame));
  }
}

/** @param {string} name @param {Box} box */
function boxOf(name, { x, y, width, height }) {
  return shape("rect", { class: name, x, y, width, height, rx: 2 });
}
