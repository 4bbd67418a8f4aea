/**
 * Before a class: the unit that is spoken about stands in the light, ringed; the rest of its
 * picture steps back.
 */

const SVG = "http://www.w3.org/2000/svg";
const ROOM = 3; // pixels between a cell and its ring

/**
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box in pixels of the figure
 */

export function createSpotlight() {
  const layer = document.createElementNS(SVG, "svg");
  layer.setAttribute("class", "lit");
  layer.setAttribute("aria-hidden", "true");

  /** @param {Box} whole @param {Box} lit */
  function light(whole, lit) {
    const shade = document.createElementNS(SVG, "path");
    shade.setAttribute("d", `${outline(whole)}${outline(lit)}`);
    shade.setAttribute("fill-rule", "evenodd");
    const ring = document.createElementNS(SVG, "path");
    const { left, top, right, bottom } = lit;
    const wide = {
      left: left - ROOM,
      top: top - ROOM,
      right: right + ROOM,
      bottom: bottom + ROOM,
    };
    ring.setAttribute("d", outline(wide));
    ring.setAttribute("class", "ring");
    layer.append(shade, ring);
  }

  return {
    /**
     * Light what a figure frames; nothing of it is painted anew.
     *
     * @param {any} graph of Plotly @param {any[]} shapes the frames around the unit
     */
    show(graph, shapes) {
      layer.replaceChildren();
      for (const shape of shapes) {
        const { x, y } = axes(graph, shape);
        if (x && y) light(domain(x, y, shape, graph), within(x, y, shape, graph));
      }
      if (layer.childElementCount) graph.parentElement.append(layer);
      else layer.remove();
    },
  };
}

function axes({ _fullLayout: full }, { xref, yref = "y" }) {
  const at = (name) => full?.[`${name[0]}axis${name.slice(1)}`];
  return { x: at(xref === "paper" ? "x" : xref), y: at(yref) };
}

/**
 * The picture of two axes; one of rows reaches to the edge, for the words behind its bars.
 *
 * @returns {Box}
 */
function domain(x, y, { xref }, graph) {
  const [left, top] = [x._offset, y._offset];
  const right = xref === "paper" ? graph.clientWidth - ROOM : left + x._length;
  return { left, top, right, bottom: top + y._length };
}

/** @returns {Box} */
function within(x, y, shape, graph) {
  const { xref, x0, x1, y0, y1 } = shape;
  const whole = domain(x, y, shape, graph);
  const across = xref === "paper" ? [0, whole.right - whole.left] : [x.d2p(x0), x.d2p(x1)];
  const down = [y.d2p(y0), y.d2p(y1)];
  return {
    left: whole.left + Math.min(...across),
    right: whole.left + Math.max(...across),
    top: whole.top + Math.min(...down),
    bottom: whole.top + Math.max(...down),
  };
}

/** @param {Box} box */
function outline({ left, top, right, bottom }) {
  return `M${left} ${top}H${right}V${bottom}H${left}Z`;
}
