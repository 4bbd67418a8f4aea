/**
 * Pictures from outside: uploads with every stage of their pipeline, turned and cut by hand; random
 * test images.
 */

import { make } from "../base/elements.js";
import { weighty } from "../base/weighty.js";
import { coloured } from "./colour.js";
import { createCutting } from "./cutting.js";
import { createDrawer } from "./drawer.js";
import { hearPasting, receiveFiles } from "./receiving.js";
import { relabelled } from "./relabel.js";
import { createWords } from "../state/words.js";
import { createSent } from "./sent.js";
import { createStages } from "./stages.js";
import { createTestImage } from "./testimage.js";

const WHOLE = "0,0,1,1";
const COLOURED = new Set(["original", "upright", "hand"]); // stages before a picture turns grey
const PATIENCE = 5000; // milliseconds until an unanswered question is asked again
const PAUSE = 50; // until Gradio has put an answer away

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createPicture(page) {
  const { say, actions } = page;
  const byHand = createQuestions(page.cut);
  const cutting = createCutting({ say, changed: byHand.ask });
  const stages = createStages(page);
  const drawer = createDrawer(page, [...stages.above, cutting.element, ...stages.below]);
  const test = createTestImage(page);
  const relabel = relabelled(say);
  /** Of the image that was on the pad when the last picture was asked for: it lands there. */
  /** @type {any} */ let place = null;
  /** The same of every picture that is a file: several may be on their way. */
  const sent = createSent();
  let dropped = 0; // bytes of a file that was dropped anywhere and is about to be chosen
  /** @type {any} */ let last = null;

  function remember(file) {
    place = actions.place();
    if (file) sent.remember(file, place);
    byHand.forget();
  }

  function show() {
    stages.show(last);
    cutting.show(last?.whole ?? "");
  }

  /** What the server made of an upload; of a network with colours only until it is grey. */
  async function made(answer) {
    const size = page.size();
    if (!answer.pixels) return answer;
    if (size.planes === 1) return { ...answer, pixels: page.fit(answer.pixels) };
    const { pixels, png } = await coloured(answer.whole, answer.box, size);
    const kept = answer.stages.filter(({ name }) => COLOURED.has(name));
    const note = everywhere(page, "upload.coloured", size);
    const end = { name: "coloured", png, width: size.width, height: size.height, note };
    return { ...answer, pixels, stages: [...kept, end], doubts: [] };
  }

  /** @param {string} text of the upload's event, JSON @param {any} wanted its place */
  async function received(text, wanted) {
    last = await made(JSON.parse(text));
    const untouched = last.turn === 0 && String(last.box) === WHOLE;
    if (last.empty || (!byHand.waiting() && untouched)) cutting.renew();
    show();
    byHand.answered(last);
    const its = { place: (await sent.place(last)) ?? wanted, since: performance.now() };
    if (last.pixels) actions.put(last.pixels, its);
  }

  /** @param {any} event */
  function chosen({ target }) {
    if (!(target instanceof Element) || !target.closest("#picture")) return;
    const file = target instanceof HTMLInputElement ? target.files?.[0] : null;
    if (!file || file.size !== dropped) remember(file);
    dropped = 0;
  }

  // On the document: Gradio makes the upload when it is first shown, and may make it anew.
  for (const kind of ["change", "click"]) document.addEventListener(kind, chosen, true);
  receiveFiles({
    welcome: () => !page.locked.has("upload"),
    asked(file) {
      actions.of("upload").clear();
      remember(file);
      dropped = file.size;
      drawer.open();
    },
    lost: () => actions.of("upload").tell(say("live.once")),
    unread({ name }) {
      actions.of("upload").tell(say("upload.folder", { name }));
    },
    many({ name }, count) {
      actions.of("upload").tell(say("upload.several", { name, count }));
    },
    other: (file) => {
      if (weighty(file)) actions.bring(file);
      return weighty(file);
    },
  });
  hearPasting(() => actions.of("upload").tell(say("upload.paste")));
  page.uploads(inOrder(() => place, received, actions.failed));
  const element = document.createDocumentFragment();
  element.append(make("div", { class: "tools wide" }, drawer.button, test.button), test.truth);
  return {
    element,
    actions: { test: test.put },
    chosen(now) {
      document.documentElement.toggleAttribute("data-coloured", page.size().planes > 1);
      drawer.chosen();
      test.chosen(now);
    },
    name() {
      for (const part of [drawer, cutting, stages, test]) part.name();
      relabel();
      show();
    },
  };
}

/**
 * Handle texts one after the other, each with what belonged to it when it came: one that is read
 * slowly overwrites none that came later.
 */
function inOrder(belonging, handle, failed) {
  let before = Promise.resolve();
  return (text) => {
    const its = belonging();
    before = before.then(() => handle(text, its)).catch(failed);
  };
}

/** A sentence in every language. */
function everywhere({ start }, key, values) {
  const codes = Object.keys(start.words);
  const say = (code) => createWords(start.words, () => code)(key, values);
  return Object.fromEntries(codes.map((code) => [code, say(code)]));
}

/**
 * What is done by hand: one question at a time, and always the last one; Gradio drops what comes
 * while it waits.
 */
function createQuestions(cut) {
  /**
   * What was last done by hand and is not yet answered.
   *
   * @type {{turn: number, box: number[]} | null}
   */
  let wanted = null;
  let sent = Number.NEGATIVE_INFINITY;

  function ask(hand) {
    wanted = hand;
    if (performance.now() - sent <= PATIENCE) return;
    sent = performance.now();
    cut(wanted);
  }

  return {
    ask,
    waiting: () => wanted !== null,
    forget() {
      wanted = null;
    },
    answered({ turn, box }) {
      sent = Number.NEGATIVE_INFINITY;
      if (!wanted || !box) return;
      if (wanted.turn === turn && String(wanted.box) === String(box)) wanted = null;
      else setTimeout(() => wanted && ask(wanted), PAUSE);
    },
  };
}
