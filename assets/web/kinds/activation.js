/** An activation: its curve as the layer itself draws it, and where on it the unit is. */

import { make } from "../base/elements.js";
import { explain as written } from "./written.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {import("../state/types.js").Page} page @param {any} section */
export function explain(page, section) {
  const { parts } = written(page, section);
  if (!section.curve) return { parts };
  const { end } = section.curve;
  const label = page.say("inspector.graph", { limit: end });
  const figure = make(
    "figure",
    { class: "wide" },
    drawn(section, label),
    make("figcaption", {}, label),
  );
  return { parts: [...parts, make("div", { class: "right" }, figure)] };
}

/** From −end to end across; down, from the lowest to the highest value. */
function drawn({ z, value, curve: { end, values } }, label) {
  const low = Math.min(0, ...values);
  const high = Math.max(low + 1e-6, ...values);
  const x = (at) => 100 + (100 * at) / end;
  const y = (at) => 105 - (100 * (at - low)) / (high - low);
  const step = (2 * end) / (values.length - 1);
  const path = values.map((each, place) => `${x(place * step - end)} ${y(each)}`).join("L");
  const svg = document.createElementNS(SVG, "svg");
  const draw = (element, attributes) => {
    for (const [name, each] of Object.entries(attributes)) element.setAttribute(name, String(each));
    return element;
  };
  const part = (tag, attributes) => draw(document.createElementNS(SVG, tag), attributes);
  draw(svg, { viewBox: "0 0 200 110", role: "img", class: "curve", "aria-label": label });
  svg.append(
    part("path", { class: "axis", d: `M0 ${y(0)}H200M100 0V110` }),
    part("path", { class: "line", d: `M${path}` }),
    part("circle", { r: 6, cx: x(z), cy: y(value) }),
  );
  return svg;
}
