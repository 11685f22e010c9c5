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

/** Makes an element of a drawing. @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
export function shape(name, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, String(value));
  element.textContent = text;
  return element;
}
