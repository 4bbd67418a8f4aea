/**
 * What would change the network's mind: a small change of the drawing that flips its answer, as
 * ink, with what is proven and what is only found.
 */

import { choices, make } from "../base/elements.js";
import { bytes, decode, fixed, percent } from "../base/numbers.js";
import { paintCells, paintPicture } from "../canvas/cells.js";

const WAYS = ["free", "added", "erased"];
const PICTURES = ["before", "change", "after"];
const FACTS = ["most", "least", "pixels", "levels"];
const DIGITS = 4;
const LEVELS = 65; // colours of the scale below the change

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createMind(page) {
  const { say } = page;
  const title = make("h3");
  const lead = make("p");
  const wishes = createWishes(page);
  const answer = make("p", { class: "flip" });
  const pictures = createPictures(page);
  const facts = make("dl", { class: "sizes" });
  const accepting = createAccepting(page);
  const section = make(
    "section",
    { id: "mind" },
    title,
    lead,
    wishes.element,
    answer,
    pictures.element,
    facts,
    accepting.element,
  );

  return {
    element: section,
    asks: "mind",
    about: ["options", "focus", "edits", "checkpoint", "taught"],
    when: page.predicts,
    chosen(query) {
      wishes.chosen(query);
      accepting.chosen(query);
    },
    update({ steps, sections: { mind } }, asked) {
      if (!mind) return;
      wishes.update(mind);
      section.toggleAttribute("data-flips", Boolean(mind.found));
      answer.textContent = sentence(page, mind);
      accepting.update(mind, asked);
      facts.replaceChildren(...sizes(page, mind));
      if (mind.found) pictures.update(mind, asked.images[asked.focus], steps[0].grid);
    },
    name() {
      title.textContent = say("mind.title");
      lead.textContent = say("mind.lead");
      wishes.name();
      pictures.name();
      accepting.name();
    },
  };
}

/** What may be done to the drawing, and where it is to lead. */
function createWishes({ say, labels, store, actions }) {
  const select = (name, onchange) => make("select", { id: `mind-${name}`, onchange });
  const way = select("way", (event) => wish("way", way.value, event.timeStamp));
  const goal = select("goal", (event) =>
    wish("goal", goal.value === "" ? undefined : Number(goal.value), event.timeStamp),
  );
  const names = ["way", "goal"].map((name) => make("label", { for: `mind-${name}` }));

  /** The usual wish stands in no link. */
  function wish(name, value, since) {
    const { [name]: _, ...others } = store.get().options;
    const usual = value === undefined || value === WAYS[0];
    actions.change({ options: usual ? others : { ...others, [name]: value } }, since);
  }

  function offer() {
    choices(
      way,
      WAYS.map((each) => [each, say(`mind.way.${each}`)]),
    );
    choices(goal, [
      ["", say("mind.goal.any")],
      ...labels().map((label, index) => [String(index), label]),
    ]);
  }

  return {
    element: make(
      "div",
      { class: "tools" },
      make("span", { class: "choice" }, names[0], way),
      make("span", { class: "choice" }, names[1], goal),
    ),
    chosen({ options }) {
      offer();
      way.value = options.way ?? WAYS[0];
      goal.value = options.goal ?? "";
    },
    update({ goal: wanted }) {
      offer();
      goal.value = wanted ?? "";
    },
    name() {
      for (const [place, name] of ["way", "goal"].entries())
        names[place].textContent = say(`mind.${name}`);
    },
  };
}

/** The answer before and after, or why there is none after. */
function sentence({ say, labels }, mind) {
  const name = (index) => labels()[index] ?? String(index);
  if (!mind.possible)
    return say(mind.reason === "unable" ? "panel.unable" : `mind.reason.${mind.reason}`, {
      label: name(mind.goal),
    });
  if (mind.found)
    return say("mind.flips", {
      now: name(mind.now),
      before: percent(mind.before.now),
      to: name(mind.to),
      after: percent(mind.after.to),
    });
  if (mind.blank) return say("mind.blank");
  const ended =
    mind.goal === null ? say("mind.none") : say("mind.none.goal", { goal: name(mind.goal) });
  if (mind.far === null) return ended;
  return `${say(`mind.far.${mind.way}`, { label: name(mind.far) })} ${ended}`;
}

/** The drawing, the change with its scale, and the changed drawing. */
function createPictures({ say, size, labels, colours }) {
  const scale = make("canvas", { class: "scale", "aria-hidden": "true" });
  const figures = PICTURES.map((name) => {
    const canvas = make("canvas", { role: "img" });
    const words = make("figcaption");
    const more = name === "change" ? scale : null;
    return {
      canvas,
      words,
      element: make("figure", { "data-picture": name }, words, canvas, more),
    };
  });
  const [before, change, after] = figures;

  /** What is seen, as a caption and for those who do not see it. */
  function caption({ words, canvas }, text) {
    words.textContent = text;
    canvas.setAttribute("aria-label", text);
  }

  return {
    element: make("div", { class: "changes" }, ...figures.map(({ element }) => element)),
    update(mind, image, grid) {
      const values = decode(mind.change);
      const limit = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      paintPicture(before.canvas, bytes(image), size());
      paintPicture(after.canvas, bytes(mind.picture), size());
      paintCells(change.canvas, values, { grid, scale: "signed", limit }, colours);
      const steps = Float32Array.from({ length: LEVELS }, (_, place) => place - (LEVELS - 1) / 2);
      const line = { rows: 1, columns: LEVELS, maps: 1, height: 1, width: LEVELS };
      paintCells(scale, steps, { grid: line, scale: "signed", limit: (LEVELS - 1) / 2 }, colours);
      const said = (index, share) => `${labels()[index]}, ${percent(share)}`;
      caption(before, say("mind.before", { answer: said(mind.now, mind.before.now) }));
      caption(change, say("mind.change", { limit }));
      caption(after, say("mind.after", { answer: said(mind.to, mind.after.to) }));
    },
    name() {
      if (!before.words.textContent) for (const each of figures) caption(each, say("mind.nothing"));
    },
  };
}

/** How large the change is; what is found is rounded up, what is proven is rounded down. */
function sizes({ say }, mind) {
  if (!mind.possible) return [];
  const power = 10 ** DIGITS;
  const values = {
    most: mind.found && fixed(Math.ceil(mind.distance * power) / power, DIGITS),
    pixels: mind.found && say("mind.of", { pixels: mind.pixels, count: mind.count }),
    levels: mind.found && String(mind.levels),
    least:
      mind.least === null
        ? say("mind.unproven")
        : fixed(Math.floor(mind.least * power) / power, DIGITS),
  };
  return FACTS.map((name) =>
    make(
      "div",
      { "data-size": name },
      make("dt", {}, say(`mind.${name}`)),
      make("dd", {}, values[name] === false ? "—" : values[name]),
    ),
  );
}

/** The button that puts the changed drawing on the pad, and what stands there then. */
function createAccepting({ say, store, actions }) {
  const button = make("button", { type: "button", "data-action": "accept", onclick: accept });
  const words = make("p", { class: "muted", role: "status" });
  /** @type {{picture: string, image: string, focus: number} | null} */ let offer = null;
  let accepted = "";

  function accept(event) {
    if (!offer) return;
    const { picture, focus } = offer;
    accepted = picture;
    actions.put(picture, { focus, since: event.timeStamp });
  }

  /** It belongs to the drawing that it was worked out for, and to no later one. */
  function chosen({ images, focus }) {
    button.disabled = !offer || offer.focus !== focus || offer.image !== images[focus];
    words.textContent = images[focus] === accepted ? say("mind.accepted") : "";
  }

  return {
    element: make("div", { class: "tools accept" }, button, words),
    chosen,
    update(mind, { images, focus }) {
      offer = mind.found ? { picture: mind.picture, image: images[focus], focus } : null;
      chosen(store.get());
    },
    name() {
      button.textContent = say("mind.accept");
    },
  };
}
