/**
 * The pages that ask before they delete one drawing or all: what waits in this browser is discarded first. The server
 * may have kept a drawing whose receipt was lost on the way; sent again after it was deleted, it would be there anew.
 *
 * It listens before the form is there: who presses the button at once is not faster.
 */

import { Outbox } from "./outbox.js";

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const { delete: one, deleteAll: all } = form.dataset;
  if (one === undefined && all === undefined) return;
  event.preventDefault();
  const outbox = new Outbox();
  await (one === undefined ? outbox.clear() : outbox.remove(one));
  form.submit();
});
