/**
 * The states of something that is never changed in place, with the way back. Pure.
 *
 * @template T
 */
export class History {
  /** @param {T} initial */
  constructor(initial) {
    /** @type {T} */
    this.current = initial;
    /** @type {T[]} */
    this.earlier = [];
  }

  get canUndo() {
    return this.earlier.length > 0;
  }

  /** @param {T} next */
  push(next) {
    this.earlier.push(this.current);
    this.current = next;
  }

  /** Goes one step back; at the beginning nothing happens. */
  undo() {
    const state = this.earlier.pop();
    if (state !== undefined) this.current = state;
  }
}
