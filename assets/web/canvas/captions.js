/**
 * What the axes and scales of a figure are called, as text of the page: on a phone it wraps where a
 * drawn title would run out of its picture.
 *
 * Plotly's own titles keep the places, and stand in a figure that is saved; style/captions.css
 * shows either these or those.
 */

import { make } from "../base/elements.js";
import { sure } from "../base/sure.js";

const TITLES = ".infolayer :is([class^='g-x'], [class^='g-y'])[class$='title'] text, .cbtitle text";
const LOWER = 3; // pixels: where Plotly puts it tall letters touch the picture above
const ASIDE = 4; // the same beside a picture, for text that stands upright
const UPRIGHT = /rotate\(-90/;

/**
 * How much room a title has along what it names, in pixels: its axis or the bar of its scale. Above
 * that bar it has its own width: it begins where the bar does, and the picture is beside it.
 *
 * @param {any} graph @param {SVGElement} title @param {boolean} upright
 */
function along(graph, title, upright) {
  const [, name] = /g-([xy]\d*)title/.exec(title.parentElement?.getAttribute("class") ?? "") ?? [];
  if (name) return graph._fullLayout[`${name[0]}axis${name.slice(1)}`]._length;
  if (!upright) return 0;
  const scale = sure(title.closest(".colorbar"));
  return sure(scale.querySelector(".cbfills")).getBoundingClientRect().height;
}

/** A title as text at the same place. @param {any} graph @param {SVGElement} title */
function caption(graph, title) {
  const { left, top, width, height } = title.getBoundingClientRect();
  const box = graph.getBoundingClientRect();
  const upright = UPRIGHT.test(title.getAttribute("transform") ?? "");
  const room = Math.max(along(graph, title, upright), upright ? height : width);
  const element = make("p", { class: upright ? "upright" : "" }, title.textContent);
  element.style[upright ? "height" : "width"] = `${room}px`;
  const [x, y] = [left - box.left, top - box.top];
  const start = upright ? x + ASIDE : Math.min(x + (width - room) / 2, box.width - room);
  element.style.left = `${Math.max(0, start)}px`;
  element.style.top = `${upright ? y + (height - room) / 2 : y + LOWER}px`;
  return element;
}

export function createCaptions() {
  const element = make("div", { class: "captions" });
  return {
    element,
    /** Plotly has drawn a graph, or another one is on the page. @param {any} graph */
    show(graph) {
      const titles = [...graph.querySelectorAll(TITLES)].filter(({ textContent }) => textContent);
      element.replaceChildren(...titles.map((title) => caption(graph, title)));
    },
  };
}
