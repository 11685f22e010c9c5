/**
 * What this browser remembers for us, as JSON. Where storage is switched off or full, nothing is remembered.
 */

export class Stored {
  /** @param {"localStorage" | "sessionStorage"} kind  for the next visit, or for this tab and its reloads @param {string} key */
  constructor(kind, key) {
    this.kind = kind;
    this.key = `digitsite.${key}`;
  }

  /** @returns {any} null where nothing is remembered */
  get() {
    try {
      return JSON.parse(window[this.kind].getItem(this.key) ?? "null");
    } catch {
      return null;
    }
  }

  /** Returns whether it is kept; null forgets. @param {any} value */
  set(value) {
    try {
      if (value === null) window[this.kind].removeItem(this.key);
      else window[this.kind].setItem(this.key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }
}
