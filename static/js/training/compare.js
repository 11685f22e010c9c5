/**
 * The choice of two versions: the second list offers those of the first one's network. Without it the page says that two
 * networks cannot be compared.
 */

const [first, second] = /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll(".chooser select"));

function offer() {
  const network = first.value.split("/")[0];
  for (const option of second.options) {
    const fits = option.value.startsWith(`${network}/`);
    option.disabled = option.hidden = !fits;
    const group = option.parentElement;
    if (group instanceof HTMLOptGroupElement) group.hidden = !fits;
  }
  if (second.selectedOptions[0]?.disabled || second.value === first.value) second.value = another();
}

/** @returns {string} the newest that is not the first one; where there is no other, that one */
function another() {
  const offered = [...second.options].filter((option) => !option.disabled).map((option) => option.value);
  return offered.find((value) => value !== first.value) ?? offered[0];
}

if (first && second) {
  first.addEventListener("change", offer);
  offer();
}
