/**
 * The drawings that a moderator holds: the one before him and the next, fetched ahead of time.
 */

const FEWEST = 15; // with fewer left, more are asked for
const EMPTY_AGAIN = 5000; // ms until a queue that was empty is asked again

/** @typedef {{id: number, url: string, picture: string, thumbnail: string, status: string, reported: boolean,
 *   seen: string, versions: string, label?: string, opinion?: {verdict: string, mark: string, words: string}}} Card */

/** Says `change` when other cards are on top, or when it is known that there are none, `failed` (detail: the error). */
export class Hand extends EventTarget {
  /**
   * @param {(first: boolean) => Promise<Card[]>} fetchCards  asked with `first`, it lends what we had again and takes
   *   back what it does not name; else it lends only what we did not have
   */
  constructor(fetchCards) {
    super();
    this.fetchCards = fetchCards;
    /** @type {Card[]} */
    this.cards = [];
    /** @type {Set<number>} of the cards that came: on top, decided, skipped */
    this.known = new Set();
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
      while (await this.ask()); // until something new comes, or nothing
    } catch (error) {
      // What an answer that got lost had lent to us is lent to nobody else: it has to be asked for again.
      this.asked = false;
      this.exhausted = true;
      this.dispatchEvent(new CustomEvent("failed", { detail: error }));
    }
    this.fetching = false;
    this.dispatchEvent(new Event("change"));
    if (this.exhausted) setTimeout(() => void this.again(), EMPTY_AGAIN);
  }

  /** @returns {Promise<boolean>} whether all that came was known: then there may be more behind it */
  async ask() {
    const found = await this.fetchCards(!this.asked);
    this.asked = true;
    const fresh = found.filter((card) => !this.known.has(card.id));
    for (const card of fresh) this.known.add(card.id);
    this.cards.push(...fresh);
    this.exhausted = found.length === 0;
    // What was skipped may come again when everything else has been looked at.
    if (this.exhausted) this.known = new Set(this.cards.map((card) => card.id));
    return found.length > 0 && fresh.length === 0;
  }

  again() {
    this.exhausted = false;
    return this.fill();
  }
}
