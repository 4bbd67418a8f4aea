/** The drawing pad: as many pixels as the network takes, drawn on with a soft pen or an eraser. */

import { make } from "../base/elements.js";
import { base64, bytes } from "../base/numbers.js";
import { paintPicture } from "../canvas/cells.js";
import { draw } from "./pen.js";
import { followPointer } from "./pointer.js";
import { createTools } from "./tools.js";

const ERASER = 32; // the button that a pen's other end reports

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createPad(page) {
  const { say, store, actions } = page;
  const canvas = make("canvas", { id: "pad", tabindex: "0", role: "img" });
  const tools = createTools(page);
  let pixels = new Uint8Array(0);
  let size = page.size();
  let drawn = "";
  /** @type {{x: number, y: number} | null} */ let last = null;

  function stroke(event) {
    const events = event.getCoalescedEvents?.() ?? [];
    const erase = tools.pen.erase || (event.buttons & ERASER) > 0;
    for (const each of events.length ? events : [event]) {
      const to = point(canvas, each, size);
      draw(pixels, last ?? to, to, { ...tools.pen, erase }, size);
      last = to;
    }
    paintPicture(canvas, pixels, size);
    const { images, focus } = store.get();
    drawn = base64(pixels);
    const after = images.map((image, index) => (index === focus ? drawn : image));
    actions.change({ images: after }, event.timeStamp);
  }

  function label() {
    const { height, width } = page.size();
    canvas.setAttribute("aria-label", say("pad.label", { height, width }));
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
      const shown = images[focus] ?? images[0]; // what is fed with examples has more of them
      if (shown === drawn) return;
      pointer.stop();
      drawn = shown;
      pixels = bytes(drawn);
      size = page.size();
      canvas.style.aspectRatio = `${size.width} / ${size.height}`;
      paintPicture(canvas, pixels, size);
      label();
    },
    name() {
      label();
      tools.name();
    },
  };
}

/** Where on the picture the pointer is, in its pixels. */
function point(canvas, { clientX, clientY }, size) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const [across, down] = [(clientX - left) / width, (clientY - top) / height];
  return { x: size.width * across, y: size.height * down };
}
