/** The course: its stops in order, each a way into the tour. */

import { make } from "../base/elements.js";

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
  const lines = start.stops.map(({ id }, place) => {
    const link = make("button", {
      type: "button",
      class: "link",
      onclick: () => actions.tour(place),
    });
    return { id, link, element: make("li", { "data-stop": id }, link) };
  });
  const list = make("ol", { class: "stops" }, ...lines.map(({ element }) => element));

  return {
    element: make("section", { id: "course" }, title, lead, begin, list),
    chosen() {
      begin.textContent = invitation({ say, start, actions });
    },
    name() {
      title.textContent = say("course.title");
      lead.textContent = say("course.lead");
      for (const { id, link } of lines) link.textContent = say(`course.${id}.title`);
    },
  };
}

/** Start, or go on where one was. */
function invitation({ say, start, actions }) {
  const place = actions.tourPlace();
  return place === 0
    ? say("tour.start")
    : say("tour.resume", { place: place + 1, count: start.stops.length });
}
