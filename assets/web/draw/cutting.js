/**
 * Turn and cut an upload by hand: a rectangle dragged on the picture, and sliders that do the same
 * by keyboard.
 */

import { make } from "../base/elements.js";

const EDGES = ["left", "top", "right", "bottom"];
const WHOLE = [0, 0, 100, 100]; // per cent of the turned picture's width and height
const LEAST = 4; // per cent: a shorter drag is a click, which changes nothing
const FINE = 45; // degrees to either side

/** @param {{say: any, changed: (hand: {turn: number, box: number[]}) => void}} page */
export function createCutting({ say, changed }) {
  let box = [...WHOLE];
  let turn = 0;
  const picture = make("img", { alt: "", draggable: "false" });
  const frame = make("div", { class: "frame", "aria-hidden": "true" });
  const stage = make("div", { class: "cutting-stage" }, picture, frame);
  const fine = slider({ min: -FINE, max: FINE, "data-hand": "fine" }, () =>
    set({ turn: quarter() + Number(fine.input.value) }),
  );
  const edges = EDGES.map((edge) =>
    slider({ min: 0, max: 100, "data-hand": edge }, () =>
      set({ box: edges.map(({ input }) => Number(input.value)) }),
    ),
  );
  const button = (name, turned) => {
    const onclick = () => set({ turn: turned(), box: [...WHOLE] });
    return make("button", { type: "button", "data-hand": name, onclick });
  };
  const back = button("anticlockwise", () => turn - 90);
  const forth = button("clockwise", () => turn + 90);
  const reset = button("reset", () => 0);
  const title = make("h3");
  const rows = [fine, ...edges].map(({ row }) => row);
  const tools = make("div", { class: "tools" }, back, forth, reset);
  const element = make("div", { class: "cutting", hidden: true }, title, stage, tools, ...rows);
  dragged(stage, {
    moving: paint,
    ended: (ends) => set({ box: ends }),
    dropped: () => paint(box),
  });

  function quarter() {
    return 90 * Math.round(turn / 90);
  }

  /** @param {number[]} shown what is cut, or would be where the hand stands now */
  function paint(shown) {
    const [left, top, right, bottom] = ordered(shown);
    frame.style.inset = `${top}% ${100 - right}% ${100 - bottom}% ${left}%`;
    edges.forEach(({ input }, index) => {
      input.value = String(Math.round(shown[index]));
    });
    fine.input.value = String(turn - quarter());
    for (const { show } of [fine, ...edges]) show();
  }

  function set(patch) {
    turn = patch.turn ?? turn;
    box = patch.box ?? box;
    paint(box);
    changed({ turn: ((turn % 360) + 360) % 360, box: ordered(box).map((value) => value / 100) });
  }

  return {
    element,
    /** Another picture came, or none. */
    renew() {
      turn = 0;
      box = [...WHOLE];
      paint(box);
    },
    /** Show the turned picture that the rectangle is cut from; "" for none. @param {string} png */
    show(png) {
      element.hidden = png === "";
      if (png) picture.src = `data:image/png;base64,${png}`;
      paint(box);
    },
    name() {
      title.textContent = say("upload.hand");
      back.textContent = say("upload.anticlockwise");
      forth.textContent = say("upload.clockwise");
      reset.textContent = say("upload.reset");
      picture.alt = say("upload.whole");
      fine.name(say("upload.fine"), "°");
      edges.forEach((edge, index) => {
        edge.name(say(`upload.cut.${EDGES[index]}`), " %");
      });
    },
  };
}

/** @param {Record<string, any>} limits @param {() => void} moved */
function slider(limits, moved) {
  const label = make("span");
  const value = make("output");
  const input = make("input", { type: "range", step: 1, value: 0, ...limits });
  let unit = "";
  const show = () => {
    value.textContent = `${input.value}${unit}`;
  };
  input.addEventListener("input", show);
  input.addEventListener("change", moved);
  const row = make("label", { class: "slider" }, label, input, value);
  function name(text, of) {
    label.textContent = text;
    unit = of;
    show();
  }
  return { row, input, show, name };
}

/** Follow one pointer that draws a rectangle, from its press to its release. */
function dragged(stage, { moving, ended, dropped }) {
  /** @type {{id: number, from: number[]} | null} */ let drag = null;
  /** @type {number[] | null} */ let drawn = null; // none as long as it is a click

  const owned = (event) => drag?.id === event.pointerId;

  function at(event) {
    const { left, top, width, height } = stage.getBoundingClientRect();
    const share = (value) => Math.min(100, Math.max(0, 100 * value));
    return [share((event.clientX - left) / width), share((event.clientY - top) / height)];
  }

  stage.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    drag = { id: event.pointerId, from: at(event) };
    drawn = null;
    stage.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drag || !owned(event)) return;
    const [from, to] = [drag.from, at(event)];
    const far = from.every((start, axis) => Math.abs(to[axis] - start) >= LEAST);
    drawn = far ? ordered([...from, ...to]) : null;
    if (drawn) moving(drawn);
  });
  const end = (box) => {
    drag = null;
    if (box) ended(box);
    else dropped();
  };
  stage.addEventListener("pointerup", (event) => owned(event) && end(drawn));
  stage.addEventListener("pointercancel", (event) => owned(event) && end(null));
}

/** @param {number[]} ends */
function ordered(ends) {
  const [left, top, right, bottom] = ends;
  return [
    Math.min(left, right),
    Math.min(top, bottom),
    Math.max(left, right),
    Math.max(top, bottom),
  ];
}
