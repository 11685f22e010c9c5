/**
 * Keys that work anywhere on the page, but where somebody is writing.
 *
 * @param {{undo(): void, redo(): void, clear(): void}} actions
 */
export function bindShortcuts({ undo, redo, clear }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isWriting(event.target)) return;
    if (isUndo(event)) undo();
    else if (isRedo(event)) redo();
    else if (isClear(event)) clear();
    else return;
    event.preventDefault();
  });
}

/** @param {KeyboardEvent} event */
function isUndo(event) {
  return event.key.toLowerCase() === "z" && withControl(event) && !event.shiftKey;
}

/** @param {KeyboardEvent} event */
function isRedo(event) {
  const key = event.key.toLowerCase();
  return withControl(event) && ((key === "z" && event.shiftKey) || (key === "y" && !event.shiftKey));
}

/** @param {KeyboardEvent} event */
function withControl(event) {
  return (event.ctrlKey || event.metaKey) && !event.altKey;
}

/** @param {KeyboardEvent} event */
function isClear(event) {
  return ["Delete", "Backspace"].includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  const keys = "input:not([type=radio], [type=checkbox], [type=range], [type=file]), textarea, select";
  return target instanceof HTMLElement && target.matches(keys);
}
