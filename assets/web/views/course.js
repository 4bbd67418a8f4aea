/** The course: its stops in order, each a way into the tour. */

import { make } from "../base/elements.js";
import { chapters, within } from "../tour/chapters.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createCourse({ say, start, actions }) {
  const title = make("h2");
  const lead = make("p", { class: "sentence" });
  const begin = make("button", {
    type: "button",
    class: "primary",
    "data-action": "tour",
    onclick: () => actions.tour(),
  });
  const lines = start.stops.map(({ id, chapter }, place) => {
    const link = make("button", {
      type: "button",
      class: "link",
      onclick: () => actions.tour(place),
    });
    return { id, chapter, link, element: make("li", { "data-stop": id }, link) };
  });
  const lists = chapters(start.stops).map((chapter) => {
    const own = lines.filter((each) => each.chapter === chapter);
    const heading = make("h3");
    const list = make("ol", { class: "stops" }, ...own.map(({ element }) => element));
    return { chapter, heading, element: make("div", {}, heading, list) };
  });
  const columns = make("div", { class: "chapters" }, ...lists.map(({ element }) => element));

  return {
    element: make("section", { id: "course" }, title, lead, begin, columns),
    chosen() {
      begin.textContent = invitation({ say, start, actions });
    },
    name() {
      title.textContent = say("course.title");
      lead.textContent = say("course.lead", { count: start.stops.length });
      for (const { chapter, heading } of lists)
        heading.textContent = say(`course.chapter.${chapter}`);
      for (const { id, link } of lines) link.textContent = say(`course.${id}.title`);
    },
  };
}

/** Start, or go on where one was. */
function invitation({ say, start, actions }) {
  const at = actions.tourPlace();
  if (at === 0) return say("tour.start");
  const { chapter, place, count } = within(start.stops, at);
  if (chapter === start.stops[0].chapter) return say("tour.resume", { place, count });
  return say("tour.resume.chapter", { chapter: say(`tour.short.${chapter}`), place, count });
}
