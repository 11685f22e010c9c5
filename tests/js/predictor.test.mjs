import assert from "node:assert/strict";
import { test } from "node:test";

import { Predictor } from "../../static/js/predictor.js";

/** An engine whose answers come when the test says so. */
class SlowEngine {
  constructor() {
    this.questions = [];
  }

  predict(drawing) {
    return new Promise((answer, fail) => this.questions.push({ drawing, answer, fail }));
  }
}

function setUp() {
  const engine = new SlowEngine();
  const predictor = new Predictor(engine);
  const heard = [];
  predictor.addEventListener("answer", ({ detail }) => heard.push([detail.answer, detail.latest]));
  predictor.addEventListener("failure", ({ detail }) => heard.push([detail.error.message, detail.latest]));
  return { engine, predictor, heard };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("one question is on its way at a time, and of those that wait only the last is asked", async () => {
  const { engine, predictor, heard } = setUp();
  for (const drawing of ["a", "b", "c"]) predictor.ask(drawing);
  assert.deepEqual(engine.questions.map(({ drawing }) => drawing), ["a"]);
  engine.questions[0].answer("about a");
  await settled();
  assert.deepEqual(engine.questions.map(({ drawing }) => drawing), ["a", "c"]);
  engine.questions[1].answer("about c");
  await settled();
  assert.deepEqual(heard, [["about a", false], ["about c", true]]);
});

test("an answer about a sheet that was cleared meanwhile is dropped", async () => {
  const { engine, predictor, heard } = setUp();
  predictor.ask("a");
  predictor.forget();
  engine.questions[0].answer("about a");
  await settled();
  assert.deepEqual(heard, []);
  predictor.ask("b");
  engine.questions[1].answer("about b");
  await settled();
  assert.deepEqual(heard, [["about b", true]]);
});

test("the next question does not wait for one that was forgotten, and waits for its own", async () => {
  const { engine, predictor, heard } = setUp();
  predictor.ask("a large picture");
  predictor.forget();
  for (const drawing of ["b", "c"]) predictor.ask(drawing);
  assert.deepEqual(engine.questions.map(({ drawing }) => drawing), ["a large picture", "b"]);
  engine.questions[0].fail(new Error("too slow"));
  await settled();
  assert.equal(engine.questions.length, 2);
  engine.questions[1].answer("about b");
  await settled();
  engine.questions[2].answer("about c");
  await settled();
  assert.deepEqual(heard, [["about b", false], ["about c", true]]);
  predictor.ask("d");
  assert.equal(engine.questions.length, 4);
});

test("what waits is forgotten with the sheet", async () => {
  const { engine, predictor } = setUp();
  predictor.ask("a");
  predictor.ask("b");
  predictor.forget();
  engine.questions[0].answer("about a");
  await settled();
  assert.equal(engine.questions.length, 1);
});

test("after a failure the next question is asked", async () => {
  const { engine, predictor, heard } = setUp();
  predictor.ask("a");
  engine.questions[0].fail(new Error("away"));
  await settled();
  predictor.ask("b");
  engine.questions[1].answer("about b");
  await settled();
  assert.deepEqual(heard, [["away", true], ["about b", true]]);
});
