/** The drawing pad: as many pixels as the network takes, drawn on with a soft pen or an eraser. */

import { make } from "../base/elements.js";
import { base64, bytes } from "../base/numbers.js";
import { PIXELS, SIDE } from "../base/size.js";
import { paintGreys } from "../canvas/cells.js";
import { draw } from "./pen.js";
import { followPointer } from "./pointer.js";
import { createTools } from "./tools.js";

const ERASER = 32; // the button that a pen's other end reports

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createPad(page) {
  const { say, store, actions } = page;
  const canvas = make("canvas", {
    id: "pad",
    width: SIDE,
    height: SIDE,
    tabindex: "0",
    role: "img",
  });
  const tools = createTools(page);
  const pixels = new Uint8Array(PIXELS);
  let drawn = "";
  /** @type {{x: number, y: number} | null} */ let last = null;

  function stroke(event) {
    const events = event.getCoalescedEvents?.() ?? [];
    const erase = tools.pen.erase || (event.buttons & ERASER) > 0;
    for (const each of events.length ? events : [event]) {
      const to = point(canvas, each);
      draw(pixels, last ?? to, to, { ...tools.pen, erase });
      last = to;
    }
    paintGreys(canvas, pixels);
    const { images, focus } = store.get();
    drawn = base64(pixels);
    const after = images.map((image, index) => (index === focus ? drawn : image));
    actions.change({ images: after }, event.timeStamp);
  }

  const pointer = followPointer(canvas, {
    begin(event) {
      tools.fold();
      store.remember();
      last = null;
      stroke(event);
    },
    move: stroke,
    takeBack: actions.undo,
  });
  const element = document.createDocumentFragment();
  element.append(make("div", { class: "paper" }, canvas), tools.element);

  return {
    element,
    /** Whatever puts another picture on the pad ends the stroke under the pen. */
    chosen({ images, focus }) {
      tools.chosen();
      page.root.toggleAttribute("data-undrawn", !page.model().drawn);
      if (images[focus] === drawn) return;
      pointer.stop();
      drawn = images[focus];
      pixels.set(bytes(drawn));
      paintGreys(canvas, pixels);
    },
    name() {
      canvas.setAttribute("aria-label", say("pad.label"));
      tools.name();
    },
  };
}

/** Where on the picture the pointer is, in its pixels. */
function point(canvas, { clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { x: (SIDE * (clientX - left)) / width, y: (SIDE * (clientY - top)) / height };
}
