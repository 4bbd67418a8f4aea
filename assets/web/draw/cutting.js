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
  dragged(
    stage,
    (ends) => {
      box = ends;
      paint();
    },
    () => set({}),
  );

  function quarter() {
    return 90 * Math.round(turn / 90);
  }

  function paint() {
    const [left, top, right, bottom] = ordered(box);
    frame.style.inset = `${top}% ${100 - right}% ${100 - bottom}% ${left}%`;
    edges.forEach(({ input }, index) => {
      input.value = String(Math.round(box[index]));
    });
    fine.input.value = String(turn - quarter());
    for (const { show } of [fine, ...edges]) show();
  }

  function set(patch) {
    turn = patch.turn ?? turn;
    box = patch.box ?? box;
    paint();
    changed({ turn: ((turn % 360) + 360) % 360, box: ordered(box).map((value) => value / 100) });
  }

  return {
    element,
    /** Another picture came, or none. */
    renew() {
      turn = 0;
      box = [...WHOLE];
      paint();
    },
    /** Show the turned picture that the rectangle is cut from; "" for none. @param {string} png */
    show(png) {
      element.hidden = png === "";
      if (png) picture.src = `data:image/png;base64,${png}`;
      paint();
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

/** Follow a pointer that draws a rectangle. */
function dragged(stage, moving, ended) {
  /** @type {number[] | null} */ let from = null;
  let far = false;

  function at(event) {
    const { left, top, width, height } = stage.getBoundingClientRect();
    const share = (value) => Math.min(100, Math.max(0, 100 * value));
    return [share((event.clientX - left) / width), share((event.clientY - top) / height)];
  }

  stage.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    from = at(event);
    far = false;
    stage.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  stage.addEventListener("pointermove", (event) => {
    if (!from || !event.isPrimary) return;
    const to = at(event);
    far = Math.abs(to[0] - from[0]) >= LEAST && Math.abs(to[1] - from[1]) >= LEAST;
    if (far) moving(ordered([...from, ...to]));
  });
  const end = () => {
    if (from && far) ended();
    from = null;
  };
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
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
