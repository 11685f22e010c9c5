import assert from "node:assert/strict";
import { test } from "node:test";

import { request, TOO_SLOW, UNREACHABLE } from "../../static/js/api.js";

/** A network on which every request runs out of time; returns how long (ms) each was given. */
function outOfTime(t) {
  const given = [];
  t.mock.method(AbortSignal, "timeout", (ms) => {
    given.push(ms);
    return AbortSignal.abort(new DOMException("The operation timed out.", "TimeoutError"));
  });
  t.mock.method(globalThis, "fetch", async (url, { signal }) => signal.throwIfAborted());
  return given;
}

test("a picture is given the time that it takes on a slow uplink, besides that for the answer", async (t) => {
  const given = outOfTime(t);
  const picture = { image: "A".repeat(1_670_000) };
  await assert.rejects(request("POST", "/api/v1/predict", { body: picture }));
  await assert.rejects(request("GET", "/api/v1/models/published"));
  await assert.rejects(request("POST", "/review", { body: new URLSearchParams({ answer: "7" }) }));
  assert.ok(given[0] >= 15_000 + 167_000 && given[0] < 15_000 + 168_000, `${given[0]} ms`);
  assert.deepEqual(given.slice(1), [15_000, 15_001]);
});

test("a large picture that ran out of time was too slow, all else has not reached the site; both may pass", async (t) => {
  outOfTime(t);
  const large = { image: "A".repeat(200_000) };
  const passing = (code) => (error) => error.code === code && error.isPassing;
  await assert.rejects(request("POST", "/api/v1/predict", { body: large }), passing(TOO_SLOW));
  await assert.rejects(request("POST", "/api/v1/predict", { body: { strokes: {} } }), passing(UNREACHABLE));
  t.mock.method(globalThis, "fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await assert.rejects(request("POST", "/api/v1/predict", { body: large }), passing(UNREACHABLE));
});
