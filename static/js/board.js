/**
 * The board: a canvas that one draws on. It owns the canvas and the history of the drawing.
 *
 * Events: `beginStroke` (the pen is down), `endStroke` (it is up again), `change` (the drawing is another one:
 * a stroke, a step, Undo, Redo, Clear, or its colours are), `full` (the drawing holds no more points). A stroke that is taken back, because
 * it was a palm, ends without a change.
 *
 * @import {Drawing} from "./drawing.js"
 * @import {Start} from "./hand.js"
 * @import {Colours} from "./lab/colours.js"
 * @import {Stroke} from "./strokes.js"
 *
 * @typedef {{drawing: Drawing, colours: Colours | null}} Sheet  what Undo brings back; the colours are null where nobody has chosen any
 */

import { EMPTY, isEmpty, withStroke } from "./drawing.js";
import { Hand } from "./hand.js";
import { History } from "./history.js";
import { css, inkOf } from "./lab/colours.js";
import { fitToScreen, paint, paintPaper, paintStroke } from "./painting.js";
import { DEFAULT_PEN, roomLeft } from "./strokes.js";

export class Board extends EventTarget {
  /** @param {HTMLCanvasElement} canvas @param {Colours | null} [colours]  chosen at an earlier visit */
  constructor(canvas, colours = null) {
    super();
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.hand = new Hand(canvas, (event) => this.startOf(event));
    /** What the next stroke is drawn with; `pen` is a diameter in canvas units. */
    this.tool = { pen: DEFAULT_PEN, erase: false };
    /** @type {Colours | null} that are shown: while somebody slides them, those of the sheet may be others */
    this.colours = colours;
    /** @type {History<Sheet>} */
    this.history = new History({ drawing: EMPTY, colours });
    /** @type {Drawing | null} shown in the place of the drawing, while it moves; nobody can draw then */
    this.preview = null;
    this.listen();
    this.fit();
  }

  /** @returns {Drawing} */
  get drawing() {
    return this.history.current.drawing;
  }

  get isDrawing() {
    return this.hand.stroke !== null;
  }

  /** Whether the drawing can be changed now. */
  get isFree() {
    return !this.isDrawing && this.preview === null;
  }

  get canUndo() {
    return this.history.canUndo;
  }

  get canRedo() {
    return this.history.canRedo;
  }

  undo() {
    if (!this.isFree || !this.canUndo) return;
    this.history.undo();
    this.changed();
  }

  redo() {
    if (!this.isFree || !this.canRedo) return;
    this.history.redo();
    this.changed();
  }

  /** Starts a new sheet; Undo brings the old one back. */
  clear() {
    if (!isEmpty(this.drawing)) this.put(EMPTY);
  }

  /** Puts another drawing in the place of this one; Undo brings that back. @param {Drawing} drawing */
  put(drawing) {
    if (!this.isFree) return;
    this.history.push({ drawing, colours: this.colours });
    this.changed();
  }

  /** Gives the drawing other colours; Undo brings those before back. @param {Colours | null} colours */
  recolour(colours) {
    if (!this.isFree) return;
    this.colour(colours);
    this.put(this.drawing);
  }

  /** Shows another drawing for a moment; null shows the drawing again. @param {Drawing | null} drawing */
  show(drawing) {
    this.preview = drawing;
    this.repaint();
  }

  /** Begins anew with a drawing of an earlier visit. @param {Drawing} drawing */
  restore(drawing) {
    this.history = new History({ drawing, colours: this.colours });
    this.changed();
  }

  listen() {
    const { hand } = this;
    hand.addEventListener("begin", () => this.emit("beginStroke"));
    hand.addEventListener("grow", (event) => this.grow(/** @type {CustomEvent} */ (event).detail));
    hand.addEventListener("end", (event) => this.add(/** @type {CustomEvent} */ (event).detail));
    hand.addEventListener("drop", () => this.drop());
    hand.addEventListener("full", () => this.emit("full"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
  }

  /** Sizes the canvas for the screen it is on, now and whenever the window moves to another or is zoomed. */
  fit() {
    fitToScreen(this.context);
    this.repaint();
    const here = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    here.addEventListener("change", () => this.fit(), { once: true });
  }

  /** There is nothing to erase on an empty sheet. @param {PointerEvent} event @returns {Start | null} */
  startOf({ timeStamp }) {
    const { drawing, tool } = this;
    if (this.preview !== null || (tool.erase && isEmpty(drawing))) return null;
    const startedAt = drawing.strokes.length === 0 ? timeStamp : drawing.startedAt;
    return { tool, startedAt, room: roomLeft(drawing) };
  }

  /** Draws what is new of the stroke that is being drawn. @param {number} from  index of its first point */
  grow(from) {
    const { stroke } = this.hand;
    if (!stroke) return;
    paintStroke(this.context, stroke, this.ink(), from);
    if (stroke.erase && this.drawing.laid) paintPaper(this.context, this.drawing.laid);
  }

  /** @param {Stroke} stroke */
  add(stroke) {
    this.history.push({ drawing: withStroke(this.drawing, stroke, this.hand.startedAt), colours: this.colours });
    this.emit("endStroke");
    this.changed();
  }

  drop() {
    this.repaint();
    this.emit("endStroke");
  }

  /** What the pen writes with now. */
  ink() {
    return inkOf(this.drawing, this.colours, this.usualInk());
  }

  /** What it writes with on paper that nobody has chosen: the theme's. */
  usualInk() {
    return getComputedStyle(this.canvas).color;
  }

  paper() {
    return getComputedStyle(/** @type {HTMLElement} */ (this.canvas.parentElement)).backgroundColor;
  }

  /** Shows other colours for a moment. @param {Colours | null} colours  null: as the theme has them */
  colour(colours) {
    this.colours = colours;
    const { style } = /** @type {HTMLElement} */ (this.canvas.parentElement);
    for (const name of ["ink", "paper"]) {
      if (colours) style.setProperty(`--board-${name}`, css(colours[name]));
      else style.removeProperty(`--board-${name}`);
    }
    this.repaint();
  }

  repaint() {
    const { strokes, laid } = this.preview ?? this.drawing;
    const { stroke } = this.hand;
    paint(this.context, { strokes: stroke ? [...strokes, stroke] : strokes, laid }, this.ink());
  }

  changed() {
    this.repaint();
    this.emit("change");
  }

  /** @param {string} type */
  emit(type) {
    this.dispatchEvent(new Event(type));
  }
}
