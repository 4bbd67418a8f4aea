/** How often the server is asked while the page computes for itself. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace } from "../../../assets/web/state/pace.js";

/**
 * A pen that moves every 10 ms on a clock of its own; each question takes `latency` milliseconds.
 * On a `busy` page what is due comes to nothing before the next move is heard.
 */
function stroke({ moves, latency = 20, gap = 10, busy = false, show = ["figure", "unit"] }) {
  let now = 0;
  /** @type {{at: number, act: () => void}[]} */ let timers = [];
  const clock = {
    now: () => now,
    setTimeout(act, wait) {
      const timer = { at: now + wait, act };
      timers.push(timer);
      return timer;
    },
    clearTimeout(timer) {
      timers = timers.filter((each) => each !== timer);
    },
  };
  const sent = [];
  let free = 0;
  const live = {
    idle: () => now >= free,
    request(query, _since, how) {
      sent.push({ at: now, query, queued: now < free, sums: !!how?.sums });
      free = now + latency;
    },
  };
  const pace = createPace(live, /** @type {any} */ (clock));
  const run = (until) => {
    for (;;) {
      const next = timers.filter(({ at }) => at <= until).sort((one, two) => one.at - two.at)[0];
      if (!next) break;
      now = next.at;
      timers = timers.filter((each) => each !== next);
      next.act();
    }
    now = until;
  };
  for (let move = 0; move < moves; move += 1) {
    pace.move({ move, show }, now);
    if (busy) now += gap;
    else run(now + gap);
  }
  const up = now;
  run(now + 2000);
  return { sent, up };
}

test("while the pen moves the server is asked at most four times a second, and once when it rests", () => {
  const { sent, up } = stroke({ moves: 200 });
  const during = sent.filter(({ at }) => at < up);
  assert.ok(during.length >= 7 && during.length <= 9, String(during.length));
  for (let place = 1; place < during.length; place += 1)
    assert.ok(during[place].at - during[place - 1].at >= 250);
  const after = sent.slice(during.length);
  assert.equal(after.length, 1);
  assert.ok(after[0].at - up <= 150);
  assert.equal(after[0].query.move, 199);
  assert.ok(during.every(({ sums }) => sums));
  assert.equal(after[0].sums, false, "once it rests, for every value");
});

test("where only a confirmation is wanted, every two and a half seconds is enough, and at once when the pen rests", () => {
  const { sent, up } = stroke({ moves: 300, show: ["figure"] });
  const during = sent.filter(({ at }) => at < up);
  assert.deepEqual(
    during.map(({ at, sums }) => [at, sums]),
    [[2500, true]],
  );
  const after = sent.slice(1);
  assert.equal(after.length, 1);
  assert.ok(after[0].at - up <= 150);
});

test("moves that a busy page hears late are of the same stroke", () => {
  const { sent } = stroke({ moves: 20, gap: 150, busy: true, show: ["figure"] });
  assert.deepEqual(
    sent.map(({ at, sums }) => [at, sums]),
    [
      [2550, true],
      [2950, false],
    ],
  );
});

test("a single change that is only to be confirmed is asked within 150 ms", () => {
  const { sent } = stroke({ moves: 1, show: ["figure"] });
  assert.deepEqual(
    sent.map(({ at }) => at),
    [100],
  );
});

test("a slow server gets one question at a time, nothing is queued behind it while the pen moves", () => {
  const { sent, up } = stroke({ moves: 200, latency: 700 });
  assert.ok(sent.filter(({ at }) => at < up).every(({ queued }) => !queued));
  assert.equal(sent.at(-1).query.move, 199);
});

test("a single change is asked at once, and for every value when it stays", () => {
  const { sent } = stroke({ moves: 1 });
  assert.deepEqual(
    sent.map(({ at, query, sums }) => [at, query.move, sums]),
    [
      [0, 0, true],
      [100, 0, false],
    ],
  );
});

test("a stroke that ends in a question for sums is confirmed value by value all the same", () => {
  const { sent, up } = stroke({ moves: 26 });
  const [last, rest] = sent.slice(-2);
  assert.deepEqual([last.at, last.sums, last.query.move], [250, true, 25]);
  assert.deepEqual([rest.sums, rest.query.move], [false, 25]);
  assert.ok(rest.at - up <= 150);
});
