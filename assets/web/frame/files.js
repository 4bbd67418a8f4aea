/**
 * What can be saved: the figure, the query, the tensors, a report of all steps, the page itself.
 */

import { make } from "../base/elements.js";
import { fetched } from "../state/posting.js";

/** Hand a file to the browser. */
function save(href, name) {
  make("a", { href, download: name }).click();
}

function saveBlob(blob, name) {
  const href = URL.createObjectURL(blob);
  save(href, name);
  setTimeout(() => URL.revokeObjectURL(href), 10_000); // the browser reads it a moment later
}

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createFiles({ wanted, actions }) {
  /** Ask a route of the server for a file. */
  async function route(name, as) {
    const address = new URL(name, document.baseURI);
    const asked = { method: "POST", body: JSON.stringify(wanted()) };
    saveBlob(await fetched(address, asked, (answer) => answer.blob()), as);
  }

  const figure = (format) => async () =>
    save(await actions.image(format), `${wanted().step}.${format}`);
  const files = {
    png: figure("png"),
    svg: figure("svg"),
    npz: () => route("tensors", "tensors.npz"),
    report: () => route("report", "report.html"),
    home: () => route("home", "layer-explorer.html"),
    async json() {
      const text = JSON.stringify(wanted(), null, 1);
      saveBlob(new Blob([text], { type: "application/json" }), "query.json");
    },
  };
  return { element: null, actions: { save: (name) => files[name]() } };
}
