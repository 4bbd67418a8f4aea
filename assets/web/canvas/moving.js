/** A movement over a figure that stands already: it delays nothing, and the next one ends it. */

import { contextOf, make } from "../base/elements.js";

const LONG = 360; // milliseconds
const STILL = "(prefers-reduced-motion: reduce)";

/**
 * @typedef {{_offset: number, _length: number, d2p: (value: number) => number}} Axis of Plotly's
 * @typedef {{x: Axis, y: Axis}} Axes
 * @typedef {object} Scene
 * @property {CanvasRenderingContext2D} context over the whole figure, in its pixels
 * @property {(name: string) => Axes | null} axes a pair of the figure's by its number, "" for the
 *   first; null where it has none
 * @property {(name: string) => string} style a colour of the palette
 * @typedef {(scene: Scene, time: number) => void} Paint a moment of the movement, from 0 to 1
 */

/** @param {any} plot */
export function createMovement({ element, graph, box }) {
  const layer = make("canvas", { class: "movement", "aria-hidden": "true" });
  const context = contextOf(layer);
  let frame = 0;

  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    layer.remove();
  }

  function axes(name) {
    const { [`xaxis${name}`]: x, [`yaxis${name}`]: y } = graph()?._fullLayout ?? {};
    return x?._length && y?._length ? { x, y } : null;
  }

  return {
    stop,
    /** @param {Paint} paint */
    start(paint) {
      stop();
      if (matchMedia(STILL).matches) return;
      const ratio = devicePixelRatio || 1;
      const { width, height } = box.size();
      Object.assign(layer, { width: width * ratio, height: height * ratio });
      const scene = { context, axes, style: box.style };
      const since = performance.now();
      const step = () => {
        const time = (performance.now() - since) / LONG;
        if (time >= 1) return stop();
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, width, height);
        context.imageSmoothingEnabled = false;
        paint(scene, eased(time));
        frame = requestAnimationFrame(step);
      };
      step();
      element.append(layer);
    },
  };
}

/** Slow at both ends. */
const eased = (time) => time * time * (3 - 2 * time);

export const mixed = (from, to, time) => from + (to - from) * time;

/** The rectangle between two corners, in the pixels of a figure. @param {Axes} axes */
export function rectangle({ x, y }, [left, top], [right, bottom]) {
  const [from, to] = [x._offset + x.d2p(left), x._offset + x.d2p(right)];
  const [high, low] = [y._offset + y.d2p(top), y._offset + y.d2p(bottom)];
  return [from, high, to - from, low - high];
}

/**
 * Hide what stands between two axes.
 *
 * @param {Scene} scene
 * @param {Axes} axes
 * @param {number} from share of the width
 */
export function cover({ context, style }, { x, y }, from = 0) {
  context.fillStyle = style("--le-background");
  context.fillRect(x._offset + from * x._length, y._offset, (1 - from) * x._length + 1, y._length);
}
