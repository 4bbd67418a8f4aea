/**
 * The whole network in one picture: every cell of every step in flow order, and what feeds the unit
 * pointed at.
 */

import { contextOf, make } from "../base/elements.js";
import { fixed, percent } from "../base/numbers.js";
import { beside, laid, middle, unitOrNameAt } from "../canvas/flow.js";
import {
  paintBox,
  paintEdges,
  paintFrame,
  paintLabels,
  paintName,
  paintPaths,
} from "../canvas/flowing.js";
import { stepped } from "../state/cards.js";
import { refused } from "../state/screen.js";
import { createFeeding } from "./feeding.js";
import { createPointed } from "./pointing.js";

const HEAD = 44; // pixels above the cells, for names
const LABEL = 168; // pixels for the names of the classes and their shares
const LINE = 15; // pixels from one of them to the next, at least
const APART = 7; // pixels between the names of two steps
const STRONGEST = 40; // paths drawn at rest
const EDGES = 12; // contributors drawn, unless somebody asks for more

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createNetwork(page) {
  const { say, store, screen } = page;
  const tools = createTools(page);
  const canvas = make("canvas", { tabindex: "0", role: "img" });
  const feeding = createFeeding(page);
  const element = make(
    "section",
    { id: "network" },
    tools.element,
    make("div", { class: "picture" }, canvas, feeding.card),
    feeding.legend,
  );
  const pointed = createPointed(page, draw);
  const strongest = createStrongest(page);
  /** @type {any} */ let reply = null;
  /** @type {any} */ let pinned = null;
  /** @type {import("../canvas/flow.js").Box[]} */ let boxes = [];

  function draw() {
    if (!reply || element.offsetParent === null) return;
    const unit = here(pointed.unit(), reply.steps);
    const paths = drawable(pointed.paths() ?? pinned, reply.steps);
    const paint = prepared(canvas, page.colours);
    const size = { width: canvas.clientWidth, height: canvas.clientHeight };
    const names = Math.min((LABEL / 14) * paint.type(14), 0.34 * size.width);
    const line = paint.type(LINE);
    boxes = laid(reply.steps, reply.values, { ...size, head: paint.grown(HEAD), names, line });
    const rest = paths || unit ? [] : strongest(reply);
    const drawn = { reply, paths, unit, rest, names };
    const most = paintAll(page, paint, boxes, drawn);
    canvas.toggleAttribute("data-named", Boolean(boxes.at(-1)?.few));
    const label = reply.labels[reply.best];
    const reading = { paths, most, rest: rest.length, label, rows: rowsOf(page, boxes) };
    const name = called(page, reply, paths, pointed.value());
    feeding.read({ ...reading, name }, seat(boxes, paths, size));
  }

  pointed.listen(canvas, (event) => pointedAt(whole(), event, reply));
  pointed.walk(canvas, (unit, key) => beside(whole(), unit ?? pinned ?? start(reply), key));
  new ResizeObserver(draw).observe(canvas);

  /** A mean is no unit. */
  const whole = () => boxes.filter(({ step }) => !step.block.length);

  function take(next, focus) {
    reply = answered(next, focus);
    draw();
  }

  return {
    element,
    asks: "paths",
    chosen: tools.chosen,
    again: draw,
    /** Values only: the paths of a unit are those of the last reply. */
    hand: (next, { focus }) => reply && take(next, focus),
    /** Draw a reply; its `paths` belong to the unit that was pinned then. */
    update(next, { focus, step, unit }) {
      if (screen.view !== "network") return;
      const now = store.get();
      if (now.step === step && now.unit === unit) pinned = next.sections.paths ?? null;
      else if (now.unit === null) pinned = null;
      pointed.ask();
      describe(canvas, say, next.steps);
      take(next, focus);
    },
    name() {
      tools.name();
      describe(canvas, say, page.steps());
    },
  };
}

/** What the picture is, for those who do not see it. */
function describe(canvas, say, steps) {
  canvas.setAttribute("aria-label", say("network.canvas", { steps: listed(steps) }));
}

/** What is pointed at, as long as the network has such a step: another one may be shown by now. */
const here = (at, steps) => (at && steps.some(({ id }) => id === at.step) ? at : null);

/** Paths through steps that are all there: else they are those of a network shown before. */
function drawable(paths, steps) {
  const ids = new Set(steps.map(({ id }) => id));
  const all = paths && ids.has(paths.step) && paths.edges.every(({ from }) => ids.has(from));
  return all ? paths : null;
}

/** Where the keys begin: at the answer. */
const start = ({ steps, best = 0 }) => ({
  step: steps.findLast(({ block }) => !block.length)?.id,
  unit: best,
});

const listed = (steps) => steps.map(({ id, shape }) => `${id} ${shape.join("×")}`).join(", ");

/** What is drawn of a reply; without a prediction there is no best class. */
function answered({ steps, values, prediction: { labels, classes, probabilities } }, focus) {
  return { steps, values, labels, best: classes[focus], shares: probabilities[focus] };
}

/**
 * The strongest paths to the answer; under a fast pen they take a fifth of the time, and may be a
 * moment old.
 */
function createStrongest({ hand, store }) {
  /** @type {any[]} */ let paths = [];
  /** @type {any} */ let of = null;
  let due = 0;
  return (reply) => {
    const since = performance.now();
    const same = of?.steps.length === reply.steps.length && of.best === reply.best;
    if (same && since < due) return paths;
    paths = hand.paths(store.get(), STRONGEST);
    of = reply;
    due = performance.now() + 4 * (performance.now() - since);
    return paths;
  };
}

/**
 * A unit as people name it: the class and its share, or which step, which unit, and its value: the
 * one asked for, where a step's pictures are only a part of it.
 */
function called({ say }, { steps, values, labels }, paths, asked) {
  if (!paths) return "";
  const { step, unit } = paths;
  const { named, scale } = steps.find(({ id }) => id === step);
  const value = asked ?? values[step][unit];
  const shown = scale === "unsigned" ? percent(value) : fixed(value, 4);
  const title = stepped(say, steps, step);
  return named
    ? `${labels[unit]} ${shown}`
    : `${say("inspector.title", { step: title, unit })} = ${shown}`;
}

/** That the steps stand in several rows, and what is not drawn of them; "" where they do not. */
function rowsOf({ say }, boxes) {
  if (boxes.at(-1)?.label === undefined) return "";
  const means = boxes.filter(({ step }) => step.block.length).length;
  return means
    ? say("network.rows", { count: boxes.length, means })
    : say("network.rows.whole", { count: boxes.length });
}

/** Where the unit of some paths is. */
function seat(boxes, paths, size) {
  const box = paths && boxes.find(({ step }) => step.id === paths.step);
  return box ? { ...middle(box, paths.unit), ...size } : null;
}

/** Above the picture: what it shows, how many lines, full screen. */
function createTools({ say, store, actions, start }) {
  const lead = make("p");
  const slider = make("input", {
    type: "range",
    id: "edges",
    min: start.bounds.numbers.edges[0],
    max: start.bounds.numbers.edges[1],
    value: EDGES,
    oninput: (event) => actions.option("edges", Number(slider.value), event.timeStamp),
  });
  const label = make("label", { for: "edges" });
  const reading = make("output", { for: "edges" });
  const free = make("button", {
    type: "button",
    "data-action": "let-go",
    onclick: (event) => actions.follow(store.get().step, null, event.timeStamp),
  });
  const full = make("button", { type: "button", "data-action": "fullscreen", onclick: fullscreen });
  full.hidden = !document.fullscreenEnabled; // as on an iPhone, and in most frames
  const element = make("div", { class: "head" }, lead, label, slider, reading, free, full);

  function fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen().catch(refused);
    else element.closest("main").requestFullscreen?.().catch(refused);
  }

  return {
    element,
    chosen({ options, unit }) {
      slider.value = options.edges ?? EDGES;
      reading.textContent = slider.value;
      free.disabled = unit === null;
    },
    name() {
      lead.textContent = say("network.lead");
      label.textContent = say("network.edges");
      full.textContent = say("network.full");
      free.textContent = say("network.release");
    },
  };
}

/** The canvas in its present size, empty, and what is needed to paint it. */
function prepared(canvas, colours) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const computed = getComputedStyle(canvas);
  const [scale, least] = ["--le-scale", "--le-least"].map(
    (name) => Number.parseFloat(computed.getPropertyValue(name)) || 1,
  );
  return {
    context,
    colours,
    style: (name) => computed.getPropertyValue(name),
    grown: (size) => size * scale,
    type: (size) => Math.max(size * scale, least),
  };
}

/**
 * Cells, what feeds a unit or the ways to the answer, names; `unit` is the one pointed at. Returns
 * the size of the widest line.
 */
function paintAll({ say }, paint, boxes, { reply, paths, unit, rest, names }) {
  const find = (step) => boxes.find((box) => box.step.id === step);
  for (const box of boxes) paintBox(paint, box, reply.values[box.step.id]);
  paintPaths(paint, boxes, rest);
  const most = paths ? paintEdges(paint, find, paths.edges) : 0;
  if (paths) paintFrame(paint, find(paths.step), paths.unit);
  boxes.forEach((box, place) => {
    const room = (boxes[place + 1]?.left ?? box.left + names) - box.left - paint.grown(APART);
    paintName(paint, box, box.step.module || say("strip.input"), place, room);
  });
  const last = boxes.at(-1);
  const width = last.room ? last.room - last.across : names;
  if (last.few && reply.labels.length && reply.shares) paintLabels(paint, last, reply, width);
  if (unit) paintFrame(paint, find(unit.step), unit.unit);
  return most;
}

/** The unit under a pointer, by its cell or by its name. */
function pointedAt(boxes, { offsetX, offsetY }, reply) {
  return unitOrNameAt(boxes, offsetX, offsetY, reply?.labels.length > 0);
}
