/**
 * Somebody's own weights for the network on the page: chosen here, or dropped anywhere. The server
 * reads them, and they are an age of the network for the whole page.
 */

import { learnt } from "../base/age.js";
import { make } from "../base/elements.js";
import { Sentence } from "../base/sentence.js";
import { ENDS } from "../base/weighty.js";
import { Unreachable } from "../state/live.js";
import { post, weightsAddress } from "../state/posting.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createBringing(page) {
  const { say, start, store, actions, model } = page;
  const input = make("input", {
    type: "file",
    accept: ENDS.join(),
    hidden: true,
    onchange: chosen,
  });
  const button = make("button", {
    type: "button",
    "data-action": "bring",
    onclick: () => input.click(),
  });
  const note = make("p", { class: "sentence" });
  const save = make("a", { class: "save", "data-action": "save-weights" });
  const tools = make("div", { class: "tools" }, button, input, save);
  const element = make("div", { id: "bring" }, tools, note);
  const allowed = () => start.bring && !model().own && !page.locked.has("checkpoint");

  function chosen() {
    const [file] = input.files ?? [];
    input.value = ""; // the same file may be chosen again
    if (file) bring(file);
  }

  /** @param {File} file */
  function bring(file) {
    actions.of("bring").clear();
    button.setAttribute("aria-busy", "true");
    brought(file)
      .catch(failed)
      .finally(() => button.removeAttribute("aria-busy"));
  }

  async function brought(file) {
    if (!allowed()) throw new Sentence(say(model().own ? "bring.own" : "bring.off"));
    const { most } = start.bring;
    if (file.size > most) {
      const [size, limit] = [file.size, most].map((bytes) => (bytes / 1e6).toFixed(1));
      throw new Sentence(say("bring.large", { file: file.name, size, limit }));
    }
    const { language } = store.get();
    const address = new URL("weights", document.baseURI);
    const asked = { model: model().name, file: file.name, language };
    address.search = String(new URLSearchParams(asked));
    const { name, ages } = await post(address, file);
    actions.ages(ages);
    if (model().name !== asked.model) return; // another network was chosen meanwhile
    const { taught } = store.get();
    store.remember();
    const shown = { checkpoint: name, taught: taught && { ...taught, shown: false } };
    actions.change(shown, performance.now());
  }

  /** @param {unknown} error */
  function failed(error) {
    if (error instanceof Sentence) actions.of("bring").tell(error.message);
    else if (error instanceof Unreachable) actions.of("bring").tell(say("live.once"));
    else actions.failed(error);
  }

  /** The weights on the page as a file: those of a checkpoint, as they are. */
  function offer() {
    const { name, weights, default: usual } = model();
    const query = store.get();
    const checkpoint = query.checkpoint || usual;
    const found = learnt(query) ? null : weights[checkpoint];
    save.hidden = !found || Boolean(page.weights);
    if (!found) return;
    save.href = String(weightsAddress(name, checkpoint, found.sha256));
    save.download = `${checkpoint}.safetensors`;
  }

  return {
    element,
    actions: { bring },
    chosen() {
      button.hidden = note.hidden = !allowed();
      if (model()) offer();
    },
    name() {
      save.textContent = say("bring.save");
      button.textContent = say("bring.button");
      note.textContent = say("bring.lead", { model: model()?.title[store.get().language] ?? "" });
    },
  };
}
