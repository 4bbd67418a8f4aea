/** What a page asks for first, as the server sends it. */

export const USUAL = {
  model: "fashion-mlp",
  checkpoint: "",
  focus: 0,
  step: "input",
  unit: null,
  edits: [],
  versus: null,
  folding: null,
  taught: null,
  options: {},
};
