/**
 * Moves, zooms, turns and normalizes the drawing.
 *
 * @import {Board} from "../board.js"
 * @import {Drawing} from "../drawing.js"
 * @import {Matrix} from "../frame.js"
 * @import {Overlay} from "../overlay.js"
 * @import {Box} from "../preprocessing/symbols.js"
 * @import {Raster} from "../preprocessing/normalization.js"
 */

import { isEmpty, withMatrix, withSteps } from "../drawing.js";
import { part } from "../elements.js";
import { inkFromRGBA } from "../preprocessing/ink.js";
import { rasterize } from "../preprocessing/rasterizing.js";
import { BlankDrawing, cropBox } from "../preprocessing/symbols.js";
import { SIDE } from "../strokes.js";
import { inkOf } from "./colours.js";
import { FRAME, fittingOf, onTheWay } from "./fitting.js";
import { pixelsOf, rendered } from "./rendering.js";

const STEPS = {
  left: { right: -1 },
  right: { right: 1 },
  up: { down: -1 },
  down: { down: 1 },
  smaller: { zooms: -1 },
  larger: { zooms: 1 },
  "turn-left": { turns: -1 },
  "turn-right": { turns: 1 },
};
const LOOK = 320; // ms that the boxes are shown before the symbol moves
const SLIDE = 180; // ms

export class Placing {
  /**
   * @param {HTMLElement} page
   * @param {{board: Board, overlay: Overlay, texts: Record<string, any>}} options
   */
  constructor(page, { board, overlay, texts }) {
    this.board = board;
    this.overlay = overlay;
    this.texts = texts;
    this.note = part(page, "place-note");
    this.buttons = [...Object.keys(STEPS), "normalize", "turn-around"].map((hook) => part(page, hook));
    for (const [hook, steps] of Object.entries(STEPS)) {
      part(page, hook).addEventListener("click", () => this.put(withSteps(board.drawing, steps)));
    }
    part(page, "normalize").addEventListener("click", () => this.normalize());
    board.addEventListener("change", () => this.changed());
    this.changed();
  }

  changed() {
    for (const button of this.buttons) button.toggleAttribute("disabled", isEmpty(this.board.drawing));
    this.tell("");
  }

  /** @param {Drawing | null} drawing */
  put(drawing) {
    if (!this.board.isFree) return;
    if (drawing) this.board.put(drawing);
    else this.tell(this.texts.leavesBoard);
  }

  async normalize() {
    const { board } = this;
    if (!board.isFree) return;
    const fitting = fittingFor(board.drawing);
    if (!fitting) return this.tell(this.texts.nothingToFit);
    const fitted = withMatrix(board.drawing, fitting.matrix);
    if (!fitted) return this.tell(this.texts.leavesBoard);
    board.show(board.drawing); // nobody draws meanwhile
    this.overlay.showFitting(fitting.box, FRAME);
    await pause(LOOK);
    this.overlay.showFrame(FRAME);
    await this.slide(fitting.matrix);
    this.overlay.clear();
    board.put(fitted);
  }

  /** Shows how the symbol comes into its box; who wants no motion sees the box and then the symbol in it. */
  async slide(/** @type {Matrix} */ matrix) {
    const { board } = this;
    const { drawing } = board;
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
      const began = performance.now();
      for (let share = 0; share < 1; share = Math.min(1, (performance.now() - began) / SLIDE)) {
        board.show(withMatrix(drawing, onTheWay(matrix, eased(share))) ?? drawing);
        await nextFrame();
      }
    }
    board.show(null);
  }

  tell(message) {
    this.note.textContent = message;
    this.note.hidden = message === "";
  }
}

/** @param {Drawing} drawing @returns {{box: Box, matrix: Matrix} | null} `box`: around the ink; null where there is none */
function fittingFor(drawing) {
  try {
    const raster = inkOnBoard(drawing);
    return { box: cropBox(raster), matrix: fittingOf(raster) };
  } catch (error) {
    if (error instanceof BlankDrawing) return null;
    throw error;
  }
}

/** @param {Drawing} drawing @returns {Raster} SIDE x SIDE */
function inkOnBoard(drawing) {
  if (!drawing.laid) return rasterize(drawing);
  const { data } = pixelsOf(rendered(drawing, { longest: SIDE, ink: inkOf(drawing, null, "#000") }));
  return inkFromRGBA({ rgba: data, width: SIDE, height: SIDE });
}

/** Fast at first, then slower. @param {number} share */
function eased(share) {
  return 1 - (1 - share) ** 3;
}

/** @param {number} time  ms */
function pause(time) {
  return new Promise((resolve) => setTimeout(resolve, time));
}

function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
