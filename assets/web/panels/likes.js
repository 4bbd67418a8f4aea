/**
 * What the pinned unit likes: its mean output for each class of the test images, with its present
 * value as a mark. Nothing of it is asked for before it is opened.
 */

import { make } from "../base/elements.js";
import { fixed, inWhole, number } from "../base/numbers.js";
import { createNine, pictured } from "../draw/nine.js";
import { createOrSay } from "../frame/needs.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createLikes(page) {
  const summary = make("summary");
  const means = { ...createOrSay(page, "likes", createMeans), panel: "unit" };
  const strongest = createStrongest(page);
  const element = make(
    "details",
    { class: "likes", hidden: true, ontoggle: opened },
    summary,
    means.element,
    strongest.element,
  );

  function opened(event) {
    if (element.open) page.actions.ask(event.timeStamp);
  }

  return {
    element,
    parts: [means, strongest],
    panel: "unit",
    asks() {
      if (!element.open) return undefined;
      return pictured(page) ? ["likes", "strongest"] : "likes";
    },
    chosen({ unit }) {
      element.hidden = unit === null;
    },
    name() {
      summary.textContent = page.say("likes.title");
    },
  };
}

/**
 * The test images that excite it most, where there are test images.
 *
 * @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part}
 */
function createStrongest(page) {
  const { say, store } = page;
  const nine = createNine(page, ({ unit, map, count, nine: shown }) => {
    const of = shown.length === 0 ? "flat" : map === null ? "unit" : "map";
    const images = count.toLocaleString(store.get().language);
    return say(`strongest.${of}`, { unit, map, images });
  });
  const element = make("section", { id: "strongest" }, nine.element);
  return {
    element,
    panel: "unit",
    about: ["step", "unit", "checkpoint", "taught", "edits"],
    chosen() {
      element.hidden = !pictured(page);
    },
    update({ sections: { strongest } }, asked) {
      if (strongest) nine.show(strongest, asked);
    },
    name: nine.name,
  };
}

/**
 * The bars, or the sentence that says why there are none.
 *
 * @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part}
 */
function createMeans(page) {
  const { say } = page;
  const lead = make("p");
  const on = make("p");
  const bars = make("div", { class: "means" });
  const legend = make("p", { class: "legend" });
  return {
    element: make("section", { id: "likes" }, lead, on, bars, legend),
    about: ["step", "unit", "checkpoint", "taught"],
    update({ sections: { likes } }) {
      if (!likes) return;
      for (const each of [on, bars, legend]) each.hidden = !likes.known;
      if (!likes.known) {
        lead.textContent = say(`likes.reason.${likes.reason}`, { age: likes.age });
        return;
      }
      const of = likes.map === null ? "unit" : "map";
      const images = likes.images.toLocaleString(page.store.get().language);
      lead.textContent = say(`likes.lead.${of}`, { unit: likes.unit, map: likes.map, images });
      on.textContent = share(page, likes, images);
      bars.replaceChildren(...rows(page, likes));
      legend.textContent = say(`likes.now.${of}`, { value: fixed(likes.value, 4) });
    },
  };
}

/** For how many of the images it is on; of a ReLU that never is, that it is dead. */
function share({ say }, likes, images) {
  if (likes.switches && likes.on === 0) return say("likes.dead", { images });
  const of = likes.map === null ? "unit" : "map";
  const whole = likes.on === 0 || likes.on === likes.images; // none or all, and not nearly
  const part = likes.on / likes.images;
  const values = { share: whole ? String(100 * part) : inWhole(part) };
  return likes.switches ? say(`likes.on.${of}`, values) : say(`likes.above.${of}`, values);
}

/** A bar for each class, from 0 to its mean, on one axis that holds the present value too. */
function rows({ labels }, { means, value }) {
  const low = Math.min(0, value, ...means);
  const high = Math.max(0, value, ...means);
  const place = (each) => (high === low ? 0 : (100 * (each - low)) / (high - low));
  const best = Math.max(...means);
  return means.map((mean, index) => {
    const [from, to] = [place(Math.min(0, mean)), place(Math.max(0, mean))];
    const fill = make("span", { class: mean < 0 ? "fill below" : "fill" });
    Object.assign(fill.style, { left: `${from}%`, width: `${to - from}%` });
    const mark = make("span", { class: "mark" });
    mark.style.left = `${place(value)}%`;
    const track = make("span", { class: "track", "aria-hidden": "true" }, fill, mark);
    const row = make(
      "div",
      { class: "mean", "data-class": index, "data-mean": mean },
      make("span", { class: "label" }, labels()[index]),
      track,
      number(mean, 4),
    );
    row.toggleAttribute("data-top", mean === best && best > 0);
    return row;
  });
}
