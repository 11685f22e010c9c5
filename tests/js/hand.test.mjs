import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Hand } from "../../static/js/admin/hand.js";

const settled = () => new Promise((go) => setImmediate(go));

// A queue that was empty is asked again, for as long as the page is open.
beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/** Lends numbered cards as the site does: twice only to who asks for what he was lent before. */
function queue({ length, atOnce = 4 }) {
  const site = { lent: new Set(), fail: false, lose: false };
  site.fetchCards = async (first) => {
    if (site.fail) throw new Error("away");
    const free = [...Array(length).keys()].filter((id) => first || !site.lent.has(id));
    const ids = free.slice(0, atOnce);
    if (first) site.lent.clear(); // what it does not name is given back
    ids.forEach((id) => site.lent.add(id));
    if (site.lose) throw new Error("the answer got lost");
    return ids.map((id) => ({ id }));
  };
  return site;
}

/** Looks at all cards, one after the other; returns their numbers. */
async function play(hand, count) {
  const seen = [];
  while (seen.length < count && hand.top) {
    seen.push(hand.next().id);
    await settled();
  }
  return seen;
}

test("cards come in their order, each once", async () => {
  const site = queue({ length: 40 });
  const hand = new Hand(site.fetchCards);
  await hand.fill();
  assert.deepEqual(await play(hand, 40), [...Array(40).keys()]);
});

test("what a lost answer had lent is asked for again", async () => {
  const site = queue({ length: 12 });
  const hand = new Hand(site.fetchCards);
  let failures = 0;
  hand.addEventListener("failed", () => failures++);
  await hand.fill();
  site.lose = true;
  assert.deepEqual(await play(hand, 2), [0, 1]);
  site.lose = false;
  await hand.again();
  assert.ok(failures > 0);
  assert.deepEqual(await play(hand, 10), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("what was skipped comes again when all the rest has been looked at", async () => {
  const site = queue({ length: 3 });
  const hand = new Hand(site.fetchCards);
  await hand.fill();
  assert.deepEqual(await play(hand, 3), [0, 1, 2]);
  site.lent.delete(1); // its lease has expired
  await hand.again();
  assert.deepEqual(await play(hand, 1), [1]);
});

test("what is known, skipped or not saved yet does not hide what comes behind it", async () => {
  const site = queue({ length: 8 });
  const hand = new Hand(site.fetchCards);
  await hand.fill();
  site.fail = true;
  assert.deepEqual(await play(hand, 4), [0, 1, 2, 3]); // all of them skipped
  assert.equal(hand.top, undefined);
  site.fail = false;
  await hand.again();
  assert.deepEqual(await play(hand, 8), [4, 5, 6, 7]);
});
