/**
 * The thread that the browser's engine works in, so that no stroke waits for a network.
 *
 * Not a module, because LiteRT loads its runtime by `importScripts`, which a module may not. A message names a task of
 * live.js; the answer has the same `id`, and `result` or `error`.
 */

const live = import("./live.js");

self.addEventListener("message", async ({ data: { id, task, payload } }) => {
  try {
    self.postMessage({ id, result: await (await live)[task](payload) });
  } catch (error) {
    const { code = "engine_failed", message = String(error) } = error ?? {};
    self.postMessage({ id, error: { code, message } });
  }
});
