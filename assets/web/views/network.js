/**
 * The whole network in one picture: every cell of every step in flow order, and what feeds the unit
 * pointed at.
 */

import { make } from "../base/elements.js";
import { laid, unitAt } from "../canvas/flow.js";
import { paintBox, paintEdges, paintFrame, paintLabels, paintName } from "../canvas/flowing.js";
import { createLive } from "../state/live.js";
import { received } from "../state/replies.js";
import { createFeeding } from "./feeding.js";

const HEAD = 44; // pixels above the cells, for names
const LABEL = 96; // pixels for the names of the classes
const EDGES = 12; // contributors drawn, unless somebody asks for more
const MOST = 64;

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createNetwork(page) {
  const { say, store, screen } = page;
  const tools = createTools(page);
  const canvas = make("canvas", { tabindex: "0", role: "img" });
  const feeding = createFeeding(page);
  const element = make("section", { id: "network" }, tools.element, canvas, ...feeding.elements);
  const pointed = createPointed(page, draw);
  /** @type {any} */ let reply = null;
  /** @type {any} */ let pinned = null;
  /** @type {import("../canvas/flow.js").Box[]} */ let boxes = [];

  function draw() {
    if (!reply || element.offsetParent === null) return;
    const paths = pointed.paths() ?? pinned;
    const paint = prepared(canvas, page.colours);
    boxes = laid(reply.steps, reply.values, {
      width: canvas.clientWidth,
      height: canvas.clientHeight,
      head: paint.grown(HEAD),
      names: paint.grown(LABEL),
    });
    const most = paintAll(page, paint, boxes, { reply, paths, unit: pointed.unit() });
    feeding.read(paths, pointed.value() ?? reply.values[paths?.step]?.[paths?.unit], most);
  }

  pointed.listen(canvas, (event) => {
    const whole = boxes.filter(({ step }) => !step.block.length); // a mean is no unit
    return unitAt(whole, event.offsetX, event.offsetY);
  });
  new ResizeObserver(draw).observe(canvas);

  return {
    element,
    asks: "paths",
    chosen: tools.chosen,
    again: draw,
    /** Values only: the paths are those of the last reply. */
    hand({ steps, values, prediction }, { focus }) {
      if (!reply) return;
      reply = { ...reply, steps, values, best: prediction.classes[focus] };
      draw();
    },
    /** Draw a reply; its `paths` belong to the unit that was pinned then. */
    update({ steps, values, prediction, sections }, { focus, step, unit }) {
      if (screen.view !== "network") return;
      const now = store.get();
      if (now.step === step && now.unit === unit) pinned = sections.paths ?? null;
      else if (now.unit === null) pinned = null;
      const { labels, classes } = prediction;
      reply = { steps, values, labels, best: classes[focus] };
      pointed.ask();
      const words = steps.map(({ id, shape }) => `${id} ${shape.join("×")}`).join(", ");
      canvas.setAttribute("aria-label", say("network.canvas", { steps: words }));
      draw();
    },
    name: tools.name,
  };
}

/** Above the picture: what it shows, how many lines, full screen. */
function createTools({ say, store, actions }) {
  const lead = make("p");
  const slider = make("input", {
    type: "range",
    id: "edges",
    min: 1,
    max: MOST,
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
  const element = make("div", { class: "head" }, lead, label, slider, reading, free, full);

  function fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else element.closest("main").requestFullscreen();
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
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const computed = getComputedStyle(canvas);
  const scale = Number.parseFloat(computed.getPropertyValue("--le-scale")) || 1;
  return {
    context,
    colours,
    style: (name) => computed.getPropertyValue(name),
    grown: (size) => size * scale,
  };
}

/**
 * Cells, what feeds a unit, names; `unit` is the one pointed at. Returns the size of the widest
 * line.
 */
function paintAll({ say }, paint, boxes, { reply, paths, unit }) {
  const find = (step) => boxes.find((box) => box.step.id === step);
  for (const box of boxes) paintBox(paint, box, reply.values[box.step.id]);
  const most = paths ? paintEdges(paint, find, paths.edges) : 0;
  if (paths) paintFrame(paint, find(paths.step), paths.unit);
  for (const box of boxes) paintName(paint, box, box.step.module || say("strip.input"));
  const last = boxes.at(-1);
  if (last.few && reply.labels.length) paintLabels(paint, last, reply.labels, reply.best);
  if (unit) paintFrame(paint, find(unit.step), unit.unit);
  return most;
}

/** The unit under the pointer, and what feeds it: asked anew whenever the picture changes. */
function createPointed({ server, store, actions }, changed) {
  /** @type {{step: string, unit: number, paths?: any, value?: number} | null} */ let now = null;
  const live = createLive({
    send: server.view,
    answered,
    failed: (error) => actions.failed(error),
    report: () => {},
  });

  function ask() {
    if (!now) return;
    const { step, unit } = now;
    live.request({ ...store.get(), step, unit, show: ["paths"] }, performance.now());
  }

  function answered(reply, { query }) {
    const { model, focus } = store.get();
    const elsewhere = now?.step !== query.step || now.unit !== query.unit;
    if (reply.error || elsewhere || query.model !== model || query.focus !== focus) return;
    now = {
      ...now,
      paths: reply.sections.paths,
      value: received(reply).values[now.step][now.unit],
    };
    changed();
  }

  function move(unit) {
    if (unit?.step === now?.step && unit?.unit === now?.unit) return;
    now = unit;
    ask();
    changed();
  }

  return {
    ask,
    unit: () => now,
    paths: () => now?.paths ?? null,
    value: () => now?.value,
    listen(canvas, at) {
      canvas.addEventListener("pointermove", (event) => {
        const unit = at(event);
        canvas.style.cursor = unit ? "pointer" : "default";
        move(unit);
      });
      canvas.addEventListener("pointerleave", () => move(null));
      canvas.addEventListener("click", (event) => {
        const unit = at(event);
        if (unit) actions.follow(unit.step, unit.unit, event.timeStamp);
      });
    },
  };
}
