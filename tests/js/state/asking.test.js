/** A function that the server refuses: its own sentence says why, whatever Gradio keeps to itself. */

import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Sentence } from "../../../assets/web/base/sentence.js";
import { createAsking } from "../../../assets/web/state/asking.js";
import { answerOf, createLive, Unreachable } from "../../../assets/web/state/live.js";
import { serving } from "../serving.js";

/** What becomes of a question that Gradio has no answer to, where the guard answers so. */
async function asked(answer, use, reply = undefined) {
  const heard = [];
  const server = await serving(async (request, response) => {
    heard.push([request.url, await text(request)]);
    answer(response);
  });
  Object.assign(globalThis, { document: server });
  const ask = createAsking({ view: async () => reply }, SCRIPT)("view");
  try {
    await use(ask);
  } finally {
    server.close();
  }
  return heard;
}

const TEXT = { "content-type": "text/plain; charset=utf-8", "x-layer-explorer": "sentence" };
const SCRIPT = "web/0123456789abcdef/page.js";
const REASON = "This server does not answer to this name. Its owner can allow it.";
const refused = (response) => response.writeHead(403, TEXT).end(REASON);
const fine = (response) => response.writeHead(204).end();

test("an answer is handed on, and nobody else is asked", async () => {
  const view = async (asked) => ({ steps: [], asked });
  const parameters = async () => ({ error: { message: "No such model." } });
  const ask = createAsking({ view, parameters }, SCRIPT);
  assert.deepEqual(await ask("view")("a"), { steps: [], asked: "a" });
  assert.deepEqual(await ask("parameters")("a"), await parameters());
});

test("what is refused says so in the server's words, of the very same question", async () => {
  const heard = await asked(refused, async (ask) => {
    await assert.rejects(
      answerOf(() => ask("a question")),
      (error) => error instanceof Sentence && error.message === REASON,
    );
  });
  assert.deepEqual(heard, [
    ["/reach?script=web%2F0123456789abcdef%2Fpage.js", JSON.stringify({ data: ["a question"] })],
  ]);
});

test("an answer of somebody else's is none, whatever data it is", async () => {
  for (const reply of [null, 5, "", [], {}, { message: "Forbidden" }, { error: "expired" }])
    await asked(fine, (ask) => assert.rejects(ask("a"), Unreachable), reply);
});

test("what fails without a refusal is a matter of the line", async () => {
  for (const answer of [fine, (response) => response.destroy()])
    await asked(answer, async (ask) => {
      await assert.rejects(
        answerOf(() => ask("a")),
        Unreachable,
      );
    });
});

test("the line tells the reason, and goes on asking", async () => {
  const reports = [];
  let [refusing, answered] = [true, null];
  await asked(refused, async (ask) => {
    await new Promise((done) => {
      createLive({
        send: (query) => (refusing ? ask(query) : Promise.resolve({ to: query })),
        answered(reply) {
          answered = reply;
          done(null);
        },
        failed: assert.fail,
        report(state, reason = "") {
          reports.push([state, reason]);
          refusing = reports.length < 2;
        },
      }).request({ step: "a" }, 0);
    });
  });
  assert.deepEqual(reports, [
    ["waiting", REASON],
    ["away", REASON],
    ["fine", ""],
  ]);
  assert.deepEqual(answered, { to: '{"step":"a"}' });
});
