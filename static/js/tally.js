/**
 * How many drawings were given from this browser, and which of them was the last.
 */

import { Stored } from "./stored.js";

const tally = new Stored("localStorage", "tally");

/** Counts a drawing that was given, the same one once. @param {string} id @returns {number} how many there are now */
export function counted(id) {
  const { count = 0, last = "" } = tally.get() ?? {};
  if (id === last) return count;
  tally.set({ count: count + 1, last: id });
  return count + 1;
}

/** A drawing was deleted. */
export function uncounted() {
  const { count = 0 } = tally.get() ?? {};
  tally.set({ count: Math.max(0, count - 1), last: "" });
}
