/**
 * Messages that go out in the background, in their order, several at a time when they come quickly. A site that does
 * not answer is asked again until it does; nothing is dropped.
 */

const MOST_AT_ONCE = 20;
const WAITS = [500, 1000, 2000, 5000]; // ms between attempts, the last one from then on

/**
 * @template Message
 * @typedef {{message: Message, done: (result: any) => void}} Entry
 */

/** Says `change` when something came in or went out, `stuck` (detail: the error) when an attempt has failed. */
export class Outbox extends EventTarget {
  /** @param {(messages: any[]) => Promise<any[]>} send  answers one result a message; may reject @param {number[]} [waits] */
  constructor(send, waits = WAITS) {
    super();
    this.send = send;
    this.waits = waits;
    /** @type {Entry<any>[]} */
    this.entries = [];
    this.sending = 0; // of the first entries
    this.running = false;
  }

  get size() {
    return this.entries.length;
  }

  /** @param {any} message @param {(result: any) => void} done */
  add(message, done) {
    const entry = { message, done };
    this.entries.push(entry);
    this.dispatchEvent(new Event("change"));
    void this.run();
    return entry;
  }

  /** Takes a message back that has not been sent yet. @param {Entry<any>} entry @returns {boolean} whether it was so */
  withdraw(entry) {
    const place = this.entries.indexOf(entry);
    if (place < this.sending) return false; // on its way, or gone
    this.entries.splice(place, 1);
    this.dispatchEvent(new Event("change"));
    return true;
  }

  async run() {
    if (this.running) return;
    this.running = true;
    for (let failures = 0; this.entries.length > 0; ) {
      const batch = this.entries.slice(0, MOST_AT_ONCE);
      this.sending = batch.length;
      try {
        const results = await this.send(batch.map((entry) => entry.message));
        this.entries.splice(0, batch.length);
        this.sending = 0;
        failures = 0;
        batch.forEach((entry, place) => entry.done(results[place]));
      } catch (error) {
        this.dispatchEvent(new CustomEvent("stuck", { detail: error }));
        await new Promise((go) => setTimeout(go, this.waits[Math.min(failures++, this.waits.length - 1)]));
      }
      this.dispatchEvent(new Event("change"));
    }
    this.running = false;
  }
}
