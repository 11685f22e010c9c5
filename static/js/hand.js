/**
 * The hand that draws on a canvas: from pointer events to one stroke at a time.
 *
 * Events: `begin` (a stroke has begun), `grow` (it has more points; `detail` is the index of the last that it had before),
 * `end` (it is complete; `detail` is the stroke), `drop` (it was a palm, or the system has taken the pointer away: it never
 * was), `full` (it may have no more points).
 *
 * @import {Stroke} from "./strokes.js"
 *
 * @typedef {object} Start  what a stroke begins with
 * @property {{pen: number, erase: boolean}} tool
 * @property {number} startedAt  clock of the drawing's first point, ms
 * @property {number} room  how many points it may have
 */

import { noteDevice } from "./device.js";
import { DrawingPointer } from "./pointer.js";
import { isFarEnough, toUnits } from "./strokes.js";

export class Hand extends EventTarget {
  /** @param {HTMLCanvasElement} canvas @param {(event: PointerEvent) => Start | null} start  null: nobody can draw now */
  constructor(canvas, start) {
    super();
    this.canvas = canvas;
    this.start = start;
    this.pointer = new DrawingPointer();
    /** @type {Stroke | null} */
    this.stroke = null;
    this.startedAt = 0;
    this.room = 0;
    this.listen();
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
  }

  /** @param {PointerEvent} event */
  press(event) {
    const start = this.start(event);
    if (!start) return;
    const role = this.pointer.press(event);
    if (role === "ignore") return;
    if (role === "take over") this.drop();
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    if (start.room <= 0) {
      this.pointer.release();
      return this.emit("full");
    }
    this.startedAt = start.startedAt;
    this.room = start.room;
    this.stroke = { points: [], ...start.tool };
    noteDevice(event.pointerType);
    this.emit("begin");
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
    const { stroke } = this;
    this.stroke = null;
    this.emit("end", stroke);
  }

  /** @param {PointerEvent} event */
  abandon(event) {
    if (!this.stroke || !this.pointer.draws(event)) return;
    this.pointer.release();
    this.drop();
  }

  drop() {
    this.stroke = null;
    this.emit("drop");
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
    if (points.length > before) this.emit("grow", Math.max(0, before - 1));
  }

  /** @param {string} type @param {any} [detail] */
  emit(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
