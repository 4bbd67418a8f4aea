/** The course, live: its stops in order, each with its code, what that code really prints here, and a way to the step. */

import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createCourse({ say, actions }) {
  const title = make("h2");
  const lead = make("p", { class: "sentence" });
  const list = make("ol", { class: "stops" });
  const section = make("section", { id: "course" }, title, lead, list);
  let shown = "";

  /** To the step that a stop is about, in the network that the course has there. */
  function go({ view, model, step }, since) {
    actions.show(view);
    actions.load(model, { step }, since);
  }

  function stop(told) {
    return make(
      "li",
      { "data-stop": told.id },
      make(
        "div",
        { class: "words" },
        make("h3", {}, told.title),
        make("p", {}, told.text),
        make(
          "button",
          { type: "button", onclick: (event) => go(told, event.timeStamp) },
          say("course.go"),
        ),
      ),
      make(
        "div",
        { class: "code" },
        make("pre", { class: "printed", tabindex: "0" }, told.code),
        make(
          "pre",
          { class: "printed output", tabindex: "0", "aria-label": say("course.output") },
          told.output,
        ),
      ),
    );
  }

  return {
    element: section,
    asks: "course",
    update({ sections }) {
      const { course: told } = sections;
      if (!told) return;
      const key = JSON.stringify(told);
      if (key === shown) return;
      shown = key;
      list.replaceChildren(...told.stops.map(stop));
    },
    name() {
      title.textContent = say("course.title");
      lead.textContent = say("course.lead");
      shown = "";
    },
  };
}
