/** Put the page together: one store, one live connection, and the parts that draw what comes back. */

import { createColours } from "./colours.js";
import { make } from "./elements.js";
import { createHeader } from "./header.js";
import { createLive } from "./live.js";
import { createPad } from "./pad.js";
import { createPlayer } from "./player.js";
import { createPrediction } from "./prediction.js";
import { createSamples } from "./samples.js";
import { createStage } from "./stage.js";
import { createStore } from "./store.js";
import { createStrip } from "./strip.js";
import { createWords, firstLanguage, remember, remembered } from "./words.js";

const VIEWS = ["explore"];

/** @param {{element: HTMLElement, props: any, server: any, trigger: any, watch: any}} gradio */
export function start({ element, props, server }) {
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
  const say = createWords(given.words, () => store.get().language);
  let theme = remembered("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  let view = "explore";
  let reply = null;
  let revision = 0;

  const live = createLive((text) => server.view(text), answered, (error) => refuse(say("live.lost", { reason: String(error) })));
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

  const colours = createColours(given.figures.scales, () => theme);
  const strip = createStrip({ say, colours, goTo });
  const pad = createPad({ store, say, changed: ask });
  const prediction = createPrediction({ say });
  const stage = createStage({
    say,
    figures: given.figures,
    theme: () => theme,
    choose: (unit, since) => change({ unit }, since),
    hover: () => {},
  });
  const player = createPlayer({ say, steps: strip.ids, current: () => store.get().step, goTo });
  const samples = createSamples({ say, samples: given.samples, labels: () => model().labels[store.get().language], take: pad.put });
  const model = () => given.models.find((each) => each.name === store.get().model);
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
    },
    show: (next) => {
      view = next;
      root.dataset.view = next;
      header.update(view);
    },
    act: {
      language: (event) => {
        const language = store.get().language === "en" ? "zh" : "en";
        remember("language", language);
        change({ language }, event.timeStamp);
        name();
      },
      theme: () => {
        theme = theme === "dark" ? "light" : "dark";
        remember("theme", theme);
        light();
        if (reply) paint(reply, performance.now());
      },
      present: () => {
        const on = document.documentElement.toggleAttribute("data-present");
        remember("present", on ? "yes" : "no");
        stage.resize();
      },
      help: () => {},
    },
  });
  const message = make("p", { id: "message", role: "alert", hidden: true });

  root.append(
    header.bar,
    message,
    strip.list,
    make(
      "main",
      {},
      make("section", { id: "draw" }, pad.canvas, pad.tools, pad.history, samples.row),
      stage.section,
      make("aside", {}, player.group, prediction.section),
    ),
  );

  function light() {
    document.body.classList.toggle("dark", theme === "dark");
    document.documentElement.dataset.theme = theme;
  }

  function name() {
    const { language } = store.get();
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = say("page.title");
    for (const part of [header, strip, pad, prediction, player, samples]) part.name();
    header.update(view);
  }

  function refuse(sentence) {
    message.textContent = sentence;
    message.hidden = false;
    root.dataset.state = "error";
  }

  function answered(next, sent) {
    if (next.error) return refuse(next.error.message);
    message.hidden = true;
    reply = next;
    return paint(next, sent.since, sent.query);
  }

  /** Strip, bars and words first; the figure right after, unless a newer reply is already here. */
  async function paint(next, since, asked = store.get()) {
    strip.update(next, asked.step);
    prediction.update(next, asked.focus);
    player.update();
    pad.update();
    stage.update(next, asked.step);
    root.dataset.stripMs = (performance.now() - since).toFixed(1);
    await stage.draw();
    if (reply !== next) return;
    root.dataset.paintMs = (performance.now() - since).toFixed(1);
    root.dataset.state = "ready";
    revision += 1;
    root.dataset.revision = String(revision);
  }

  store.subscribe(() => pad.update());
  light();
  name();
  pad.update();
  ask(performance.now());
}
