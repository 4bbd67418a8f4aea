/** The course, live: its stops in order, each with its code, what that code really prints here, and a way to the step. */

import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createCourse(page) {
  const { say } = page;
  const title = make("h2");
  const lead = make("p", { class: "sentence" });
  const list = make("ol", { class: "stops" });
  let built = "";

  return {
    element: make("section", { id: "course" }, title, lead, list),
    asks: "course",
    update({ sections: { course } }) {
      if (!course) return;
      const key = JSON.stringify(course);
      if (key !== built)
        list.replaceChildren(...course.stops.map((stop) => createStop(page, stop)));
      built = key;
    },
    name() {
      title.textContent = say("course.title");
      lead.textContent = say("course.lead");
      built = "";
    },
  };
}

/** One stop; its button leads to the step that it is about, in the network that the course has there. */
function createStop({ say, actions }, { id, title, text, code, output, view, model, step }) {
  function go(event) {
    actions.show(view);
    actions.load(model, { step }, event.timeStamp);
  }

  const words = make(
    "div",
    { class: "words" },
    make("h3", {}, title),
    make("p", {}, text),
    make("button", { type: "button", onclick: go }, say("course.go")),
  );
  const printed = (attributes, content) => make("pre", { tabindex: "0", ...attributes }, content);
  const example = make(
    "div",
    { class: "code" },
    printed({ class: "printed" }, code),
    printed({ class: "printed output", "aria-label": say("course.output") }, output),
  );
  return make("li", { "data-stop": id }, words, example);
}
