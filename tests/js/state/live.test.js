/** One request in flight; the last state is always asked for and answered. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createLive } from "../../../assets/web/state/live.js";

/** A server that answers when it is told to. */
function server() {
  const waiting = [];
  const ask = (text) =>
    new Promise((resolve, reject) => waiting.push({ query: JSON.parse(text), resolve, reject }));
  const next = async (act = ({ query, resolve }) => resolve({ to: query })) => {
    act(waiting.shift());
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { ask, next, waiting };
}

function live({ ask }) {
  const [answers, failures] = [[], []];
  const line = createLive(
    ask,
    (reply, sent) => answers.push([reply.to, sent.query, sent.since]),
    (error) => failures.push(error),
  );
  return { line, answers, failures };
}

test("a reply arrives with its query and the time of its event", async () => {
  const far = server();
  const { line, answers } = live(far);
  line.request({ step: "a" }, 17);
  await far.next();
  assert.deepEqual(answers, [[{ step: "a" }, { step: "a" }, 17]]);
});

test("one request is under way at a time, and of those that wait only the last is asked", async () => {
  const far = server();
  const { line, answers } = live(far);
  for (const step of ["a", "b", "c", "d"]) line.request({ step }, 0);
  assert.equal(far.waiting.length, 1);
  await far.next();
  assert.deepEqual(
    far.waiting.map(({ query }) => query.step),
    ["d"],
  );
  await far.next();
  assert.equal(far.waiting.length, 0);
  assert.equal(answers.at(-1)[0].step, "d");
  assert.ok(answers.every(([to, query]) => to.step === query.step));
});

test("after a failure the next request works", async () => {
  const far = server();
  const { line, answers, failures } = live(far);
  line.request({ step: "a" }, 0);
  await far.next(({ reject }) => reject(new Error("lost")));
  assert.equal(failures.length, 1);
  line.request({ step: "b" }, 0);
  await far.next();
  assert.equal(answers.at(-1)[0].step, "b");
});

test("what was asked is a copy: later changes do not reach it", async () => {
  const far = server();
  const { line } = live(far);
  const query = { images: ["a"] };
  line.request(query, 0);
  query.images.push("b");
  assert.deepEqual(far.waiting[0].query, { images: ["a"] });
});
