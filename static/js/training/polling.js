/**
 * Asks an address again and again while the page is to be seen, and tells only answers that have changed.
 */

import { whileVisible } from "../engine/visible.js";

const PERIOD = 1500; // ms

/** @param {string} url @param {(content: any) => void | Promise<void>} onChange */
export function poll(url, onChange) {
  /** @type {string | null} */
  let known = null;

  whileVisible(async () => {
    try {
      // "no-cache" sends the ETag along: what has not changed costs an empty answer.
      const response = await fetch(url, { cache: "no-cache", headers: { Accept: "application/json" } });
      const etag = response.headers.get("ETag");
      if (!response.ok || (etag !== null && etag === known)) return;
      await onChange(await response.json());
      known = etag;
    } catch {
      // The site is away for a moment: what is on the page stays, and the next question may be answered.
    }
  }, PERIOD);
}
