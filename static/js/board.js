/**
 * The board: a canvas that one draws on. It owns the canvas and the history of the drawing.
 *
 * Events: `beginStroke` (the pen is down), `endStroke` (it is up again), `change` (the drawing is another one:
 * a stroke, a step, Undo, Redo, Clear), `full` (the drawing holds no more points). A stroke that is taken back, because
 * it was a palm, ends without a change.
 *
 * @import {Drawing} from "./drawing.js"
 * @import {Colours} from "./lab/colours.js"
 * @import {Stroke} from "./strokes.js"
 */

import { noteDevice } from "./device.js";
import { EMPTY, isEmpty, withStroke } from "./drawing.js";
import { History } from "./history.js";
import { css, inkOf } from "./lab/colours.js";
import { fitToScreen, paint, paintPaper, paintStroke } from "./painting.js";
import { DrawingPointer } from "./pointer.js";
import { DEFAULT_PEN, isFarEnough, roomLeft, toUnits } from "./strokes.js";

export class Board extends EventTarget {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.pointer = new DrawingPointer();
    /** What the next stroke is drawn with; `pen` is a diameter in canvas units. */
    this.tool = { pen: DEFAULT_PEN, erase: false };
    /** @type {Colours | null} that somebody has chosen */
    this.colours = null;
    /** @type {History<Drawing>} */
    this.history = new History(EMPTY);
    /** @type {Stroke | null} the stroke that the pen is drawing */
    this.stroke = null;
    /** @type {Drawing | null} shown in the place of the drawing, while it moves; nobody can draw then */
    this.preview = null;
    this.startedAt = 0;
    this.room = 0;
    this.listen();
    this.fit();
  }

  /** @returns {Drawing} */
  get drawing() {
    return this.history.current;
  }

  get isDrawing() {
    return this.stroke !== null;
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
    this.history.push(drawing);
    this.changed();
  }

  /** Shows another drawing for a moment; null shows the drawing again. @param {Drawing | null} drawing */
  show(drawing) {
    this.preview = drawing;
    this.repaint();
  }

  /** Begins anew with a drawing of an earlier visit. @param {Drawing} drawing */
  restore(drawing) {
    this.history = new History(drawing);
    this.changed();
  }

  listen() {
    const on = (type, handler) => this.canvas.addEventListener(type, handler);
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.lift(event));
    on("pointercancel", (event) => this.abandon(event));
    on("lostpointercapture", (event) => this.lift(event));
    // touch-action keeps the page from scrolling; this keeps a long press from selecting or calling a menu.
    on("contextmenu", (event) => event.preventDefault());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
  }

  /** Sizes the canvas for the screen it is on, now and whenever the window moves to another or is zoomed. */
  fit() {
    fitToScreen(this.context);
    this.repaint();
    const here = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    here.addEventListener("change", () => this.fit(), { once: true });
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (this.preview !== null || (this.tool.erase && isEmpty(this.drawing))) return;
    const role = this.pointer.press(event);
    if (role === "ignore") return;
    if (role === "take over") this.drop();
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.startedAt = this.drawing.strokes.length === 0 ? event.timeStamp : this.drawing.startedAt;
    this.room = roomLeft(this.drawing);
    if (this.room <= 0) {
      this.pointer.release();
      this.emit("full");
      return;
    }
    this.stroke = { points: [], ...this.tool };
    noteDevice(event.pointerType);
    this.emit("beginStroke");
    this.add([event]);
  }

  /** @param {PointerEvent} event */
  move(event) {
    this.pointer.see(event);
    if (!this.stroke || !this.pointer.draws(event)) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    this.add(coalesced.length > 0 ? coalesced : [event]);
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (!this.stroke || !this.pointer.draws(event)) return;
    if (event.type === "pointerup") this.add([event]);
    this.pointer.release();
    this.history.push(withStroke(this.drawing, this.stroke, this.startedAt));
    this.stroke = null;
    this.emit("endStroke");
    this.changed();
  }

  /** The system has taken the pointer away, for a palm or a gesture: it never drew. @param {PointerEvent} event */
  abandon(event) {
    if (!this.stroke || !this.pointer.draws(event)) return;
    this.pointer.release();
    this.drop();
  }

  drop() {
    this.stroke = null;
    this.repaint();
    this.emit("endStroke");
  }

  /** @param {PointerEvent[]} events */
  add(events) {
    if (!this.stroke) return;
    const box = this.canvas.getBoundingClientRect();
    const { points } = this.stroke;
    const before = points.length;
    for (const event of events) {
      const [x, y] = toUnits(event.clientX, event.clientY, box);
      if (!isFarEnough(points, x, y)) continue;
      if (points.length >= this.room) return this.emit("full");
      points.push([x, y, Math.max(0, Math.round(event.timeStamp - this.startedAt))]);
    }
    if (points.length === before) return;
    paintStroke(this.context, this.stroke, this.ink(), Math.max(0, before - 1));
    if (this.stroke.erase && this.drawing.laid) paintPaper(this.context, this.drawing.laid);
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

  /** @param {Colours | null} colours  null: as the theme has them */
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
    paint(this.context, { strokes: this.stroke ? [...strokes, this.stroke] : strokes, laid }, this.ink());
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
