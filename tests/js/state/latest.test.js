/** Of several questions only the newest is answered. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { latest } from "../../../assets/web/state/latest.js";

/** A promise with its ends in hand. */
function open() {
  const ends = {};
  const promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }));
  return { promise, ...ends };
}

/** What stands behind the `await` of each question, in the order in which it runs. */
function asked(...questions) {
  const newest = latest();
  const heard = [];
  for (const { promise } of questions)
    newest(promise).then(
      (value) => heard.push(value),
      (error) => heard.push(error.message),
    );
  return heard;
}

const rest = () => new Promise((resolve) => setTimeout(resolve));

test("an older answer is dropped, whether it comes before or after the newest one's", async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const questions = [open(), open()];
    const heard = asked(...questions);
    for (const place of order) {
      questions[place].resolve(`answer ${place}`);
      await rest();
    }
    assert.deepEqual(heard, ["answer 1"]);
  }
});

test("so is an older failure; the newest one's is heard", async () => {
  const [older, newer] = [open(), open()];
  const heard = asked(older, newer);
  older.reject(new Error("old"));
  newer.reject(new Error("new"));
  await rest();
  assert.deepEqual(heard, ["new"]);
});

test("one question after the other, each is answered", async () => {
  const newest = latest();
  const heard = [];
  for (const answer of [1, 2]) {
    newest(Promise.resolve(answer)).then((value) => heard.push(value));
    await rest(); // an `await` of an answer that is dropped would never end
  }
  assert.deepEqual(heard, [1, 2]);
});
