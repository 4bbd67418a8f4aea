/** Lists within sentences. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { listed } from "../../../assets/web/base/lists.js";

test("things are listed with the comma of the language", () => {
  const say = (_, { one, two }) => `${one}、${two}`;
  assert.equal(listed(say, ["T恤", "裤子", "包"]), "T恤、裤子、包");
  assert.equal(listed(say, [7]), "7");
  assert.equal(listed(say, []), "");
});
