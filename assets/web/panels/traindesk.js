/** The orders to the training, how it stands in one line, and what went wrong in another. */

import { make } from "../base/elements.js";
import { Sentence } from "../base/sentence.js";
import { latest } from "../state/latest.js";
import { Unreachable } from "../state/live.js";
import { address, post } from "./trainorders.js";

const ALIVE = ["running", "paused"];

/**
 * @param {import("../state/types.js").Page} page
 * @param {() => any} read the settings that are chosen
 */
export function createDesk(page, read) {
  const { say, store } = page;
  const button = (action, order, more = {}) =>
    make("button", {
      type: "button",
      "data-action": action,
      onclick: () => give(order()),
      ...more,
    });
  let state = { state: "idle" };
  const newest = latest();
  const start = button("train-start", () => "start", { class: "primary" });
  const pause = button("train-pause", () => (state.state === "paused" ? "continue" : "pause"));
  const single = button("train-batch", () => "batch");
  const stop = button("train-stop", () => "stop");
  const save = make("a", { class: "save", href: address("checkpoints.zip"), download: "" });
  const line = make("p", { class: "state", role: "status" });
  const problem = make("p", { class: "problem", role: "alert" });
  const tools = make("div", { class: "tools" }, start, pause, single, stop, save);

  async function give(order) {
    problem.textContent = "";
    try {
      // what came of it is an event: a reply might be older than the last one
      await newest(post(order, { settings: read(), language: store.get().language }));
    } catch (error) {
      refuse(error);
    }
  }

  function refuse(error) {
    if (error instanceof Unreachable) problem.textContent = say("train.unreachable");
    else if (error instanceof Sentence) problem.textContent = error.message;
    else if (typeof error === "string") problem.textContent = error;
    else page.actions.failed(error);
  }

  function show(next) {
    state = next;
    const alive = ALIVE.includes(state.state);
    start.disabled = alive;
    pause.disabled = stop.disabled = !alive;
    single.disabled = state.state === "running";
    save.hidden = state.batch === undefined;
    if (state.reason) problem.textContent = say(state.reason.key, state.reason.values);
    else if (alive) problem.textContent = "";
    write();
  }

  function write() {
    start.textContent = say(state.state === "idle" ? "train.start" : "train.again");
    pause.textContent = say(state.state === "paused" ? "train.continue" : "train.pause");
    line.textContent = sentence(page, state);
  }

  return {
    element: make("div", { class: "orders" }, tools, line, problem),
    show,
    refuse,
    name(known) {
      single.textContent = say("train.single");
      stop.textContent = say("train.stop");
      save.textContent = say("train.save");
      show(known ?? state);
      if (!known) line.textContent = say("train.state.waiting");
    },
  };
}

/** How the training stands. */
function sentence({ say, store }, state) {
  const name = state.state === "ended" ? state.how : state.state;
  if (name === "idle") return say("train.state.idle");
  if (state.batch === undefined)
    return say(ALIVE.includes(name) ? "train.state.preparing" : "train.state.unbegun");
  const whole = (number) => number.toLocaleString(store.get().language);
  const [measured, share] = state.accuracy.at(-1);
  const each = Math.ceil(state.total / state.settings.epochs);
  const progress = say("train.progress", {
    epoch: Math.min(state.settings.epochs, Math.floor(Math.max(0, state.batch - 1) / each) + 1),
    epochs: state.settings.epochs,
    batch: whole(state.batch),
    total: whole(state.total),
    images: whole(state.images),
    accuracy: (100 * share).toFixed(1),
    tested: whole(state.tested),
    measured: whole(measured),
  });
  return say(`train.state.${name}`, { progress });
}
