/** Shows what the settings of the form around it would make of some drawings, each time one of them changes. */

const PAUSE = 400; // ms without a change

/** @param {HTMLImageElement} picture  its `data-preview` says where it is fetched from */
function follow(picture) {
  const form = picture.closest("form");
  const note = document.querySelector("[data-preview-note]");
  if (!form) return;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  async function show() {
    const fields = new URLSearchParams(/** @type {any} */ (new FormData(form ?? undefined)));
    fields.delete("csrfmiddlewaretoken");
    const response = await fetch(`${picture.dataset.preview}?${fields}`).catch(() => null);
    if (!response) return;
    const isPicture = response.ok && response.headers.get("Content-Type") === "image/png";
    if (note) note.textContent = isPicture ? "" : await response.text();
    picture.hidden = !isPicture;
    if (!isPicture) return;
    URL.revokeObjectURL(picture.src);
    picture.src = URL.createObjectURL(await response.blob());
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  picture.closest("details")?.addEventListener("toggle", show, { once: true });
  if (picture.closest("details")?.open) show();
}

document.querySelectorAll("img[data-preview]").forEach((picture) => follow(/** @type {HTMLImageElement} */ (picture)));
