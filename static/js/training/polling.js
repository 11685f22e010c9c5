/**
 * Asks an address again and again, as long as the tab is to be seen. An answer that has not changed is not told.
 */

export class Polling {
  /** @param {string} url @param {number} interval ms @param {(content: any) => void} onChange */
  constructor(url, interval, onChange) {
    this.url = url;
    this.interval = interval;
    this.onChange = onChange;
    /** @type {string | null} */
    this.etag = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    document.addEventListener("visibilitychange", () => this.next(0));
  }

  start() {
    this.next(this.interval);
  }

  /** @param {number} wait ms */
  next(wait) {
    clearTimeout(this.timer);
    if (!document.hidden) this.timer = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    try {
      // "no-cache" sends the ETag along: what has not changed costs an empty answer.
      const response = await fetch(this.url, { cache: "no-cache", headers: { Accept: "application/json" } });
      const etag = response.headers.get("ETag");
      if (response.ok && (etag === null || etag !== this.etag)) {
        const content = await response.json();
        this.etag = etag;
        this.onChange(content);
      }
    } catch {
      // The site is away for a moment: what is on the page stays, and the next question may be answered.
    }
    this.next(this.interval);
  }
}
