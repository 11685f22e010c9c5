/**
 * Notices when the pen has rested. Pure but for the clock.
 */

/** So long (ms) after the last stroke somebody has probably finished, and a verdict does not flash. */
export const REST = 500;

export class Rest {
  /** @param {() => void} onRest */
  constructor(onRest) {
    this.onRest = onRest;
    this.reached = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** The pen is down, or there is nothing to rest from. */
  stop() {
    clearTimeout(this.timer);
    this.reached = false;
  }

  /** The pen is up. */
  start() {
    this.stop();
    this.timer = setTimeout(() => {
      this.reached = true;
      this.onRest();
    }, REST);
  }
}
