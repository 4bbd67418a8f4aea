/** The whole network in one picture: every cell of every step in flow order, and what feeds the unit pointed at. */

import { make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";
import { createLive } from "../state/live.js";

const HEAD = 44; // pixels above the grids, for names
const MARGIN = 14;
const FEW = 16; // up to here a step is a column of labelled bars
const LABEL = 96; // pixels for the names of the classes
const WIDEST = 7; // pixels of the strongest line

/** Rows and columns of a step in this picture: taller than wide, so that all of them fit side by side. */
function arrangement(step, count) {
  if (count <= FEW) return { rows: count, columns: 1 };
  const { grid } = step;
  if (grid.height === grid.width && step.scale === "grey" && step.shape.length > 2)
    return { rows: grid.height, columns: grid.width };
  const columns = count <= 64 ? 2 : 16;
  return { rows: Math.ceil(count / columns), columns };
}

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createNetwork({ say, store, screen, server, colours, actions }) {
  const choose = actions.follow;
  const lead = make("p");
  const slider = make("input", {
    type: "range",
    id: "edges",
    min: 1,
    max: 64,
    value: 12,
    oninput: (event) => actions.option("edges", Number(slider.value), event.timeStamp),
  });
  const label = make("label", { for: "edges" });
  const shown = make("output", { for: "edges" });
  const full = make("button", {
    type: "button",
    "data-action": "fullscreen",
    onclick: () =>
      document.fullscreenElement
        ? document.exitFullscreen()
        : section.parentElement.requestFullscreen(),
  });
  const free = make("button", {
    type: "button",
    "data-action": "let-go",
    onclick: (event) => choose(store.get().step, null, event.timeStamp),
  });
  const canvas = make("canvas", { tabindex: "0", role: "img" });
  const reading = make("p", { class: "reading", "aria-live": "polite" });
  const legend = make("p", { class: "legend" });
  const section = make(
    "section",
    { id: "network" },
    make("div", { class: "head" }, lead, label, slider, shown, free, full),
    canvas,
    reading,
    legend,
  );
  const context = canvas.getContext("2d");
  const grid = document.createElement("canvas");
  /** @type {any} */ let reply = null;
  /** @type {any[]} */ let boxes = [];
  /** @type {any} */ let hovered = null;
  let asked = "";

  /** Sizes of words grow with the page's text, as in presenter mode. */
  const grown = (size) =>
    size * (Number.parseFloat(getComputedStyle(section).getPropertyValue("--le-scale")) || 1);

  function lay(width, height) {
    const [head, names] = [grown(HEAD), grown(LABEL)];
    const steps = reply.steps;
    const sizes = steps.map((step) => arrangement(step, reply.values[step.id].length));
    const wide = sizes.reduce((sum, size) => sum + (size.columns > 1 ? size.columns : 0), 0);
    const columns = sizes.filter((size) => size.columns === 1).length;
    const gap = Math.max(16, 0.03 * width);
    const room = width - 2 * MARGIN - names - gap * (steps.length - 1) - columns * 44;
    const cell = Math.max(
      1.5,
      Math.min(
        room / wide,
        (height - head - MARGIN) /
          Math.max(...sizes.map((size) => (size.columns > 1 ? size.rows : 1))),
      ),
    );
    let left = MARGIN;
    boxes = steps.map((step, index) => {
      const { rows, columns } = sizes[index];
      const few = columns === 1;
      const [across, down] = few
        ? [44, Math.min(34, (height - head - MARGIN) / rows)]
        : [cell, cell];
      const box = {
        step,
        rows,
        columns,
        few,
        across,
        down,
        left,
        top: head + (height - head - MARGIN - rows * down) / 2,
      };
      left += columns * across + gap;
      return box;
    });
  }

  function centre(id, unit) {
    const box = boxes.find((each) => each.step.id === id);
    const [row, column] = [Math.floor(unit / box.columns), unit % box.columns];
    return { x: box.left + (column + 0.5) * box.across, y: box.top + (row + 0.5) * box.down, box };
  }

  function cells(box) {
    const values = reply.values[box.step.id];
    const { scale, limit } = box.step;
    grid.width = box.columns;
    grid.height = box.rows;
    const small = grid.getContext("2d");
    const image = small.createImageData(box.columns, box.rows);
    colours.fill(values, scale, limit, new Uint32Array(image.data.buffer));
    small.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(grid, box.left, box.top, box.columns * box.across, box.rows * box.down);
  }

  function words(box, style) {
    const values = reply.values[box.step.id];
    context.fillStyle = style("--le-text");
    context.font = `600 ${grown(15)}px ${style("--le-font")}`;
    context.textAlign = "left";
    context.fillText(box.step.module || say("strip.input"), box.left, grown(18));
    context.fillStyle = style("--le-muted");
    context.font = `${grown(13)}px ${style("--le-mono")}`;
    context.fillText(String(values.length), box.left, grown(36));
    if (!box.few) return;
    context.font = `${grown(14)}px ${style("--le-font")}`;
    values.forEach((value, index) => {
      const middle = box.top + (index + 0.5) * box.down;
      const last = box === boxes.at(-1);
      if (!last) return;
      context.fillStyle = style(index === reply.best ? "--le-text" : "--le-muted");
      context.textAlign = "left";
      context.fillText(reply.labels[index] ?? String(index), box.left + box.across + 8, middle + 5);
    });
  }

  function lines(told, style) {
    const most = told.edges.reduce((most, edge) => Math.max(most, Math.abs(edge.value ?? 0)), 0);
    for (const edge of told.edges) {
      const [from, to] = [centre(edge.from, edge.source), centre(edge.to, edge.target)];
      const share = edge.value === null || most === 0 ? 0 : Math.abs(edge.value) / most;
      context.strokeStyle = style(
        edge.value === null ? "--le-muted" : edge.value < 0 ? "--le-negative" : "--le-positive",
      );
      context.globalAlpha = edge.value === null ? 0.35 : 0.3 + 0.65 * share;
      context.lineWidth = edge.value === null ? 1 : 0.6 + WIDEST * share;
      const bend = (to.x - from.x) / 2;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.bezierCurveTo(from.x + bend, from.y, to.x - bend, to.y, to.x, to.y);
      context.stroke();
    }
    context.globalAlpha = 1;
    legend.textContent = say("network.legend", { most: fixed(most, 4) });
  }

  function frame(id, unit, style) {
    const { x, y, box } = centre(id, unit);
    context.strokeStyle = style("--le-accent");
    context.lineWidth = 3;
    context.strokeRect(x - box.across / 2 - 2, y - box.down / 2 - 2, box.across + 4, box.down + 4);
  }

  function draw() {
    if (!reply || section.offsetParent === null) return;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio))
      Object.assign(canvas, {
        width: Math.round(width * ratio),
        height: Math.round(height * ratio),
      });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const computed = getComputedStyle(section);
    const style = (name) => computed.getPropertyValue(name);
    lay(width, height);
    for (const box of boxes) cells(box);
    const told = hovered?.told ?? reply.paths;
    if (told) {
      lines(told, style);
      frame(told.step, told.unit, style);
    }
    for (const box of boxes) words(box, style);
    if (hovered) frame(hovered.step, hovered.unit, style);
    tell(told);
  }

  /** What is drawn and what is not, in words; both together are the whole sum. */
  function tell(told) {
    legend.hidden = !told;
    if (!told) {
      reading.textContent = "\u00a0";
      return;
    }
    const cell = say("network.cell", {
      step: told.step,
      unit: told.unit,
      value: fixed(reply.values[told.step][told.unit], 6),
    });
    const left = told.left[0]; // the nearest sum: the unit's own, or the one that a ReLU or the softmax passes on
    const drawn = told.edges
      .filter(
        (edge) => left && edge.to === left.step && edge.target === left.unit && edge.value !== null,
      )
      .reduce((sum, edge) => sum + edge.value, 0);
    const rest = left
      ? `${left.step === told.step ? "" : `${left.step}[${left.unit}]: `}` +
        say("network.sum", {
          drawn: fixed(drawn, 4),
          count: left.count,
          positive: `+${fixed(left.positive, 4)}`,
          negative: fixed(left.negative, 4),
          bias: fixed(left.bias, 4),
          total: fixed(left.total, 4),
        })
      : say("network.pass");
    reading.textContent = `${cell}. ${rest}`;
  }

  function at(event) {
    for (const box of boxes) {
      const column = Math.floor((event.offsetX - box.left) / box.across);
      const row = Math.floor((event.offsetY - box.top) / box.down);
      const unit = row * box.columns + column;
      if (
        column >= 0 &&
        column < box.columns &&
        row >= 0 &&
        row < box.rows &&
        unit < reply.values[box.step.id].length
      )
        return { step: box.step.id, unit };
    }
    return null;
  }

  /** One question about the unit under the pointer at a time, the last one always answered. */
  const live = createLive({
    send: server.view,
    answered: explained,
    failed: actions.failed,
    report: () => {},
  });

  function ask() {
    const { step, unit } = hovered;
    live.request({ ...store.get(), step, unit, show: ["paths"] }, performance.now());
  }

  function explained(answer, { query }) {
    if (answer.error || query.model !== store.get().model) return;
    if (hovered?.step !== query.step || hovered.unit !== query.unit) return; // elsewhere by now
    hovered.told = answer.sections.paths;
    draw();
  }

  canvas.addEventListener("pointermove", (event) => {
    const found = reply && at(event);
    const key = found ? `${found.step}/${found.unit}` : "";
    if (key === asked) return;
    asked = key;
    hovered = found ? { ...found, told: null } : null;
    canvas.style.cursor = found ? "pointer" : "default";
    if (!found) return draw();
    ask();
  });
  canvas.addEventListener("pointerleave", () => {
    asked = "";
    hovered = null;
    draw();
  });
  canvas.addEventListener("click", (event) => {
    const found = reply && at(event);
    if (found) choose(found.step, found.unit, event.timeStamp);
  });
  new ResizeObserver(draw).observe(canvas);

  return {
    element: section,
    asks: "paths",
    chosen({ options }) {
      const edges = options.edges ?? 12;
      shown.textContent = String(edges);
      slider.value = edges;
    },
    /** Draw a reply; `section.paths` belongs to the pinned unit. */
    update(next, query) {
      if (screen.view !== "network") return;
      reply = {
        steps: next.steps,
        values: next.values,
        labels: next.prediction.labels,
        best: next.prediction.classes[query.focus],
        paths: next.sections.paths ?? null,
      };
      if (hovered) ask();
      free.disabled = !reply.paths;
      canvas.setAttribute(
        "aria-label",
        say("network.canvas", {
          steps: next.steps.map((step) => `${step.id} ${step.shape.join("×")}`).join(", "),
        }),
      );
      draw();
    },
    name() {
      lead.textContent = say("network.lead");
      label.textContent = say("network.edges");
      full.textContent = say("network.full");
      free.textContent = say("network.release");
    },
  };
}
