/** How often the server is asked while the page computes for itself. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace } from "../../../assets/web/state/pace.js";

/** A pen that moves every 10 ms on a clock of its own; each question takes `latency` milliseconds. */
function stroke({ moves, latency = 20, gap = 10, show = ["figure", "unit"] }) {
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
  let busy = 0;
  const live = {
    idle: () => now >= busy,
    request(query) {
      sent.push({ at: now, query, queued: now < busy });
      busy = now + latency;
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
    run(now + gap);
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
});

test("where only a confirmation is wanted, every two seconds is enough, and at once when the pen rests", () => {
  const { sent, up } = stroke({ moves: 300, show: ["figure"] });
  const during = sent.filter(({ at }) => at < up);
  assert.deepEqual(
    during.map(({ at }) => at),
    [2000],
  );
  const after = sent.slice(1);
  assert.equal(after.length, 1);
  assert.ok(after[0].at - up <= 150);
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

test("a single change is asked at once", () => {
  const { sent } = stroke({ moves: 1 });
  assert.deepEqual(
    sent.map(({ at, query }) => [at, query.move]),
    [[0, 0]],
  );
});
