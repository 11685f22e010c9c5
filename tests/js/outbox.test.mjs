import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../static/js/admin/outbox.js";

const soon = () => new Promise((go) => setTimeout(go, 5));

/** Answers each message with itself, doubled; `fail` makes it reject as often as it says. */
function site({ fail = 0 } = {}) {
  const batches = [];
  const send = async (messages) => {
    await soon();
    if (fail-- > 0) throw new Error("away");
    batches.push(messages);
    return messages.map((message) => message * 2);
  };
  return { batches, send };
}

function emptied(outbox) {
  return new Promise((go) => outbox.addEventListener("change", () => outbox.size || go()));
}

test("messages go out in their order, those that wait together", async () => {
  const { batches, send } = site();
  const outbox = new Outbox(send);
  const results = [];
  for (const message of [1, 2, 3]) outbox.add(message, (result) => results.push(result));
  await emptied(outbox);
  assert.deepEqual(batches, [[1], [2, 3]]);
  assert.deepEqual(results, [2, 4, 6]);
});

test("what could not be sent is sent again, and nothing twice", async () => {
  const { batches, send } = site({ fail: 2 });
  const outbox = new Outbox(send, [1]);
  let stuck = 0;
  outbox.addEventListener("stuck", () => stuck++);
  outbox.add(1, () => {});
  outbox.add(2, () => {});
  await emptied(outbox);
  assert.equal(stuck, 2);
  assert.deepEqual(batches.flat(), [1, 2]);
});

test("what waits can be withdrawn, what is on its way cannot", async () => {
  const { batches, send } = site();
  const outbox = new Outbox(send);
  const first = outbox.add(1, () => {});
  const second = outbox.add(2, () => {});
  assert.equal(outbox.withdraw(first), false);
  assert.equal(outbox.withdraw(second), true);
  await emptied(outbox);
  assert.deepEqual(batches, [[1]]);
  assert.equal(outbox.withdraw(first), false);
});
