/**
 * For the time being: what the server is about to send at the start, worked out here. To be deleted,
 * with its caller, as soon as it does.
 */

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
