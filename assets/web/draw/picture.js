/** Pictures from outside: the drawer around Gradio's upload, every stage of the pipeline, and random test images. */

import { icon, make } from "../base/elements.js";
import { createCutting } from "./cutting.js";
import { receiveFiles } from "./receiving.js";

const WHOLE = "0,0,1,1";
const PATIENCE = 5000; // milliseconds until an unanswered question is asked again
const PAUSE = 50; // until Gradio has put an answer away

/**
 * @param {{say: any, language: () => string, labels: () => string[], focus: () => number,
 *   cut: (hand: {turn: number, box: number[]}) => void, take: (pixels: string, since: number, focus?: number) => void,
 *   testImage: (query: any) => Promise<any>, tell: (sentence: string, ...actions: any[]) => void}} page
 */
export function createPicture({ say, language, labels, focus, cut, take, testImage, tell }) {
  const panel = /** @type {HTMLElement} */ (document.querySelector("#picture-panel"));
  const title = make("h2");
  const lead = make("p");
  const close = make(
    "button",
    { type: "button", class: "tool", "data-action": "close-upload", onclick: () => open(false) },
    icon("close"),
  );
  const stagesTitle = make("h3", { hidden: true });
  const stages = make("ol", { class: "stages" });
  const trouble = make("p", { class: "trouble", role: "alert", hidden: true });
  const done = make("p", { class: "done", role: "status", hidden: true });
  document
    .querySelector("#picture-head")
    .append(make("div", { class: "head" }, title, close), lead);
  const doubts = make("div", { class: "doubts", role: "status" });
  const cutting = createCutting({ say, changed: ask });
  document
    .querySelector("#pipeline")
    .append(trouble, doubts, cutting.element, stagesTitle, stages, done);
  const opener = make("button", {
    type: "button",
    "data-action": "upload",
    "aria-expanded": "false",
    "aria-controls": "picture-panel",
    onclick: () => open(!document.documentElement.hasAttribute("data-picture")),
  });
  const dice = make("button", {
    type: "button",
    "data-action": "random",
    onclick: (event) => random(event.timeStamp),
  });
  const row = make("div", { class: "tools wide" }, opener, dice);
  const truth = make("p", { class: "truth", hidden: true });
  /** The image of the batch that was on the pad when the picture was asked for. */
  let asked = 0;
  /** What was last done by hand and is not yet answered. @type {any} */
  let wanted = null;
  let sent = Number.NEGATIVE_INFINITY;
  /** @type {any} */ let last = null;
  /** @type {any} */ let real = null;

  function open(wanted) {
    document.documentElement.toggleAttribute("data-picture", wanted);
    opener.setAttribute("aria-expanded", String(wanted));
    (wanted ? close : opener).focus();
  }

  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
  });

  const chosen = document.querySelector("#picture");
  for (const kind of ["change", "drop", "click"]) chosen?.addEventListener(kind, remember, true);
  receiveFiles({
    asked() {
      remember();
      if (!document.documentElement.hasAttribute("data-picture")) open(true);
    },
    lost: () => tell(say("live.once")),
  });

  function remember() {
    asked = focus();
    wanted = null;
  }

  function ask(hand) {
    wanted = hand;
    if (performance.now() - sent > PATIENCE) send();
  }

  function send() {
    sent = performance.now();
    cut(wanted);
  }

  /** One question at a time, and always the last one: Gradio drops what comes while it waits. */
  function pursue() {
    sent = Number.NEGATIVE_INFINITY;
    if (!wanted || !last.box) return;
    if (wanted.turn === last.turn && String(wanted.box) === String(last.box)) wanted = null;
    else setTimeout(() => wanted && ask(wanted), PAUSE);
  }

  async function random(since) {
    dice.disabled = true;
    try {
      const image = await testImage({ language: language() });
      if (image.error) return tell(image.error.message);
      take(image.pixels, since);
      real = image;
      know();
    } catch {
      tell(say("live.once"));
    } finally {
      dice.disabled = false;
    }
  }

  function know() {
    truth.hidden = real === null;
    if (real)
      truth.textContent = say("upload.truth", { index: real.index, label: labels()[real.label] });
  }

  function show() {
    trouble.hidden = !last?.error;
    stagesTitle.hidden = done.hidden = !last?.pixels;
    trouble.textContent = last?.error?.[language()] ?? "";
    doubts.replaceChildren(
      ...(last?.doubts ?? []).map((doubt) => make("p", { class: "doubt" }, doubt[language()])),
    );
    cutting.show(last?.whole ?? "");
    stages.replaceChildren(
      ...(last?.stages ?? []).map((stage) =>
        make(
          "li",
          { "data-stage": stage.name },
          make("img", { src: `data:image/png;base64,${stage.png}`, alt: "", class: stage.name }),
          make(
            "div",
            {},
            make("strong", {}, say(`image.stage.${stage.name}`)),
            make("span", { class: "size" }, `${stage.width} × ${stage.height}`),
            make("p", {}, stage.note[language()]),
          ),
        ),
      ),
    );
  }

  return {
    row,
    truth,
    /** A reply of the upload's event, as JSON text. */
    received(text) {
      last = JSON.parse(text);
      if (last.empty || (!wanted && last.turn === 0 && String(last.box) === WHOLE)) cutting.renew();
      show();
      pursue();
      if (last.pixels) take(last.pixels, performance.now(), asked);
    },
    /** The drawing is no longer the test image. */
    changed() {
      real = null;
      know();
    },
    name() {
      title.textContent = say("upload.title");
      lead.textContent = say("upload.lead");
      close.title = say("upload.close");
      close.setAttribute("aria-label", say("upload.close"));
      for (const [button, key] of [
        [opener, "upload.open"],
        [dice, "upload.random"],
      ]) {
        button.textContent = say(key);
        button.title = say(`${key}.title`);
      }
      cutting.name();
      stagesTitle.textContent = say("upload.stages");
      done.textContent = say("upload.done");
      show();
      know();
    },
  };
}
