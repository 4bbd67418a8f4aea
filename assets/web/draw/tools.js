/** The tools of the pad: pen or eraser, three sizes, greys or colours; undo, redo, clear. */

import { icon, make } from "../base/elements.js";
import { base64, bytes } from "../base/numbers.js";
import { count, USUAL } from "../state/pictures.js";
import { centred } from "./centring.js";
import { RADII } from "./pen.js";

const GREYS = { white: 255, light: 170, dark: 85 };
/** Red, green and blue of the pen, for networks of three colour planes. */
export const COLOURS = {
  snow: [255, 255, 255],
  red: [220, 40, 40],
  orange: [245, 150, 40],
  yellow: [250, 220, 60],
  green: [50, 160, 70],
  blue: [50, 100, 220],
  purple: [140, 70, 190],
  brown: [130, 85, 50],
};
const DOTS = { small: 5, medium: 9, large: 15 }; // diameters of the sizes' signs, in pixels

/** @param {import("../state/types.js").Page} page */
export function createTools({ say, store, actions, size, model }) {
  const { pen, tips, sizes, greys, colours } = createPen();
  const blank = () => base64(new Uint8Array(count(size())));
  const undo = button("undo", icon("undo"), (event) => actions.undo(event.timeStamp));
  const redo = button("redo", icon("redo"), (event) => actions.redo(event.timeStamp));
  const clear = button("clear", icon("clear"), (event) =>
    actions.put(blank(), { since: event.timeStamp }),
  );
  const centre = createCentre({ store, actions, model });
  const options = createFold(
    make("div", { class: "tools options" }, ...sizes, ...greys, ...colours, centre),
  );
  const all = [...tips, ...sizes, ...greys, ...colours, centre, options.button, undo, redo, clear];
  const element = make(
    "div",
    { class: "tools", role: "toolbar" },
    ...[...tips, options.button, options.element, make("span", { class: "gap" })],
    ...[undo, redo, clear],
  );

  return {
    element,
    pen,
    fold: () => options.fold(true),
    chosen() {
      undo.disabled = !store.canUndo();
      redo.disabled = !store.canRedo();
      const coloured = size().planes > 1;
      for (const each of greys) each.hidden = coloured;
      for (const each of colours) each.hidden = !coloured;
      centre.hidden = count(size()) !== count(USUAL);
      centre.title = say("pad.centre", { name: model().dataset });
      centre.setAttribute("aria-label", centre.title);
    },
    name() {
      element.setAttribute("aria-label", say("pad.tools"));
      for (const each of all) {
        each.title = say(`pad.${each.dataset.action}`, { name: model().dataset });
        each.setAttribute("aria-label", each.title);
      }
    },
  };
}

/** The drawing where the data set of the network has its own. */
function createCentre({ store, actions, model }) {
  return button("centre", icon("centre"), (event) => {
    const { images, focus } = store.get();
    const moved = centred(bytes(images[focus]), model().dataset);
    if (moved) actions.put(base64(moved), { since: event.timeStamp });
  });
}

/** Sizes and greys lie behind one button; Escape, a stroke or the button puts them away. */
function createFold(element) {
  const opener = button("pen-options", icon("sliders"), () => fold(!element.hidden));

  function fold(away) {
    element.hidden = away;
    opener.setAttribute("aria-expanded", String(!away));
  }

  element.setAttribute("role", "group");
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    fold(true);
    opener.focus();
  });
  fold(true);
  return { element, button: opener, fold };
}

function button(action, content, onclick, attributes = {}) {
  const all = { type: "button", class: "tool", "data-action": action, ...attributes, onclick };
  return make("button", all, content);
}

/** Buttons of which one is pressed: "pen", "medium", "white" and "snow" at first. */
function createChoice(group, names, sign, choose) {
  const first = { tool: "pen", size: "medium", grey: "white", colour: "snow" }[group];
  const buttons = names.map((name) =>
    button(name, sign(name), () => press(name), { "data-group": group }),
  );

  function press(name) {
    choose(name);
    for (const each of buttons)
      each.setAttribute("aria-pressed", String(each.dataset.action === name));
  }

  press(first);
  return buttons;
}

function dot(name) {
  const size = `${DOTS[name]}px`;
  return make("span", { class: "dot", style: `width:${size};height:${size}` });
}

function ink(name) {
  return make("span", { class: "swatch", style: `background:rgb(${COLOURS[name]})` });
}

function swatch(name) {
  return make("span", { class: `swatch ${name}` });
}

/** The pen as it is chosen, and the choices: what it does, how thick it is, its grey or colour. */
function createPen() {
  const pen = { erase: false, radius: RADII.medium, grey: GREYS.white, colour: COLOURS.snow };
  const tips = createChoice("tool", ["pen", "eraser"], icon, (name) => {
    pen.erase = name === "eraser";
  });
  const sizes = createChoice("size", Object.keys(DOTS), dot, (name) => {
    pen.radius = RADII[name];
  });
  const greys = createChoice("grey", Object.keys(GREYS), swatch, (name) => {
    pen.grey = GREYS[name];
  });
  const colours = createChoice("colour", Object.keys(COLOURS), ink, (name) => {
    pen.colour = COLOURS[name];
  });
  return { pen, tips, sizes, greys, colours };
}
