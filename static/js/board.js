/**
 * The board: a canvas that one draws on. It owns the canvas and the history of the drawing.
 *
 * Events: `beginStroke` (the pen is down), `endStroke` (it is up again), `change` (the drawing is another one:
 * a stroke, Undo, Clear), `full` (the drawing holds no more points). A stroke that is taken back, because it
 * was a palm, ends without a change.
 *
 * @import {Drawing} from "./drawing.js"
 * @import {Stroke} from "./strokes.js"
 */

import { History } from "./history.js";
import { fitToScreen, paint, paintStroke } from "./painting.js";
import { DrawingPointer } from "./pointer.js";
import { EMPTY, isEmpty, withStroke } from "./drawing.js";
import { DEFAULT_PEN, isFarEnough, roomLeft, toUnits } from "./strokes.js";

export class Board extends EventTarget {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.pointer = new DrawingPointer();
    this.pen = DEFAULT_PEN;
    /** @type {History<Drawing>} */
    this.history = new History(EMPTY);
    /** @type {Stroke | null} the stroke that the pen is drawing */
    this.stroke = null;
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

  get canUndo() {
    return this.history.canUndo;
  }

  undo() {
    if (this.isDrawing || !this.canUndo) return;
    this.history.undo();
    this.changed();
  }

  /** Starts a new sheet; Undo brings the old one back. */
  clear() {
    if (this.isDrawing || isEmpty(this.drawing)) return;
    this.history.push(EMPTY);
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
    const role = this.pointer.press(event);
    if (role === "ignore") return;
    if (role === "take over") this.drop();
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.startedAt = isEmpty(this.drawing) ? event.timeStamp : this.drawing.startedAt;
    this.room = roomLeft(this.drawing);
    if (this.room <= 0) {
      this.pointer.release();
      this.emit("full");
      return;
    }
    this.stroke = { points: [], pen: this.pen, erase: false };
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
    if (points.length > before) paintStroke(this.context, this.stroke, this.ink(), Math.max(0, before - 1));
  }

  ink() {
    return getComputedStyle(this.canvas).color;
  }

  repaint() {
    const strokes = this.stroke ? [...this.drawing.strokes, this.stroke] : this.drawing.strokes;
    paint(this.context, strokes, this.ink());
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
