/** The drawing pad: 28×28 pixels, a soft pen or an eraser, three sizes, three greys. */

import { icon, make } from "../base/elements.js";
import { base64, bytes } from "../base/numbers.js";
import { PIXELS, SIDE } from "../base/size.js";
import { draw, RADII } from "./pen.js";
import { followPointer } from "./pointer.js";

const GREYS = { white: 255, light: 170, dark: 85 };

/** @param {{store: any, say: any, changed: (since: number) => void}} page */
export function createPad({ store, say, changed }) {
  const canvas = make("canvas", {
    id: "pad",
    width: SIDE,
    height: SIDE,
    tabindex: "0",
    role: "img",
  });
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  const pixels = new Uint8Array(PIXELS);
  const tool = { erase: false, radius: RADII.medium, grey: GREYS.white };
  /** @type {Map<string, HTMLButtonElement>} */ const buttons = new Map();
  let shown = "";
  /** @type {{x: number, y: number} | null} */ let last = null;

  function paint() {
    for (let index = 0; index < PIXELS; index += 1) {
      image.data[4 * index] = image.data[4 * index + 1] = image.data[4 * index + 2] = pixels[index];
      image.data[4 * index + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  function point(event) {
    const box = canvas.getBoundingClientRect();
    return {
      x: (SIDE * (event.clientX - box.left)) / box.width,
      y: (SIDE * (event.clientY - box.top)) / box.height,
    };
  }

  function publish(since) {
    const { images, focus } = store.get();
    shown = base64(pixels);
    store.set({ images: images.map((image, index) => (index === focus ? shown : image)) });
    changed(since);
  }

  function stroke(event) {
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const to = point(each);
      draw(pixels, last ?? to, to, { ...tool, erase: tool.erase || (event.buttons & 32) > 0 });
      last = to;
    }
    paint();
    publish(event.timeStamp);
  }

  const pointer = followPointer(canvas, {
    begin(event) {
      store.remember();
      last = null;
      stroke(event);
    },
    move: stroke,
    takeBack: (since) => back(store.undo, since),
  });

  /** Put a picture on the pad as one undoable change. */
  function put(text, since) {
    pointer.stop();
    if (text === shown) return changed(since); // nothing to undo
    store.remember();
    pixels.set(bytes(text));
    paint();
    publish(since);
  }

  function button(action, picture, act) {
    const element = make(
      "button",
      { type: "button", class: "tool", "data-action": action, onclick: act },
      icon(picture),
    );
    buttons.set(action, element);
    return element;
  }

  function choice(action, group, content, act) {
    const element = make(
      "button",
      {
        type: "button",
        class: "tool",
        "data-action": action,
        "data-group": group,
        "aria-pressed": "false",
        onclick: act,
      },
      content,
    );
    buttons.set(action, element);
    return element;
  }

  function press(action) {
    const group = buttons.get(action).dataset.group;
    for (const each of buttons.values())
      if (each.dataset.group === group)
        each.setAttribute("aria-pressed", String(each === buttons.get(action)));
  }

  const dot = (diameter) =>
    make("span", { class: "dot", style: `width:${diameter}px;height:${diameter}px` });
  const swatch = (name) => make("span", { class: `swatch ${name}` });

  /** Undo or redo; a stroke under the pen ends first, and is one step of it. */
  function back(step, since) {
    pointer.stop();
    step();
    changed(since);
  }
  const tools = make(
    "div",
    { class: "tools", role: "toolbar" },
    choice("pen", "tool", icon("pen"), () => ((tool.erase = false), press("pen"))),
    choice("eraser", "tool", icon("eraser"), () => ((tool.erase = true), press("eraser"))),
    make("span", { class: "gap" }),
    ...Object.entries({ small: 5, medium: 9, large: 15 }).map(([name, diameter]) =>
      choice(name, "size", dot(diameter), () => ((tool.radius = RADII[name]), press(name))),
    ),
    make("span", { class: "line" }),
    ...Object.keys(GREYS).map((name) =>
      choice(name, "grey", swatch(name), () => ((tool.grey = GREYS[name]), press(name))),
    ),
  );
  tools.append(
    make("span", { class: "gap" }),
    button("undo", "undo", (event) => back(store.undo, event.timeStamp)),
    button("redo", "redo", (event) => back(store.redo, event.timeStamp)),
    button("clear", "clear", (event) => put(base64(new Uint8Array(PIXELS)), event.timeStamp)),
  );
  for (const action of ["pen", "medium", "white"]) press(action);

  function update() {
    const { images, focus } = store.get();
    if (images[focus] !== shown) {
      pointer.stop();
      shown = images[focus];
      pixels.set(bytes(shown));
      paint();
    }
    buttons.get("undo").disabled = !store.canUndo();
    buttons.get("redo").disabled = !store.canRedo();
  }

  function name() {
    canvas.setAttribute("aria-label", say("pad.label"));
    tools.setAttribute("aria-label", say("pad.tools"));
    for (const [action, element] of buttons) {
      element.setAttribute("aria-label", say(`pad.${action}`));
      element.title = say(`pad.${action}`);
    }
  }

  return { canvas, tools, put, back, update, name };
}
