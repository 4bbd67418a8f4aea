/** The probability bars, in sight at every step; where all are shown, classes keep their order. */

import { learnt } from "../base/age.js";
import { make, put } from "../base/elements.js";
import { bytes, inWhole, percent } from "../base/numbers.js";
import { createInputs } from "./inputs.js";

const TOP = 3;
const MANY = 12; // classes; of more, only the likeliest stand here, in the order of their shares
const LIKELIEST = 10;
const QUIET = 700; // milliseconds without change before the answer is read out

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createPrediction(page) {
  const inputs = createInputs(page);
  const answer = createAnswer(page, inputs.element);
  return { ...answer, parts: [inputs] };
}

/** @param {import("../state/types.js").Page} page @param {Node | null} above what stands over it */
function createAnswer({ say, actions, store, model }, above) {
  const title = make("h2");
  const answer = make("span", { class: "answer" });
  const certainty = make("span", { class: "certainty" });
  const rows = make("div", { class: "bars" });
  const spoken = createSpoken();
  const changed = make("p", { class: "changed", hidden: true });
  const notice = createNotice();
  const none = make("p", { class: "none", hidden: true });
  const section = make(
    "section",
    { id: "prediction" },
    above,
    make("div", { class: "says" }, title, make("p", {}, answer, certainty), changed),
    rows,
    none,
    notice.element,
    spoken.element,
  );
  /** @type {any[]} */ let bars = [];
  /** @type {string[]} what the hooked pass said last of the picture */ let notices = [];

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
          onpointerenter: () => actions.point(Number(row.dataset.class)),
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

  /** No bars where the answer is no row of scores, or the pass ended half-way: words for it. */
  function silent({ prediction, failure }) {
    const nothing = prediction.labels.length === 0;
    none.hidden = !nothing;
    changed.hidden ||= nothing;
    if (!nothing) return false;
    const [value = "—", words = say("prediction.none")] = prediction.instead ?? [];
    empty(failure ? `${say("prediction.failed")} ${failure}` : words, failure, value);
    return true;
  }

  /** Words in the place of bars. */
  function empty(words, failed, value = "—") {
    none.hidden = false;
    none.toggleAttribute("data-failed", Boolean(failed));
    none.textContent = words;
    section.removeAttribute("data-unanswered");
    build(0);
    answer.textContent = value;
    certainty.textContent = "";
    spoken.tell(words);
  }

  /** The bars, the answer and how a comparison changed it. */
  function paint(reply, { focus }) {
    section.style.minHeight = "";
    if (silent(reply)) return;
    const { probabilities, classes, labels } = reply.prediction;
    const shares = probabilities[focus];
    const { versus } = reply.sections;
    const shown = listed(shares);
    if (bars.length !== shown.length) build(shown.length);
    bars.forEach((bar, place) => {
      const index = shown[place];
      put(bar.row.dataset, { class: String(index), probability: String(shares[index]) });
      put(bar.label, { textContent: labels[index] });
      bar.fill.style.transform = `scaleX(${shares[index]})`;
      put(bar.value, { textContent: percent(shares[index]) });
      put(bar.other, { hidden: !versus });
      if (versus) bar.other.style.transform = `scaleX(${versus.probabilities[index]})`;
      bar.row.toggleAttribute("data-predicted", index === classes[focus]);
    });
    rank(shown.map((index) => shares[index]));
    head(reply, focus);
  }

  /** Which bars a stage and a narrow page show: the three longest, the longest first. */
  function rank(shares) {
    const order = Array.from(shares.keys()).sort((one, other) => shares[other] - shares[one]);
    order.forEach((index, place) => {
      const { row } = bars[index];
      if (row.style.getPropertyValue("--rank") === String(place)) return;
      row.toggleAttribute("data-top", place < TOP);
      row.style.setProperty("--rank", String(place));
    });
  }

  /** The answer as a headline: none where nothing is drawn, none with confidence to nonsense. */
  function head(reply, focus) {
    const { probabilities, classes, labels } = reply.prediction;
    const label = labels[classes[focus]];
    const share = probabilities[focus][classes[focus]];
    const blank = bytes(store.get().images[focus] ?? "").every((grey) => grey === 0);
    const empty = model().drawn && blank;
    const doubtful = !empty && notices.length > 0;
    section.toggleAttribute("data-unanswered", empty || doubtful);
    const unsure = say("prediction.doubt");
    const would = say("prediction.would", { label, share: inWhole(share) });
    answer.textContent = empty ? "—" : doubtful ? unsure : label;
    certainty.textContent =
      empty || doubtful ? "" : say("prediction.certainty", { share: inWhole(share) });
    const beside = empty ? "" : change(say, reply, focus) || (doubtful ? would : "");
    put(changed, { hidden: beside === "", textContent: beside, title: beside });
    const answered = say("prediction.spoken", { label, share: percent(share) });
    const doubted = say("prediction.doubted", { label, share: inWhole(share) });
    spoken.tell(empty ? say("notice.empty") : doubtful ? doubted : answered);
  }

  return {
    element: section,
    hand: paint,
    update(reply, query) {
      notices = reply.notices;
      paint(reply, query);
      notice.tell(notices);
    },
    refused(sentence) {
      // what is below stays where it is
      if (!section.style.minHeight) section.style.minHeight = `${section.offsetHeight}px`;
      changed.hidden = true; // a class or a share would be an answer
      notice.tell([]); // it is about an answer
      empty(sentence, true);
    },
    /** Point at one class from elsewhere on the page. */
    point(index) {
      for (const { row } of bars)
        row.toggleAttribute("data-marked", row.dataset.class === String(index));
    },
    name() {
      entitle(section, say, store.get());
    },
    chosen(now) {
      entitle(section, say, now);
    },
  };
}

/** How an edit or a comparison changed the answer; none: of no picture of this comparison. */
function change(say, { prediction: { probabilities, classes, labels }, sections }, focus) {
  const { versus } = sections;
  if (!versus || versus.focus !== focus) return "";
  return say(versus.winner === classes[focus] ? "edits.changed.same" : "edits.changed", {
    from: labels[versus.winner],
    before: versus.probabilities[versus.winner].toFixed(2),
    to: labels[classes[focus]],
    after: probabilities[focus][classes[focus]].toFixed(2),
  });
}

/** What is read out once nothing changes any more: the same as the headline says. */
function createSpoken() {
  const element = make("p", { class: "unseen", "aria-live": "polite" });
  let timer = 0;
  return {
    element,
    /** @param {string} words */
    tell(words) {
      clearTimeout(timer);
      timer = setTimeout(() => put(element, { textContent: words }), QUIET);
    },
  };
}

/** What is odd about the picture: a headline, and the reasons behind it. */
function createNotice() {
  const headline = make("summary");
  const reasons = make("p");
  const element = make("details", { class: "notice" }, headline, reasons);
  return {
    element,
    /** @param {string[]} notices */
    tell([first = "", ...others]) {
      element.toggleAttribute("data-said", first !== "");
      element.inert = first === "";
      headline.textContent = first;
      reasons.textContent = others.join(" ");
    },
  };
}

/** Who says it: the network, or what it has become by learning. */
function entitle(section, say, now) {
  const title = say(learnt(now) ? "prediction.taught" : "prediction.title");
  section.querySelector("h2").textContent = title;
  section.setAttribute("aria-label", title);
}

/**
 * Which classes have a bar: all, or of many the likeliest.
 *
 * @param {number[]} shares
 * @returns {number[]}
 */
function listed(shares) {
  const all = Array.from(shares.keys());
  if (all.length <= MANY) return all;
  return all.sort((one, other) => shares[other] - shares[one]).slice(0, LIKELIEST);
}
