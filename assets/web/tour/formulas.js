/** The formulas of the course, as MathML: read aloud, and drawn by every current browser. */

const MATH = "http://www.w3.org/1998/Math/MathML";

/** A tree of MathML: `[tag, …children]`, text at the leaves. */
const FORMULAS = {
  relu: [
    "mrow",
    ["mi", "ReLU"],
    ["mo", "("],
    ["mi", "x"],
    ["mo", ")"],
    ["mo", "="],
    ["mi", "max"],
    ["mo", "("],
    ["mn", "0"],
    ["mo", ","],
    ["mi", "x"],
    ["mo", ")"],
  ],
  softmax: [
    "mrow",
    ["mi", "P"],
    ["mo", "("],
    ["msub", ["mi", "y"], ["mi", "i"]],
    ["mo", ")"],
    ["mo", "="],
    [
      "mfrac",
      ["msup", ["mi", "e"], ["msub", ["mi", "x"], ["mi", "i"]]],
      [
        "mrow",
        ["munder", ["mo", "∑"], ["mi", "j"]],
        ["msup", ["mi", "e"], ["msub", ["mi", "x"], ["mi", "j"]]],
      ],
    ],
  ],
};

/** @param {string} stop @returns {Element | null} the formula of a stop, if it has one */
export function formula(stop) {
  if (!Object.hasOwn(FORMULAS, stop)) return null;
  const root = document.createElementNS(MATH, "math");
  root.setAttribute("display", "block");
  root.append(built(FORMULAS[stop]));
  return root;
}

/** @param {any} tree @returns {Element | string} */
function built(tree) {
  if (typeof tree === "string") return tree;
  const [tag, ...children] = tree;
  const element = document.createElementNS(MATH, tag);
  element.append(...children.map(built));
  return element;
}
