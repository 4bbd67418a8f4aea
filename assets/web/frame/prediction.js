/** The probability bars, in sight at every step; classes keep their order so that nothing jumps. */

import { make } from "../base/elements.js";
import { percent } from "../base/numbers.js";

const QUIET = 700; // milliseconds without change before the answer is read out

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createPrediction({ say, actions }) {
  const title = make("h2");
  const answer = make("p", { class: "answer" });
  const rows = make("div", { class: "bars" });
  const spoken = make("p", { class: "unseen", "aria-live": "polite" });
  const changed = make("p", { class: "changed", hidden: true });
  const notice = make("div", { class: "notice", hidden: true });
  const section = make(
    "section",
    { id: "prediction" },
    title,
    answer,
    changed,
    rows,
    notice,
    spoken,
  );
  /** @type {any[]} */ let bars = [];
  let timer = 0;

  function build(count) {
    bars = Array.from({ length: count }, (_, index) => {
      const label = make("span", { class: "label" });
      const fill = make("span", { class: "fill" });
      const other = make("span", { class: "fill other", hidden: true });
      const value = make("span", { class: "value" });
      const row = make(
        "div",
        {
          class: "bar",
          "data-class": index,
          onpointerenter: () => actions.point(index),
          onpointerleave: () => actions.point(null),
        },
        label,
        make("span", { class: "track" }, fill, other),
        value,
      );
      return { row, label, fill, other, value };
    });
    rows.replaceChildren(...bars.map((bar) => bar.row));
  }

  /** The bars, the answer and how a comparison changed it. */
  function paint(reply, { focus }) {
    const { probabilities, classes, labels } = reply.prediction;
    const shares = probabilities[focus];
    const { versus } = reply.sections;
    if (bars.length !== shares.length) build(shares.length);
    bars.forEach((bar, index) => {
      bar.label.textContent = labels[index];
      bar.row.dataset.probability = shares[index];
      bar.fill.style.transform = `scaleX(${shares[index]})`;
      bar.value.textContent = percent(shares[index]);
      bar.other.hidden = !versus;
      if (versus) bar.other.style.transform = `scaleX(${versus.probabilities[index]})`;
      bar.row.toggleAttribute("data-predicted", index === classes[focus]);
    });
    changed.hidden = !versus || versus.focus !== focus;
    if (versus)
      changed.textContent = say("edits.changed", {
        from: labels[versus.winner],
        before: versus.probabilities[versus.winner].toFixed(2),
        to: labels[classes[focus]],
        after: shares[classes[focus]].toFixed(2),
      });
    const best = classes[focus];
    answer.textContent = labels[best];
    clearTimeout(timer);
    timer = setTimeout(() => {
      spoken.textContent = say("prediction.spoken", {
        label: labels[best],
        share: percent(shares[best]),
      });
    }, QUIET);
  }

  return {
    element: section,
    hand: paint,
    update(reply, query) {
      paint(reply, query);
      notice.hidden = reply.notices.length === 0;
      notice.replaceChildren(
        ...reply.notices.map((sentence, index) =>
          make(index ? "span" : "strong", {}, `${sentence} `),
        ),
      );
    },
    /** Point at one class from elsewhere on the page. */
    point(index) {
      bars.forEach((bar, each) => bar.row.toggleAttribute("data-marked", each === index));
    },
    name() {
      title.textContent = say("prediction.title");
      section.setAttribute("aria-label", say("prediction.title"));
    },
  };
}
