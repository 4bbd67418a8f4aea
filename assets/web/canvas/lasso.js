/**
 * Draw around units in a Plotly grid with the pointer: every cell whose centre lies inside is
 * chosen.
 */

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

/**
 * Let the next drag over a plot choose units.
 *
 * @param {{element: HTMLElement, graph: () => any}} plot
 * @param {import("./units.js").Places} places where its units stand
 * @param {(units: number[]) => void} done what lies inside, in order
 */
export function startLasso({ element, graph }, { axes, values, columns }, done) {
  const layer = document.createElement("canvas");
  layer.className = "lasso";
  Object.assign(layer, { width: element.clientWidth, height: element.clientHeight });
  const context = layer.getContext("2d");
  context.strokeStyle = getComputedStyle(element).getPropertyValue("--le-accent");
  context.lineWidth = 2;
  /** @type {{x: number, y: number}[]} */ const path = [];
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

  layer.addEventListener("pointerdown", (event) => {
    layer.setPointerCapture(event.pointerId);
    path.push({ x: event.offsetX, y: event.offsetY });
    context.moveTo(event.offsetX, event.offsetY);
  });
  layer.addEventListener("pointermove", (event) => {
    if (!path.length) return;
    path.push({ x: event.offsetX, y: event.offsetY });
    context.lineTo(event.offsetX, event.offsetY);
    context.stroke();
  });
  layer.addEventListener("pointerup", () => {
    disarm();
    const { [`xaxis${axes}`]: across, [`yaxis${axes}`]: down } = graph()._fullLayout;
    const units = Array.from(values).filter((unit, place) => {
      const x = across.d2p(place % columns) + across._offset;
      const y = down.d2p(Math.floor(place / columns)) + down._offset;
      return unit >= 0 && inside(x, y, path);
    });
    done(units.sort((one, other) => one - other));
  });
}
