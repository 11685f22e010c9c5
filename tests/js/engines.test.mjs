import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../static/js/api.js";
import { Engines } from "../../static/js/engine/engines.js";
import { PREPROCESSING_VERSION } from "../../static/js/preprocessing/normalization.js";

const published = (number, preprocessing = PREPROCESSING_VERSION) => ({
  digits: { number, preprocessing_version: preprocessing, tflite: { url: `/d${number}`, sha256: "" } },
  "digit-or-not": { number: 1, preprocessing_version: PREPROCESSING_VERSION, tflite: { url: "/n", sha256: "" } },
});

/** Engines whose browser can be told to fail, and the versions that it has loaded. */
function setUp(t) {
  t.mock.method(console, "info", () => {});
  t.mock.method(console, "warn", () => {});
  const world = { pair: published(1), loads: [], failure: null, loadFailure: null };
  const server = { predict: async () => "server" };
  const browser = {
    async load(pair) {
      world.loads.push(pair.digits.number);
      if (world.loadFailure) throw world.loadFailure;
    },
    async predict() {
      if (world.failure) throw world.failure;
      return "browser";
    },
  };
  const engines = new Engines(server, browser, async () => {
    if (world.pair instanceof Error) throw world.pair;
    return world.pair;
  });
  return { world, engines };
}

test("the server answers until the browser has loaded what is published", async (t) => {
  const { engines, world } = setUp(t);
  let readies = 0;
  engines.addEventListener("ready", () => (readies += 1));
  assert.equal(await engines.predict({}), "server");
  await engines.refresh();
  assert.equal(await engines.predict({}), "browser");
  await engines.refresh();
  assert.deepEqual([world.loads, readies], [[1], 1]);
  world.pair = published(2);
  await engines.refresh();
  assert.deepEqual([world.loads, readies], [[1, 2], 2]);
});

test("a browser that fails is replaced by the server until it has loaded anew; a blank drawing is no failure", async (t) => {
  const { engines, world } = setUp(t);
  await engines.refresh();
  world.failure = new ApiError("blank_drawing", "no ink");
  await assert.rejects(engines.predict({}), { code: "blank_drawing" });
  world.failure = new Error("out of memory");
  assert.equal(await engines.predict({}), "server");
  world.failure = null;
  assert.equal(await engines.predict({}), "server");
  await engines.refresh();
  assert.equal(await engines.predict({}), "browser");
});

test("the last pair answers on while the next one cannot be asked for or loaded", async (t) => {
  const { engines, world } = setUp(t);
  await engines.refresh();
  world.pair = new ApiError("unreachable", "");
  await engines.refresh();
  assert.equal(await engines.predict({}), "browser");
  world.pair = published(2);
  world.loadFailure = new Error("another SHA-256");
  await engines.refresh();
  assert.equal(await engines.predict({}), "browser");
  assert.deepEqual(world.loads, [1, 2]);
  await engines.refresh(); // not again at once, but the one after it is
  world.pair = published(3);
  world.loadFailure = null;
  await engines.refresh();
  assert.deepEqual(world.loads, [1, 2, 3]);
});

test("versions that want other preprocessing than this page has are left to the server", async (t) => {
  const { engines, world } = setUp(t);
  await engines.refresh();
  world.pair = published(2, PREPROCESSING_VERSION + 1);
  await engines.refresh();
  assert.equal(await engines.predict({}), "server");
  assert.deepEqual(world.loads, [1]);
});
