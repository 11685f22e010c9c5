/**
 * The pages that ask before they delete one drawing or all: what waits in this browser is discarded first. The server
 * may have kept a drawing whose receipt was lost on the way; sent again after it was deleted, it would be there anew.
 */

import { Outbox } from "./outbox.js";

/** @param {HTMLFormElement} form @param {(outbox: Outbox) => Promise<void>} discard */
function discardFirst(form, discard) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await discard(new Outbox());
    form.submit();
  });
}

const one = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-delete]"));
if (one) discardFirst(one, (outbox) => outbox.remove(one.dataset.delete ?? ""));
const all = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-delete-all]"));
if (all) discardFirst(all, (outbox) => outbox.clear());
