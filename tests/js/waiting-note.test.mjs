import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { WaitingNote } from "../../static/js/waiting-note.js";

const texts = {
  waitingOne: "One waits.",
  waitingMany: "{count} wait.",
  waitedAndSent: "Sent.",
  waitedInVain: "Not taken. {reason}",
  waitedErrors: { several_symbols: "Several on it.", 413: "Too large.", other: "Not as expected." },
  errors: { several_symbols: "Undo or clear.", other: "Your drawing is still here." },
  discarded: "Discarded.",
};

class FakeElement extends EventTarget {
  dataset = {};
  hidden = false;
  textContent = "";
  focused = 0;
  focus() {
    this.focused += 1;
  }
}

/** Donations of which the test says how many wait, and what becomes of them. */
class FakeDonations extends EventTarget {
  waiting = 0;
  say(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
  wait(count) {
    this.waiting = count;
    this.say("change");
  }
  async discardWaiting() {
    this.wait(0);
  }
}

const given = globalThis.HTMLElement;
beforeEach(() => (globalThis.HTMLElement = FakeElement));
afterEach(() => (globalThis.HTMLElement = given));

function setUp() {
  const parts = { "[data-waiting-words]": new FakeElement(), "[data-discard]": new FakeElement() };
  const element = Object.assign(new FakeElement(), { querySelector: (selector) => parts[selector] });
  const donations = new FakeDonations();
  const note = new WaitingNote(element, { donations, texts });
  const [words, button] = Object.values(parts);
  return { element, donations, note, words, button };
}

test("a drawing that was refused after it had waited is spoken of in words of its own", () => {
  const { donations, words, element } = setUp();
  const said = { several_symbols: "Several on it.", 413: "Too large.", invalid_prompt: "Not as expected." };
  for (const [reason, its] of Object.entries(said)) {
    donations.say("refused", { error: reason === "413" ? { code: "unreadable", status: 413 } : { code: reason, status: 400 } });
    assert.equal(words.textContent, `Not taken. ${its}`);
    assert.equal(element.hidden, false);
  }
});

test("a refusal is covered neither by thanks for another one nor by those that wait on", () => {
  const { donations, note, words, element } = setUp();
  donations.say("refused", { error: { code: "several_symbols", status: 400 } });
  donations.say("delivered");
  donations.wait(1);
  assert.equal(words.textContent, "Not taken. Several on it. One waits.");
  donations.wait(2);
  note.focus(); // for the one that was given just now
  assert.equal(words.textContent, "2 wait.");
  donations.say("delivered");
  assert.equal(words.textContent, "2 wait.");
  donations.wait(0);
  assert.deepEqual([words.textContent, element.dataset.kind], ["Sent.", "good"]);
});

test("what waits can be discarded as long as something does", async () => {
  const { donations, words, element, button } = setUp();
  donations.wait(2);
  assert.equal(button.hidden, false);
  button.dispatchEvent(new Event("click"));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([words.textContent, button.hidden, element.focused], ["Discarded.", true, 1]);
});
