/**
 * Tells an answer to what is shown from one to what stood there before: when somebody clicks twice, the next drawing is
 * there before his second click.
 */

const TOO_SOON = 300; // ms: within them nobody sees and judges anything, and a second click comes

export class Sighting {
  constructor() {
    this.since = -Infinity;
  }

  /** Something else is shown from now on. */
  begin() {
    this.since = performance.now();
  }

  get isTooShort() {
    return performance.now() - this.since < TOO_SOON;
  }
}
