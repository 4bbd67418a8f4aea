/**
 * For the time being: what the server is about to send with every step and at the start, worked out
 * here. To be deleted, with its two callers, as soon as it does.
 */

import { grid } from "../base/numbers.js";

const SCALES = { input: "grey", flatten: "grey", relu: "unsigned", softmax: "unsigned" };

/** @param {any} reply with `values` @param {(values: Float32Array) => number} most */
export function completed(reply, most) {
  for (const step of reply.steps) {
    const values = reply.values[step.id];
    step.scale ??= SCALES[step.kind] ?? "signed";
    step.limit ??= step.scale === "grey" || step.kind === "softmax" ? 1 : most(values);
    step.named ??= step.kind === "logits" || step.kind === "softmax";
    const { rows, columns } = grid(values.length);
    step.grid ??= { rows, columns, maps: 1, height: rows, width: columns };
  }
  return reply;
}

/** @param {any} start */
export function prepared(start) {
  start.languages ??= [
    { code: "en", name: "English", tag: "en" },
    { code: "zh", name: "中文", tag: "zh-CN" },
  ];
  start.query ??= {
    model: start.models[0].name,
    checkpoint: "",
    focus: 0,
    step: "input",
    unit: null,
    edits: [],
    versus: null,
    options: {},
  };
  return start;
}
