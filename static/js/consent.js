/**
 * Whether this visitor has agreed to the text of the consent, remembered in this browser.
 *
 * It is remembered with the version of the text: to a new text one agrees anew.
 */

const KEY = "digitsite.consent";

/** @param {string} version */
export function isRemembered(version) {
  try {
    return localStorage.getItem(KEY) === version;
  } catch {
    return false; // storage is switched off: then it is asked each time
  }
}

/** @param {string} version @param {boolean} agreed */
export function remember(version, agreed) {
  try {
    if (agreed) localStorage.setItem(KEY, version);
    else localStorage.removeItem(KEY);
  } catch {
    // See above.
  }
}
