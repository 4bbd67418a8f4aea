/**
 * The ages of a network on one slider: from its first random weights, batch by batch and epoch by
 * epoch, to the last. The whole page follows, computed by the twin; between two ages there is
 * nothing, so the slider has as many places as there are weights.
 */

import { called, grown, learnt } from "../base/age.js";
import { icon, make } from "../base/elements.js";

const BEAT = 350; // milliseconds at each age while it plays
const NEAR = 4; // ages on either side that are fetched before they are wanted
const REST = 1500; // at the last, before it begins again

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createAges(page) {
  const { say, store, actions } = page;
  const title = make("h2");
  const text = make("output", { for: "age" });
  const { slider, number, play } = createControls({ slid, typed, toggle, near: () => prefetch() });
  // the number is a place among so many, no epoch
  const among = make("span", { class: "among", "aria-hidden": "true" });
  const tools = make("div", { class: "tools" }, play, slider, number, among);
  const element = make("section", { id: "ages" }, title, tools, text);
  let [timer, played] = [0, ""]; // the beat to come, and the checkpoint that the last has chosen

  /** Names of all weights, the oldest last. */
  const all = () => ["untrained", ...page.model().checkpoints.map(({ name }) => name)];
  const place = () => all().indexOf(store.get().checkpoint || page.model().default);

  function go(index, since) {
    const { default: usual } = page.model();
    const name = all()[index];
    prefetch(index);
    played = name === usual ? "" : name;
    actions.change({ checkpoint: played }, since);
  }

  function slid(since) {
    pause();
    go(Number(slider.value), since);
  }

  /** The age whose number was typed, the nearest one where there are fewer. */
  function typed(since) {
    const wanted = Math.round(number.valueAsNumber);
    const last = all().length - 1;
    pause();
    if (!Number.isNaN(wanted)) go(Math.min(last, Math.max(0, wanted)), since);
    number.value = String(place());
  }

  /** Weights are fetched before they are wanted, the nearest first, and no more than a few. */
  function prefetch(around = place()) {
    const near = all()
      .map((name, index) => ({ name, far: Math.abs(index - around) }))
      .filter(({ far }) => far <= NEAR)
      .sort((one, two) => one.far - two.far);
    page.hand.prefetch(near.map(({ name }) => name));
  }

  function beat() {
    const { first, last } = course(page.model().checkpoints, place());
    const index = place() === last ? first : place() + 1;
    go(index, performance.now());
    timer = setTimeout(beat, index === last ? REST : BEAT);
  }

  function pause() {
    clearTimeout(timer);
    timer = 0;
    name();
  }

  function toggle() {
    if (timer) return pause();
    beat();
    name();
  }

  function name() {
    title.textContent = say("ages.title");
    slider.setAttribute("aria-label", say("ages.slider"));
    number.title = say("ages.number", { high: all().length - 1 });
    number.setAttribute("aria-label", number.title);
    play.title = say(timer ? "ages.pause" : "ages.play");
    play.setAttribute("aria-label", play.title);
    play.setAttribute("aria-pressed", String(timer !== 0));
    play.replaceChildren(icon(timer ? "pause" : "play"));
    if (page.model()) read();
  }

  /** Which age it is, what it has seen and how good it is. */
  function read() {
    const age = page.model().checkpoints.find(({ name: each }) => each === all()[place()]);
    const images = age?.images.toLocaleString(store.get().language);
    const amount = age ? say("ages.seen", { images }) : say("ages.none");
    const steps = learnt(store.get());
    const named = grown(say, called(say, age), steps);
    // what one trained or taught here has seen stands in its panel: here is room for its name
    const lines = [age?.tested || age?.given || steps ? named : `${named} · ${amount}`];
    if (steps) lines.push(say("ages.unmeasured"));
    else if (age) lines.push(right(page, age));
    const valued = lines.join(" · ");
    if (slider.getAttribute("aria-valuetext") === valued) return; // as while the pen moves
    text.replaceChildren(...lines.map((line) => make("span", {}, line)));
    slider.setAttribute("aria-valuetext", valued);
  }

  return {
    element,
    name,
    still() {
      if (timer) pause();
    },
    chosen(now, before) {
      const count = all().length;
      element.hidden = page.model().own || count < 3;
      const more = slider.max !== String(count - 1);
      for (const each of [slider, number]) {
        each.max = count - 1;
        each.value = place();
      }
      among.textContent = `/ ${count - 1}`;
      if (more) name();
      slider.dataset.checkpoint = all()[place()];
      read();
      if (timer && left(now, before, played)) pause();
    },
  };
}

/** What an age is chosen with; `near` is called when a hand comes near to one. */
function createControls({ slid, typed, toggle, near }) {
  const whole = { min: 0, step: 1 };
  const slider = make("input", {
    ...{ type: "range", id: "age", ...whole },
    onpointerenter: near,
    onfocus: near,
    oninput: (event) => slid(event.timeStamp),
  });
  const number = make("input", {
    ...{ type: "number", id: "age-place", ...whole },
    onchange: (event) => typed(event.timeStamp),
  });
  const play = make(
    "button",
    { type: "button", class: "tool", "data-action": "ages", onclick: toggle },
    icon("play"),
  );
  return { slider, number, play };
}

/** Whoever draws or chooses something else is not carried away. */
function left(now, before, played) {
  const same = now.images === before.images && now.model === before.model;
  return !(same && now.checkpoint === played);
}

/** The places of one training: shipped weights, those trained here, or a file that was brought. */
function course(checkpoints, at) {
  const of = ["", ...checkpoints.map(({ tested, given }) => given || (tested ? "here" : ""))];
  return { first: of.indexOf(of[at]), last: of.lastIndexOf(of[at]) };
}

/** How good an age is, on all test images or on those that were looked at here. */
function right({ say, store }, { accuracy: share, tested }) {
  if (share === null) return say("ages.unmeasured");
  const accuracy = (100 * share).toFixed(1);
  if (!tested) return say("ages.right", { accuracy });
  return say("ages.here", { accuracy, tested: tested.toLocaleString(store.get().language) });
}
