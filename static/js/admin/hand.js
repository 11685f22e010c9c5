/**
 * The drawings that a moderator holds: the one before him and the next, fetched ahead of time.
 */

const FEWEST = 15; // with fewer left, more are asked for
const EMPTY_AGAIN = 5000; // ms until a queue that was empty is asked again

/** @typedef {{id: number, url: string, picture: string, thumbnail: string, status: string, reported: boolean,
 *   claim: string, label?: string, opinion?: {verdict: string, mark: string, words: string}}} Card */

/** Says `change` when other cards are on top, or when it is known that there are none, `failed` (detail: the error). */
export class Hand extends EventTarget {
  /** @param {(first: boolean) => Promise<Card[]>} fetchCards */
  constructor(fetchCards) {
    super();
    this.fetchCards = fetchCards;
    /** @type {Card[]} */
    this.cards = [];
    this.fetching = false;
    this.asked = false;
    this.exhausted = false;
  }

  /** @returns {Card | undefined} */
  get top() {
    return this.cards[0];
  }

  /** Takes the top card away. */
  next() {
    const card = this.cards.shift();
    this.dispatchEvent(new Event("change"));
    void this.fill();
    return card;
  }

  /** Puts cards on top. @param {Card[]} cards */
  putBack(...cards) {
    const ids = new Set(cards.map((card) => card.id));
    this.cards = [...cards, ...this.cards.filter((card) => !ids.has(card.id))];
    this.dispatchEvent(new Event("change"));
  }

  /** @param {number} id */
  remove(id) {
    this.cards = this.cards.filter((card) => card.id !== id);
    this.dispatchEvent(new Event("change"));
  }

  async fill() {
    if (this.fetching || this.cards.length >= FEWEST || (this.exhausted && this.cards.length > 0)) return;
    this.fetching = true;
    try {
      const found = await this.fetchCards(!this.asked);
      this.asked = true;
      this.exhausted = found.length === 0;
      const held = new Set(this.cards.map((card) => card.id));
      this.cards.push(...found.filter((card) => !held.has(card.id)));
    } catch (error) {
      this.exhausted = true;
      this.dispatchEvent(new CustomEvent("failed", { detail: error }));
    }
    this.fetching = false;
    this.dispatchEvent(new Event("change"));
    if (this.exhausted) setTimeout(() => void this.again(), EMPTY_AGAIN);
  }

  again() {
    this.exhausted = false;
    return this.fill();
  }
}
