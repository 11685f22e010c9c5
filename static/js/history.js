/**
 * The states of something that is never changed in place, with the way back and forth again. Pure.
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
    /** @type {T[]} what was undone, the last of it at the end */
    this.later = [];
  }

  get canUndo() {
    return this.earlier.length > 0;
  }

  get canRedo() {
    return this.later.length > 0;
  }

  /** What was undone before can no longer be redone. @param {T} next */
  push(next) {
    this.earlier.push(this.current);
    this.later = [];
    this.current = next;
  }

  /** Goes one step back; at the beginning nothing happens. */
  undo() {
    const state = this.earlier.pop();
    if (state === undefined) return;
    this.later.push(this.current);
    this.current = state;
  }

  /** Goes one step forth again; where nothing was undone nothing happens. */
  redo() {
    const state = this.later.pop();
    if (state === undefined) return;
    this.earlier.push(this.current);
    this.current = state;
  }
}
