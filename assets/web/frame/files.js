/** What can be saved: the figure, the query, the tensors, a report of all steps. */

import { make } from "../base/elements.js";
import { Sentence } from "../base/sentence.js";
import { Unreachable } from "../state/live.js";

/** Hand a file to the browser. */
function save(href, name) {
  make("a", { href, download: name }).click();
}

function saveBlob(blob, name) {
  const href = URL.createObjectURL(blob);
  save(href, name);
  setTimeout(() => URL.revokeObjectURL(href), 10_000); // the browser reads it a moment later
}

/** @param {{query: () => any, image: (format: string) => Promise<string>}} page */
export function createFiles({ query, image }) {
  /** Ask a route of the server for a file. */
  async function route(name, as) {
    const address = new URL(name, document.baseURI);
    const answer = await fetch(address, { method: "POST", body: JSON.stringify(query()) }).catch(
      (error) => {
        throw new Unreachable(String(error));
      },
    );
    if (answer.status >= 500) throw new Unreachable(String(answer.status));
    if (!answer.ok) throw new Sentence(await answer.text());
    saveBlob(await answer.blob(), as);
  }

  const figure = (format) => async () => save(await image(format), `${query().step}.${format}`);
  return {
    png: figure("png"),
    svg: figure("svg"),
    npz: () => route("tensors", "tensors.npz"),
    report: () => route("report", "report.html"),
    json: async () =>
      saveBlob(
        new Blob([JSON.stringify(query(), null, 1)], { type: "application/json" }),
        "query.json",
      ),
  };
}
