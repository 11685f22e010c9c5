/**
 * Whether this visitor has agreed to the text of the consent, remembered in this browser.
 *
 * It is remembered with the version of the text: to a new text one agrees anew.
 */

import { Stored } from "./stored.js";

const consent = new Stored("localStorage", "consent");

/** @param {string} version */
export function isRemembered(version) {
  return String(consent.get()) === version;
}

/** @param {string} version @param {boolean} agreed */
export function remember(version, agreed) {
  consent.set(agreed ? version : null);
}
