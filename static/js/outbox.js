/**
 * What waits in this browser to be sent. It outlives the page: IndexedDB holds it, or, where a browser has that switched
 * off, the memory of the page.
 *
 * @typedef {{clientId: string, label: string, body: object}} Waiting  `body`: what is sent
 */

const DATABASE = "digitsite";
const STORE = "waiting";

export class Outbox {
  constructor() {
    /** @type {Map<string, Waiting>} */
    this.memory = new Map();
    /** @type {Promise<IDBDatabase | null> | null} */
    this.database = null;
  }

  /** @param {Waiting} waiting */
  async put(waiting) {
    try {
      await this.inStore("readwrite", (store) => store.put(waiting));
    } catch (error) {
      this.memory.set(waiting.clientId, waiting); // switched off, or full
    }
  }

  /** @param {string} clientId */
  async remove(clientId) {
    this.memory.delete(clientId);
    await this.inStore("readwrite", (store) => store.delete(clientId)).catch(() => undefined);
  }

  async clear() {
    this.memory.clear();
    await this.inStore("readwrite", (store) => store.clear()).catch(() => undefined);
  }

  /** @param {string} clientId @returns {Promise<Waiting | undefined>} */
  async get(clientId) {
    const kept = await this.inStore("readonly", (store) => store.get(clientId)).catch(() => undefined);
    return kept ?? this.memory.get(clientId);
  }

  /** @returns {Promise<string[]>} */
  async clientIds() {
    const kept = await this.inStore("readonly", (store) => store.getAllKeys()).catch(() => []);
    return [...new Set([...kept, ...this.memory.keys()])];
  }

  /** @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} act @returns {Promise<T>} */
  async inStore(mode, act) {
    this.database ??= open();
    const transaction = (await this.database).transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }
}

/** @returns {Promise<IDBDatabase>} */
async function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "clientId" });
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}
