/**
 * Keys that work anywhere on the page, but where somebody is writing.
 *
 * @param {{undo(): void, clear(): void}} actions
 */
export function bindShortcuts({ undo, clear }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isWriting(event.target)) return;
    if (isUndo(event)) undo();
    else if (isClear(event)) clear();
    else return;
    event.preventDefault();
  });
}

/** @param {KeyboardEvent} event */
function isUndo(event) {
  return event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
}

/** @param {KeyboardEvent} event */
function isClear(event) {
  return ["Delete", "Backspace", "Escape"].includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
}
