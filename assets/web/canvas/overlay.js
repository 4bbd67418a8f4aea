/**
 * A figure while the pen moves: the values of the next figure painted over Plotly's axes, in a
 * tenth of the time.
 *
 * Only values change from stroke to stroke; axes, titles and legends stay. So they are left
 * standing, and every value of every trace is painted above them, exactly and in the same colours.
 * Once the pen rests, Plotly draws the whole anew.
 */

import { contextOf } from "../base/elements.js";
import { decodeTyped } from "../base/numbers.js";
import { still, stretched } from "./scales.js";

/**
 * @param {{colours: any, style: (name: string) => string, scaleOf: Record<string, string>}} page
 *   `scaleOf`: coloraxis → scale
 */
export function createOverlay({ colours, style, scaleOf }) {
  const layer = document.createElement("canvas");
  layer.className = "overlay";
  const context = contextOf(layer);
  const cells = document.createElement("canvas");

  /** The axes of a trace as they stand, on which the values of a layout have their places. */
  function axes(graph, trace, { layout, standing }) {
    const at = (reference, letter) => {
      const name = `${letter}axis${(reference ?? letter).slice(1)}`;
      const axis = graph._fullLayout[name];
      return longer(axis, stretched(layout[name], standing[name]));
    };
    return { x: at(trace.xaxis, "x"), y: at(trace.yaxis, "y") };
  }

  function clear({ x, y }) {
    context.fillStyle = style("--le-background");
    context.fillRect(x._offset, y._offset, x._length, y._length);
  }

  /** A picture in colour. */
  function picture(trace, both) {
    const { values, shape } = decodeTyped(trace.z);
    const [rows, columns] = shape;
    cells.width = columns;
    cells.height = rows;
    const small = contextOf(cells);
    const image = small.createImageData(columns, rows);
    for (let pixel = 0; pixel < rows * columns; pixel += 1) {
      image.data.set([values[3 * pixel], values[3 * pixel + 1], values[3 * pixel + 2]], 4 * pixel);
      image.data[4 * pixel + 3] = 255;
    }
    small.putImageData(image, 0, 0);
    place(rows, columns, both);
  }

  function heatmap(trace, layout, both) {
    const { values, shape } = decodeTyped(trace.z);
    const [rows, columns] = shape;
    const axis = layout[trace.coloraxis];
    const scale = scaleOf[trace.coloraxis];
    cells.width = columns;
    cells.height = rows;
    const small = contextOf(cells);
    const image = small.createImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    colours.fill(values, scale, axis.cmax, pixels);
    // a gap is see-through
    values.forEach((value, index) => Number.isNaN(value) && (pixels[index] = 0));
    small.putImageData(image, 0, 0);
    place(rows, columns, both);
  }

  /** Put the cells where they stand between the axes. */
  function place(rows, columns, { x, y }) {
    context.imageSmoothingEnabled = false;
    const [left, right] = [x.d2p(-0.5), x.d2p(columns - 0.5)];
    const [top, bottom] = [y.d2p(-0.5), y.d2p(rows - 0.5)];
    context.drawImage(cells, x._offset + left, y._offset + top, right - left, bottom - top);
  }

  function line(trace, colour, { x, y }) {
    const { values } = decodeTyped(trace.y);
    const [zero, step] = [y._offset + y.d2p(0), x.d2p(1) - x.d2p(0)];
    context.fillStyle = colour;
    context.globalAlpha = 0.6;
    values.forEach((value, index) => {
      const top = y._offset + y.d2p(value);
      context.fillRect(
        x._offset + x.d2p(index) - step / 2,
        Math.min(zero, top),
        Math.max(step, 0.5),
        Math.abs(top - zero),
      );
    });
    context.globalAlpha = 1;
  }

  /** Strokes through the cells that are off, all as one path. */
  function hatch(trace, colour, { x, y }) {
    const [across, down] = [decodeTyped(trace.x).values, decodeTyped(trace.y).values];
    context.strokeStyle = colour;
    context.lineWidth = trace.line.width;
    context.beginPath();
    for (let index = 0; index < across.length; index += 3) {
      context.moveTo(x._offset + x.d2p(across[index]), y._offset + y.d2p(down[index]));
      context.lineTo(x._offset + x.d2p(across[index + 1]), y._offset + y.d2p(down[index + 1]));
    }
    context.stroke();
  }

  function bars(trace, colour, { x, y }) {
    context.fillStyle = colour;
    const flat = trace.orientation === "h";
    const { values } = decodeTyped(flat ? trace.x : trace.y);
    const [across, along] = flat ? [y, x] : [x, y];
    const places = flat ? values.map((_, index) => index) : decodeTyped(trace.x).values;
    const at = (place) => across.c2p(place); // of a class its number, whatever its name
    const width = Math.abs(at(places[1]) - at(places[0])) * (flat ? 0.7 : 1);
    const zero = along.type === "log" ? along._length : along.d2p(0);
    values.forEach((value, index) => {
      if (Number.isNaN(value) || (along.type === "log" && value <= 0)) return;
      const [middle, end] = [at(places[index]), along.d2p(value)];
      const [from, length] = [Math.min(zero, end), Math.abs(end - zero)];
      if (flat) context.fillRect(x._offset + from, y._offset + middle - width / 2, length, width);
      else context.fillRect(x._offset + middle - width / 2, y._offset + from, width, length);
    });
  }

  return {
    /** Whether something is painted over what Plotly has drawn. */
    stands: () => layer.isConnected,
    remove: () => layer.remove(),
    /**
     * Paint a figure over a graph that stands with its axes.
     *
     * @param {any} graph @param {any} figure @param {{width: number, height: number}} size
     * @param {any} standing the layout that the graph was drawn with
     */
    paint(graph, figure, { width, height }, standing) {
      const ratio = devicePixelRatio || 1;
      if (layer.width !== width * ratio || layer.height !== height * ratio)
        Object.assign(layer, { width: width * ratio, height: height * ratio });
      if (!layer.isConnected) graph.parentElement.append(layer);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const cleared = new Set();
      figure.data.forEach((trace, place) => {
        const both = axes(graph, trace, { layout: figure.layout, standing });
        const key = `${trace.xaxis}${trace.yaxis}`;
        if (!cleared.has(key)) clear(both);
        cleared.add(key);
        const colour = style(place === 0 && trace.type === "bar" ? "--le-accent" : "--le-bar");
        if (trace.type === "image") picture(trace, both);
        else if (trace.type === "heatmap") heatmap(trace, figure.layout, both);
        else if (trace.meta?.fill === "hatch") hatch(trace, style("--le-off-line"), both);
        else if (trace.type === "bar") bars(trace, colour, both);
        else line(trace, colour, both);
      });
    },
  };
}

/** An axis with the same places for values that are so many times as large. */
function longer(axis, factor) {
  if (factor === 1) return axis;
  const [d2p, c2p] = ["d2p", "c2p"].map((name) => (value) => axis[name](value / factor));
  return { _offset: axis._offset, _length: axis._length, type: axis.type, d2p, c2p };
}

/**
 * What must not change between two figures for the axes to stay: everything but the values, and the
 * ends that move with them.
 */
export function frameOf({ layout, data }, room) {
  return JSON.stringify([
    room,
    still(layout),
    data.map(({ type, xaxis, yaxis, coloraxis }) => [type, xaxis, yaxis, coloraxis]),
  ]);
}
