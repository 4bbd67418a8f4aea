/** Put the page together: one store, one live connection, and the parts that draw what comes back. */

import { createChecks } from "./checks.js";
import { createColours } from "./colours.js";
import { make } from "./elements.js";
import { createHeader } from "./header.js";
import { createHelp } from "./help.js";
import { createKeys } from "./keys.js";
import { createLive } from "./live.js";
import { createMessage } from "./message.js";
import { createPad } from "./pad.js";
import { createPicture } from "./picture.js";
import { createPlayer } from "./player.js";
import { createPrediction } from "./prediction.js";
import { createSamples } from "./samples.js";
import { createStage } from "./stage.js";
import { createStore } from "./store.js";
import { createStrip } from "./strip.js";
import { createWeights } from "./weights.js";
import { createWords, firstLanguage, remember, remembered } from "./words.js";

const VIEWS = ["explore", "weights"];

/** @param {{element: HTMLElement, props: any, server: any, watch: any, relabel: (language: string) => void}} gradio */
export function start({ element, props, server, watch, relabel }) {
  const given = JSON.parse(props.start);
  const root = element.querySelector("#explorer");
  const store = createStore({
    model: given.models[0].name,
    checkpoint: "",
    images: [given.samples[0].pixels],
    focus: 0,
    step: "input",
    unit: null,
    edits: [],
    versus: null,
    language: firstLanguage(given.language),
    show: ["figure"],
    options: {},
  });
  const language = () => store.get().language;
  const say = createWords(given.words, language);
  let theme = remembered("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  let view = "explore";
  /** @type {any} */ let reply = null;
  let revision = 0;

  const live = createLive((text) => server.view(text), answered, (error) => message.tell(say("live.lost", { reason: String(error) })));
  const ask = (since) => live.request(store.get(), since);
  const change = (patch, since) => {
    store.set(patch);
    ask(since);
  };
  const goTo = (step, since) => {
    store.set({ step, unit: null });
    strip.mark(step);
    ask(since);
  };
  const labels = () => given.models.find((each) => each.name === store.get().model).labels[language()];

  const colours = createColours(given.figures.scales, () => theme);
  const message = createMessage({ say, root });
  const strip = createStrip({ say, colours, goTo });
  const pad = createPad({ store, say, changed: ask });
  const samples = createSamples({ say, samples: given.samples, labels, take: pad.put });
  const picture = createPicture({ say, language, labels, take: pad.put, testImage: (query) => server.test_image(JSON.stringify(query)), tell: message.tell });
  const prediction = createPrediction({ say });
  const checks = createChecks({ say });
  const stage = createStage({
    say,
    figures: given.figures,
    theme: () => theme,
    unit: () => store.get().unit,
    choose: (unit, since) => change({ unit }, since),
    hover: () => {},
  });
  const player = createPlayer({ say, steps: strip.ids, current: () => store.get().step, goTo });
  const weights = createWeights({
    say,
    colours,
    query: store.get,
    parameters: (query) => server.parameters(JSON.stringify(query)),
    open: (step, unit, since) => {
      show("explore");
      change({ step, unit }, since);
    },
    failed: (error) => message.tell(error instanceof Error ? error.message : String(error)),
  });
  const help = createHelp({ say });
  const header = createHeader({
    say,
    models: given.models,
    device: given.device,
    views: VIEWS,
    query: store.get,
    change: (patch, since) => {
      change(patch, since);
      header.name();
      header.update(view);
      show(view);
    },
    show,
    act: { language: otherLanguage, theme: otherTheme, present, help: help.show },
  });
  createKeys({ player, undo: (since) => pad.back(store.undo, since), redo: (since) => pad.back(store.redo, since), release: (since) => store.get().unit !== null && change({ unit: null }, since) });

  root.append(
    header.bar,
    message.box,
    strip.list,
    make(
      "main",
      { "data-shown": "explore" },
      make("section", { id: "draw" }, pad.canvas, pad.tools, picture.row, picture.truth, samples.row),
      stage.section,
      make("aside", {}, player.group, prediction.section, checks.section),
    ),
    weights.section,
    help.dialog,
  );

  function show(next) {
    view = next;
    root.dataset.view = next;
    header.update(view);
    if (view === "weights") weights.show();
    else stage.resize();
  }

  function otherLanguage(event) {
    const next = language() === "en" ? "zh" : "en";
    remember("language", next);
    change({ language: next }, event.timeStamp);
    name();
    relabel(next);
  }

  function otherTheme() {
    theme = theme === "dark" ? "light" : "dark";
    remember("theme", theme);
    light();
    if (reply) paint(reply, performance.now());
    if (view === "weights") weights.show();
  }

  function present() {
    document.documentElement.toggleAttribute("data-present");
    if (reply) paint(reply, performance.now());
    stage.resize();
  }

  function light() {
    document.body.classList.toggle("dark", theme === "dark");
    document.documentElement.dataset.theme = theme;
  }

  function name() {
    document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
    document.title = say("page.title");
    for (const part of [header, message, strip, pad, samples, picture, prediction, checks, player, weights, help]) part.name();
    header.update(view);
  }

  function answered(next, sent) {
    if (next.error) {
      root.dataset.state = "error";
      return message.tell(next.error.message);
    }
    message.clear();
    reply = next;
    return paint(next, sent.since, sent.query);
  }

  /** Strip, bars and words first; the figure right after, unless a newer reply is already here. */
  async function paint(next, since, asked = store.get()) {
    strip.update(next, asked.step);
    prediction.update(next, asked.focus);
    checks.update(next);
    player.update();
    pad.update();
    if (view === "weights") weights.update(next);
    stage.update(next, asked.step);
    root.dataset.stripMs = (performance.now() - since).toFixed(1);
    try {
      await stage.draw();
    } catch (error) {
      return message.tell(error.message);
    }
    if (reply !== next) return;
    root.dataset.paintMs = (performance.now() - since).toFixed(1);
    root.dataset.state = "ready";
    revision += 1;
    root.dataset.revision = String(revision);
  }

  watch("value", () => props.value && picture.received(props.value));
  store.subscribe((now, before) => {
    if (now.images !== before.images) picture.changed();
    pad.update();
  });
  light();
  name();
  show(view);
  if (language() !== (given.language ?? "en")) relabel(language());
  pad.update();
  ask(performance.now());
}
