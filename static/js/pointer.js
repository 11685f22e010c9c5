/**
 * Which of the pointers on the board is the one that draws. Pure: it sees events, no page.
 *
 * One pointer draws at a time, so two fingers are never joined by a line. A pen wins over fingers: a palm that
 * came first gives way to it, and touches are ignored as long as a pen is near.
 *
 * @typedef {{pointerId: number, pointerType: string, button: number, timeStamp: number}} PointerLike
 */

/** For so long (ms) after a pen was last seen, a touch is taken for the hand that holds it. */
const PEN_IS_NEAR = 2000;
const MAIN_BUTTON = 0;

export class DrawingPointer {
  constructor() {
    /** @type {{id: number, type: string} | null} */
    this.active = null;
    this.penSeenAt = -Infinity;
  }

  /**
   * @param {PointerLike} event  a pointerdown
   * @returns {"draw" | "take over" | "ignore"}  "take over": what the active pointer drew was a palm
   */
  press(event) {
    this.see(event);
    const isPen = event.pointerType === "pen";
    if (event.button !== MAIN_BUTTON || this.isPalm(event)) return "ignore";
    if (this.active && !(isPen && this.active.type === "touch")) return "ignore";
    const takesOver = this.active !== null;
    this.active = { id: event.pointerId, type: event.pointerType };
    return takesOver ? "take over" : "draw";
  }

  /** Notes where the pen is; call it for every event, also of a pen that only hovers. @param {PointerLike} event */
  see(event) {
    if (event.pointerType === "pen") this.penSeenAt = event.timeStamp;
  }

  /** @param {PointerLike} event */
  draws(event) {
    return this.active?.id === event.pointerId;
  }

  release() {
    this.active = null;
  }

  /** @param {PointerLike} event */
  isPalm(event) {
    return event.pointerType === "touch" && event.timeStamp - this.penSeenAt < PEN_IS_NEAR;
  }
}
