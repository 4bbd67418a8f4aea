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

/** Hours pass when the test says so, and what waits for them runs in order. */
function clock() {
  let now = 0;
  const timers = new Map();
  const rest = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    setTimeout(act, wait) {
      const timer = {};
      timers.set(timer, { act, at: now + wait });
      return timer;
    },
    clearTimeout: (timer) => timers.delete(timer),
    async pass(wait) {
      for (const end = now + wait; ; ) {
        await rest();
        const [timer, due] =
          [...timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0] ?? [];
        now = due ? Math.max(now, due.at) : end;
        if (!due) return;
        timers.delete(timer);
        due.act();
      }
    },
  };
}

function live({ ask }, { answered = (_) => {} } = {}) {
  const [answers, failures, states, time] = [[], [], [], clock()];
  const line = createLive({
    send: ask,
    answered(reply, sent) {
      answers.push([reply.to, sent.query, sent.since]);
      return answered(reply);
    },
    failed: (error) => failures.push(error),
    report: (state) => states.at(-1) !== state && states.push(state),
    clock: time,
  });
  return { line, answers, failures, states, time };
}

test("a reply arrives with its query and the time of its event", async () => {
  const far = server();
  const { line, answers } = live(far);
  line.request({ step: "a" }, 17);
  await far.next();
  assert.deepEqual(answers, [[{ step: "a" }, { step: "a" }, 17]]);
});

test("what is sent of the answer is no part of the query that the reply is about", async () => {
  const far = server();
  const { line, answers } = live(far);
  line.request({ step: "a" }, 17, { sums: true });
  await far.next();
  assert.deepEqual(answers, [[{ step: "a", sums: true }, { step: "a" }, 17]]);
  line.request({ step: "b" }, 18);
  await far.next();
  assert.deepEqual(answers.at(-1), [{ step: "b" }, { step: "b" }, 18]);
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

test("a server that answers all of many questions is never said to be away", async () => {
  const far = server();
  const { line, answers, states, time } = live(far);
  for (const step of ["a", "b", "c", "d", "e"]) {
    line.request({ step }, 0);
    if (step !== "c") await far.next();
  }
  while (far.waiting.length) await far.next();
  await time.pass(0);
  assert.deepEqual(states, ["fine"]);
  assert.equal(answers.at(-1)[1].step, "e");
  assert.ok(line.idle());
});

const lost = ({ reject }) => reject(new Error("lost"));

test("what fails is asked again by itself: after 0.5, 1, 2, 2, … s", async () => {
  const far = server();
  const { line, answers, states, time } = live(far);
  line.request({ step: "a" }, 0);
  for (const pause of [500, 1000, 2000, 2000, 2000]) {
    await far.next(lost);
    await time.pass(pause - 1);
    assert.equal(far.waiting.length, 0);
    await time.pass(1);
    assert.equal(far.waiting.length, 1);
  }
  assert.deepEqual(states, ["waiting", "away"]);
  await far.next();
  assert.deepEqual(states, ["waiting", "away", "fine"]);
  assert.deepEqual(answers, [[{ step: "a" }, { step: "a" }, 0]]);
});

test("a server that comes back after 20 s is asked within 3 s", async () => {
  const far = server();
  const { line, states, time } = live(far);
  line.request({ step: "a" }, 0);
  for (; time.now() < 20_000; await time.pass(10)) if (far.waiting.length) await far.next(lost);
  assert.deepEqual(states, ["waiting", "away"]);
  const back = time.now();
  while (!far.waiting.length && time.now() < back + 60_000) await time.pass(10);
  assert.ok(time.now() - back <= 3000, `${time.now() - back} ms`);
  await far.next();
  assert.equal(states.at(-1), "fine");
});

test("each attempt asks for the newest state", async () => {
  const far = server();
  const { line, answers, time } = live(far);
  line.request({ step: "a" }, 1);
  await far.next(lost);
  line.request({ step: "b" }, 2);
  line.request({ step: "c" }, 3);
  await time.pass(500);
  assert.equal(far.waiting.length, 1);
  await far.next();
  assert.deepEqual(answers, [[{ step: "c" }, { step: "c" }, 3]]);
  assert.ok(line.idle());
});

for (const nothing of [undefined, null, "", 0])
  test(`${JSON.stringify(nothing)} is no reply`, async () => {
    const far = server();
    const { line, answers, failures, time } = live(far);
    line.request({ step: "a" }, 0);
    await far.next(({ resolve }) => resolve(nothing));
    await time.pass(500);
    await far.next();
    assert.equal(answers.length, 1);
    assert.deepEqual(failures, []);
  });

test("waiting is shown after a second, and given up after eight; the late reply is dropped", async () => {
  const far = server();
  const { line, answers, states, time } = live(far);
  line.request({ step: "a" }, 0);
  await time.pass(999);
  assert.deepEqual(states, []);
  await time.pass(1);
  assert.deepEqual(states, ["waiting"]);
  await time.pass(7000);
  assert.deepEqual(states, ["waiting", "away"]);
  await time.pass(500);
  assert.equal(far.waiting.length, 2);
  await far.next(({ resolve }) => resolve({ to: "late" }));
  assert.deepEqual(answers, []);
  await far.next();
  assert.deepEqual(answers, [[{ step: "a" }, { step: "a" }, 0]]);
});

test("when the network is back nobody waits for the pause, nor for a request that hangs", async () => {
  const far = server();
  const { line, answers, time } = live(far);
  line.request({ step: "a" }, 0);
  await far.next(lost);
  line.retry();
  await time.pass(0);
  assert.equal(far.waiting.length, 1);
  line.retry();
  await time.pass(0);
  assert.equal(far.waiting.length, 1, "a request that has just left may still be answered");
  await time.pass(3000);
  line.retry();
  await time.pass(0);
  assert.equal(far.waiting.length, 2);
  await far.next(({ resolve }) => resolve({ to: "late" }));
  await far.next();
  assert.deepEqual(
    answers.map(([to]) => to.step),
    ["a"],
  );
});

test("a fault while painting is told, and the next request works", async () => {
  const far = server();
  const { line, failures } = live(far, {
    answered(reply) {
      if (reply.to.step === "a") throw new Error("fault");
    },
  });
  line.request({ step: "a" }, 0);
  await far.next();
  assert.equal(failures[0].message, "fault");
  line.request({ step: "b" }, 0);
  await far.next();
  assert.ok(line.idle());
});

test("a question beside the screen waits its turn", async () => {
  const far = server();
  const { line } = live(far);
  line.request({ step: "a" }, 0);
  const other = line.ask({ step: "b" });
  assert.equal(far.waiting.length, 1);
  await far.next();
  await far.next();
  assert.deepEqual(await other, { to: { step: "b" } });
});

test("what was asked is a copy: later changes do not reach it", async () => {
  const far = server();
  const { line } = live(far);
  const query = { images: ["a"] };
  line.request(query, 0);
  query.images.push("b");
  assert.deepEqual(far.waiting[0].query, { images: ["a"] });
});
