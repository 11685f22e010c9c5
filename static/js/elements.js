/**
 * Finds the parts of a page that scripts fill: they carry `data-*` hooks.
 *
 * @param {ParentNode} root
 * @param {string} hook  as in `data-<hook>`
 * @returns {HTMLElement}
 */
export function part(root, hook) {
  const element = root.querySelector(`[data-${hook}]`);
  if (!(element instanceof HTMLElement)) throw new Error(`Expected an element with data-${hook}, found none.`);
  return element;
}
