/**
 * Draw around units in a Plotly grid with the pointer: every cell whose centre lies inside is
 * chosen.
 */

import { contextOf, make } from "../base/elements.js";

/**
 * Whether a point lies inside a polygon: a ray to the right crosses its edges an odd number of
 * times.
 */
export function inside(x, y, polygon) {
  let odd = false;
  for (
    let index = 0, before = polygon.length - 1;
    index < polygon.length;
    before = index, index += 1
  ) {
    const [one, other] = [polygon[index], polygon[before]];
    if (
      one.y > y !== other.y > y &&
      x < ((other.x - one.x) * (y - one.y)) / (other.y - one.y) + one.x
    )
      odd = !odd;
  }
  return odd;
}

/** The units whose cells have their centre inside of a path over a plot, in order. */
function within(path, { _fullLayout }, { axes, values, columns }) {
  const { [`xaxis${axes}`]: across, [`yaxis${axes}`]: down } = _fullLayout;
  const units = Array.from(values).filter((unit, place) => {
    const x = across.d2p(place % columns) + across._offset;
    const y = down.d2p(Math.floor(place / columns)) + down._offset;
    return unit >= 0 && inside(x, y, path);
  });
  return units.sort((one, other) => one - other);
}

/**
 * Let the next drag over a plot choose units: that of one pointer, from its press to its release.
 *
 * @param {{element: HTMLElement, graph: () => any}} plot
 * @param {import("./units.js").Places} places where its units stand
 * @param {(units: number[]) => void} done what lies inside, in order
 * @returns {() => void} what puts it away
 */
export function startLasso({ element, graph }, places, done) {
  const size = { width: element.clientWidth, height: element.clientHeight };
  const layer = make("canvas", { class: "lasso", ...size });
  const context = contextOf(layer);
  context.strokeStyle = getComputedStyle(element).getPropertyValue("--le-accent");
  context.lineWidth = 2;
  /** @type {{x: number, y: number}[]} */ const path = [];
  /** @type {number | null} */ let owner = null; // the pointer that draws
  element.append(layer);

  function disarm() {
    layer.remove();
    document.removeEventListener("keydown", putAway, true);
  }

  /** Escape puts the lasso away, and nothing else. */
  function putAway(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    disarm();
  }

  document.addEventListener("keydown", putAway, true);

  const owned = (event) => owner === event.pointerId;

  layer.addEventListener("pointerdown", (event) => {
    if (owner !== null || !event.isPrimary || event.button !== 0) return;
    owner = event.pointerId;
    layer.setPointerCapture(event.pointerId);
    path.push({ x: event.offsetX, y: event.offsetY });
    context.moveTo(event.offsetX, event.offsetY);
  });
  layer.addEventListener("pointermove", (event) => {
    if (!owned(event)) return;
    path.push({ x: event.offsetX, y: event.offsetY });
    context.lineTo(event.offsetX, event.offsetY);
    context.stroke();
  });
  // the browser takes a finger away when it zooms: that is no choice
  layer.addEventListener("pointercancel", (event) => owned(event) && disarm());
  layer.addEventListener("pointerup", (event) => {
    if (!owned(event)) return;
    disarm();
    done(within(path, graph(), places));
  });
  return disarm;
}
