/** The line to a training, and its orders: what comes late, or breaks, is nobody's. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createDesk } from "../../../assets/web/panels/traindesk.js";
import { createFeed } from "../../../assets/web/panels/trainfeed.js";
import { createImages } from "../../../assets/web/panels/trainimages.js";
import { serving } from "../serving.js";

/** A browser's event sources, as far as a test opens them. */
class Source {
  static CLOSED = 2;
  /** @type {Source[]} */ static all = [];
  readyState = Source.CLOSED;
  onerror = () => {};
  constructor() {
    Source.all.push(this);
  }
  close() {}
}

const element = () => {
  const heard = {};
  return {
    ...{ textContent: "", disabled: false, hidden: false, dataset: {}, heard },
    setAttribute(name, value) {
      this.dataset[name] = value;
    },
    addEventListener(kind, act) {
      heard[kind] = act;
    },
    append() {},
    replaceChildren() {},
    children: [],
  };
};

/** A page on a server that answers as it is told to; everything that was made in it, in order. */
async function opened(t, answer) {
  const server = await serving(answer);
  const made = [];
  const createElement = () => made[made.push(element()) - 1];
  const page = { ...server, hidden: false, addEventListener() {}, createElement };
  Object.assign(globalThis, { document: page, EventSource: Source });
  t.after(server.close);
  return made;
}

function followed(t) {
  const heard = [];
  const feed = createFeed({ heard() {}, refused: (error) => heard.push(error) });
  feed.follow(true);
  t.after(() => feed.follow(false));
  return { feed, heard, source: () => Source.all.at(-1) };
}

const rest = (time = 150) => new Promise((resolve) => setTimeout(resolve, time));
/** Wait until something is so, however busy the machine is, and fail if it never comes. */
const until = async (so) => {
  for (let looks = 0; !so(); looks += 1) {
    assert.ok(looks < 3000, "it never came");
    await rest(10);
  }
};
const TEXT = { "content-type": "text/plain", "x-layer-explorer": "sentence" };

test("why there are no events is said", async (t) => {
  await opened(t, (_, response) => response.writeHead(503, TEXT).end("Too many look on."));
  const { heard, source } = followed(t);
  source().onerror();
  await until(() => heard.length > 0);
  assert.deepEqual(heard.map(String), ["Error: Too many look on."]);
});

test("a reason that is cut in its midst, or never comes, is none", async (t) => {
  await opened(t, (_, response) => {
    response.writeHead(503, { ...TEXT, "content-length": "100" });
    response.write("Too many", () => response.destroy());
  });
  const { heard, source } = followed(t);
  source().onerror(); // a rejection that nobody catches fails the test
  await rest();
  assert.deepEqual(heard, []);
});

test("the reason of an older line is not said once another is open, or nobody looks", async (t) => {
  await opened(t, async (_, response) => {
    await rest(100);
    response.writeHead(503, TEXT).end("Too many look on.");
  });
  const { feed, heard, source } = followed(t);
  source().onerror();
  feed.follow(false);
  await rest(300);
  assert.deepEqual(heard, []);
  feed.follow(true);
  source().onerror();
  feed.follow(false);
  feed.follow(true);
  await rest(300);
  assert.deepEqual(heard, []);
});

test("the refusal of an older order is not said below a newer one", async (t) => {
  const made = await opened(t, async (request, response) => {
    if (request.url?.endsWith("stop")) return response.end("{}");
    await rest(100);
    response.writeHead(409, TEXT).end("There is nothing to pause.");
  });
  const page = { say: (key) => key, store: { get: () => ({ language: "en" }) } };
  createDesk(/** @type {any} */ (page), () => ({}));
  const find = (name, value) => made.find(({ dataset }) => dataset[name] === value);
  const press = (order) => find("data-action", `train-${order}`).heard.click();
  press("pause");
  press("stop");
  await rest(300);
  assert.equal(find("class", "problem").textContent, "");
  press("pause");
  await until(() => find("class", "problem").textContent !== "");
  assert.equal(find("class", "problem").textContent, "There is nothing to pause.");
});

test("images of the training before are not shown below the names of the next one", async (t) => {
  const place = { batch: 3, label: 0, answer: 1 };
  let waiting = false;
  let send = () => {};
  await opened(t, (_, response) => {
    send = () => response.end(JSON.stringify({ ...place, count: 0, images: [] }));
    waiting = true;
  });
  const say = (key, values) => [key, ...Object.values(values ?? {})].join(" ");
  const page = { say, store: { get: () => ({ language: "en" }) } };
  const images = createImages(/** @type {any} */ (page));
  const ask = async (settings) => {
    const asked = images.ask(place);
    await until(() => waiting);
    waiting = false;
    images.show({ settings, measured: 3 }, ["T-shirt", "Trouser"]);
    send();
    await asked;
  };
  const [clothes, digits] = [{ model: "fashion-mlp" }, { model: "digits-mlp" }];
  images.show({ settings: clothes, measured: 3 }, ["T-shirt", "Trouser"]);
  await ask(digits);
  assert.ok(!images.shows(0, 1));
  await ask(digits);
  assert.ok(images.shows(0, 1), "those of the training at hand are");
});
