/**
 * Does something again and again, but only while somebody can see the page; at once when it is seen again, and when
 * the network is back. What a task throws is reported as usual, and the task is done again all the same.
 *
 * @param {() => Promise<void>} task
 * @param {number} period  ms from the end of one to the beginning of the next
 */
export function whileVisible(task, period) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let busy = false;

  async function work() {
    clearTimeout(timer);
    if (busy || document.visibilityState === "hidden") return;
    busy = true;
    try {
      await task();
    } finally {
      busy = false;
      timer = setTimeout(work, period);
    }
  }

  document.addEventListener("visibilitychange", work);
  window.addEventListener("online", work);
  work();
}

/** Does something now, or as soon as somebody can see the page. @param {() => void} task */
export function onceVisible(task) {
  if (document.visibilityState !== "hidden") return task();
  document.addEventListener("visibilitychange", () => onceVisible(task), { once: true });
}
