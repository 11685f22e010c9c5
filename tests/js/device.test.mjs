import assert from "node:assert/strict";
import { test } from "node:test";

import { deviceFor, noteDevice } from "../../static/js/device.js";

const DRAWN = { strokes: [{ points: [[1, 1, 0]], pen: 18, erase: false }] };

test("the pointer that drew last is said, in the server's words", () => {
  assert.deepEqual(deviceFor(DRAWN), {});
  noteDevice("touch");
  noteDevice("pen");
  assert.deepEqual(deviceFor(DRAWN), { device: "pen" });
  assert.deepEqual(deviceFor({ strokes: [] }), {});
  assert.deepEqual(deviceFor({ ...DRAWN, laid: { name: "photo" } }), {}); // a picture, whatever was drawn over it
  noteDevice("brain");
  assert.deepEqual(deviceFor(DRAWN), {});
});
