/** Light or dark, and the presenter's stage: kept over a visit, left by Escape, never part of the query. */

import assert from "node:assert/strict";
import { test } from "node:test";

/** The page's outermost elements: attributes as a set, classes as another. */
const attributes = new Set();
const classes = new Set();
const switched =
  (set) =>
  (name, wanted = !set.has(name)) => {
    if (wanted) set.add(name);
    else set.delete(name);
  };
const kept = new Map();
/** @type {Record<string, () => void>} */ const heard = {};
const listen = (name, act) => {
  heard[name] = act;
};
const root = {
  dataset: /** @type {Record<string, string>} */ ({}),
  toggleAttribute: switched(attributes),
  hasAttribute: (name) => attributes.has(name),
  removeAttribute: (name) => attributes.delete(name),
  async requestFullscreen() {
    Object.assign(globalThis.document, { fullscreenElement: root });
  },
};
/** What the machine itself is set to. */
const dark = { matches: true, addEventListener: (name, act) => listen(`machine ${name}`, act) };
Object.assign(globalThis, {
  document: {
    documentElement: root,
    body: { classList: { toggle: switched(classes) } },
    fullscreenElement: null,
    addEventListener: listen,
    async exitFullscreen() {
      Object.assign(globalThis.document, { fullscreenElement: null });
    },
  },
  addEventListener: listen,
  matchMedia: () => dark,
});
for (const storage of ["localStorage", "sessionStorage"])
  Object.defineProperty(globalThis, storage, {
    configurable: true,
    value: {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => kept.set(name, value),
    },
  });
const { createSettings } = await import("../../../assets/web/state/settings.js");

/** A visit begins: what was kept is kept, everything else is new. */
function visited(locked = new Set()) {
  attributes.clear();
  classes.clear();
  let changes = 0;
  const settings = createSettings(() => {
    changes += 1;
  }, locked);
  return { settings, changes: () => changes };
}

test("who has chosen no theme goes with the machine's, at once", () => {
  kept.clear();
  const { settings, changes } = visited();
  dark.matches = false;
  heard["machine change"]();
  assert.deepEqual(
    [settings.theme(), root.dataset.theme, classes.has("dark"), changes()],
    ["light", "light", false, 1],
  );
  settings.otherTheme();
  heard["machine change"]();
  assert.deepEqual([settings.theme(), root.dataset.theme, changes()], ["dark", "dark", 2]);
  dark.matches = true;
});

test("a visitor's own theme is the first one, the chosen one is kept", () => {
  kept.clear();
  const { settings, changes } = visited();
  assert.deepEqual(
    [settings.theme(), root.dataset.theme, classes.has("dark")],
    ["dark", "dark", true],
  );
  settings.otherTheme();
  assert.deepEqual(
    [settings.theme(), root.dataset.theme, classes.has("dark")],
    ["light", "light", false],
  );
  assert.equal(changes(), 1);
  assert.equal(visited().settings.theme(), "light");
  settings.otherTheme();
  assert.equal(settings.theme(), "dark");
});

test("presenting takes the screen and is kept until it is left", () => {
  kept.clear();
  const { settings, changes } = visited();
  assert.equal(settings.presenting(), false);
  settings.present();
  assert.deepEqual([settings.presenting(), changes()], [true, 1]);
  assert.ok(globalThis.document.fullscreenElement);
  assert.equal(visited().settings.presenting(), true);
  settings.present();
  assert.equal(settings.presenting(), false);
  assert.equal(globalThis.document.fullscreenElement, null);
  assert.equal(visited().settings.presenting(), false);
});

test("details are shown on the stage, and put away with it", () => {
  const { settings } = visited();
  settings.present(true);
  settings.details();
  assert.ok(attributes.has("data-details"));
  settings.details();
  assert.ok(!attributes.has("data-details"));
  settings.details();
  settings.present(false);
  assert.ok(!attributes.has("data-details"));
});

test("who gives the screen back leaves the stage, but not by a reload", () => {
  kept.clear();
  const { settings } = visited();
  settings.present(true);
  heard.fullscreenchange();
  assert.equal(settings.presenting(), true, "the screen was taken, not given back");
  Object.assign(globalThis.document, { fullscreenElement: null });
  heard.fullscreenchange();
  assert.equal(settings.presenting(), false);
  settings.present(true);
  Object.assign(globalThis.document, { fullscreenElement: null });
  heard.beforeunload();
  heard.fullscreenchange();
  assert.equal(settings.presenting(), true);
  assert.equal(visited().settings.presenting(), true);
});

test("a link leads onto the stage without the screen; what is locked is neither entered nor left", () => {
  kept.clear();
  Object.assign(globalThis.document, { fullscreenElement: null });
  const { settings } = visited(new Set(["present"]));
  settings.present();
  assert.equal(settings.presenting(), false);
  settings.present(true, { screen: false });
  assert.equal(settings.presenting(), true);
  assert.equal(globalThis.document.fullscreenElement, null);
  settings.present(false);
  assert.equal(settings.presenting(), true);
});
