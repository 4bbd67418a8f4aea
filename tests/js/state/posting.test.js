/** What a line breaks is a matter of the line, whatever came over it until then. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Sentence } from "../../../assets/web/base/sentence.js";
import { createFiles } from "../../../assets/web/frame/files.js";
import { createCoder } from "../../../assets/web/frame/code.js";
import { Unreachable } from "../../../assets/web/state/live.js";
import { post } from "../../../assets/web/state/posting.js";
import { serving } from "../serving.js";

/** What a server's answer becomes for each way to ask. */
async function asked(answer, ask) {
  const server = await serving((request, response) => answer(response, request));
  Object.assign(globalThis, { document: server });
  try {
    return await ask();
  } finally {
    server.close();
  }
}

const WAYS = {
  order: () => post(new URL("train/start", document.baseURI), "{}"),
  file: () => {
    const page = /** @type {any} */ ({ wanted: () => ({}), actions: {} });
    return createFiles(page).actions.save("npz");
  },
  code: () => createCoder(/** @type {any} */ ({}), 1)("a link"),
};

const OURS = { "x-layer-explorer": "sentence" };

/** An answer that ends in its midst. */
const cut = (status, type, more) => (response) => {
  response.writeHead(status, { "content-type": type, "content-length": "100", ...more });
  response.write('{"rows": [', () => response.destroy());
};

const whole = (status, type, text, more) => (response) => {
  response.writeHead(status, { "content-type": type, ...more });
  response.end(text);
};

const BROKEN = {
  "an answer that is cut": cut(200, "application/json"),
  "a sentence that is cut": cut(400, "text/plain; charset=utf-8", OURS),
  "a proxy that has lost the server": whole(502, "text/html", "<html>Bad Gateway</html>"),
  "a proxy's own words": whole(503, "text/plain; charset=utf-8", "upstream connect error"),
  "a proxy that knows no such address": whole(404, "text/html", "<html>Not Found</html>"),
  "a line that is closed": (response) => response.destroy(),
};

for (const [what, answer] of Object.entries(BROKEN))
  for (const [way, ask] of Object.entries(WAYS))
    test(`${what} is no fault of the program: ${way}`, async () => {
      await assert.rejects(asked(answer, ask), Unreachable);
    });

test("a page to sign in, where an answer was expected, is none", async () => {
  const page = whole(200, "text/html", "<html>Sign in</html>");
  for (const ask of [WAYS.order, WAYS.code]) await assert.rejects(asked(page, ask), Unreachable);
});

test("the server's own sentence is said as it is", async () => {
  for (const status of [400, 403, 503])
    for (const ask of Object.values(WAYS)) {
      const refused = whole(status, "text/plain; charset=utf-8", "Not so. Do this.", OURS);
      await assert.rejects(asked(refused, ask), (error) => {
        assert.ok(error instanceof Sentence, String(error));
        assert.equal(error.message, "Not so. Do this.");
        return true;
      });
    }
});

test("sentences are asked for in the language of the page", async () => {
  const speaks = (response, request) =>
    whole(403, "text/plain", request.headers["accept-language"], OURS)(response);
  for (const ask of Object.values(WAYS)) await assert.rejects(asked(speaks, ask), /^Error: zh-CN$/);
});

test("nothing yet is null, and an answer what it holds", async () => {
  assert.equal(await asked((response) => response.writeHead(204).end(), WAYS.order), null);
  assert.deepEqual(await asked(whole(200, "application/json", '{"a": 1}'), WAYS.order), { a: 1 });
});
