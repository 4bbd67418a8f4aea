/** Python in colours: enough of it for a page of the course. */

import { make } from "../base/elements.js";

/** What a piece of a line is, the first that fits. */
const PIECES = [
  ["comment", /#.*/y],
  ["string", /f?"(?:[^"\\]|\\.)*"/y],
  ["keyword", /\b(?:import|from|class|def|return|for|in|if|else|print|super|self)\b/y],
  ["number", /\b\d+\b/y],
  ["plain", /\w+|\s+|./y],
];

/**
 * Code, line by line; a long line goes on below itself, indented.
 *
 * @param {string} text @param {number[]} marked numbers of the lines that are marked, from 0
 */
export function highlighted(text, marked = []) {
  return text
    .split("\n")
    .map((line, number) =>
      make(
        "span",
        { class: marked.includes(number) ? "line given" : "line" },
        ...pieces(line),
        "\n",
      ),
    );
}

/** @param {string} line @returns {(Node | string)[]} */
function pieces(line) {
  const found = [];
  for (let at = 0; at < line.length; ) {
    const [kind, text] = first(line, at);
    found.push(kind === "plain" ? text : make("span", { class: kind }, text));
    at += text.length;
  }
  return found;
}

/** @returns {[string, string]} */
function first(line, at) {
  for (const [kind, pattern] of PIECES) {
    /** @type {RegExp} */ (pattern).lastIndex = at;
    const found = /** @type {RegExp} */ (pattern).exec(line);
    if (found) return [/** @type {string} */ (kind), found[0]];
  }
  throw new Error("every character is a piece");
}
