/** Put the page together: one store, one live connection, and the parts that draw what comes back. */

import { createChecks } from "./frame/checks.js";
import { createCode } from "./panels/code.js";
import { createConnection } from "./frame/connection.js";
import { createColours } from "./canvas/colours.js";
import { createCourse } from "./views/course.js";
import { make } from "./base/elements.js";
import { createFraction } from "./panels/fraction.js";
import { createExperiments } from "./panels/experiments.js";
import { createFiles } from "./frame/files.js";
import { createHeader } from "./frame/header.js";
import { createHelp } from "./frame/help.js";
import { createInspector } from "./panels/inspector.js";
import { createKeys } from "./frame/keys.js";
import { createLinear } from "./panels/linear.js";
import { answerOf, createLive, Unreachable } from "./state/live.js";
import { createMessage } from "./frame/message.js";
import { createNetwork } from "./views/network.js";
import { createPad } from "./draw/pad.js";
import { createPanels } from "./panels/panels.js";
import { createPicture } from "./draw/picture.js";
import { createPlayer } from "./frame/player.js";
import { createPrediction } from "./frame/prediction.js";
import { createSamples } from "./draw/samples.js";
import { createSettings } from "./state/settings.js";
import { createShare } from "./frame/share.js";
import { createStage } from "./views/stage.js";
import { createStore } from "./state/store.js";
import { createStrip } from "./frame/strip.js";
import { createTray } from "./draw/tray.js";
import { createWeights } from "./views/weights.js";
import { createWords, firstLanguage, remember } from "./state/words.js";

const VIEWS = ["explore", "network", "weights", "course"];
/** What a view asks the server for, where that is not the figure and the open panel. */
const ASKS = { network: ["paths"], course: ["course"] };

/** @param {{element: HTMLElement, props: any, server: any, watch: any, relabel: (language: string) => void}} gradio */
export function start({ element, props, server, watch, relabel }) {
  const given = JSON.parse(props.start);
  const root = element.querySelector("#explorer");
  const FRESH = {
    model: given.models[0].name,
    checkpoint: "",
    focus: 0,
    step: "input",
    unit: null,
    edits: [],
    versus: null,
    options: {},
  };
  const store = createStore({
    ...FRESH,
    images: [given.samples[0].pixels],
    language: firstLanguage(given.language),
    show: ["figure"],
  });
  const language = () => store.get().language;
  const say = createWords(given.words, language);
  let view = "explore";
  /** @type {any} */ let reply = null;
  let revision = 0;

  const message = createMessage({ say });
  const refused = message.of("query"); // what is wrong with a query stands until one is answered
  const live = createLive({
    send: server.view,
    answered,
    failed: message.failed,
    report: (state) => connection.report(state),
  });
  const connection = createConnection({
    say,
    root,
    sentence: message.of("connection"),
    retry: live.retry,
    returned: () => view === "weights" && weights.show(),
  });
  /** Another of the server's functions, once: its reply, or an error that says that none came. */
  const once = (name) => (query) =>
    answerOf(() => server[name](JSON.stringify(query)), { patience: 30_000 });
  const asked = () => ({
    ...store.get(),
    show: ASKS[view] ?? ["figure", ...panels.asks(), ...(store.get().versus ? ["versus"] : [])],
  });
  const ask = (since) => live.request(asked(), since);
  const change = (patch, since) => {
    store.set(patch);
    ask(since);
  };
  const goTo = (step, since) => follow(step, null, since);
  const follow = (step, unit, since) => {
    store.set({ step, unit });
    if (unit !== null) panels.show("unit");
    strip.mark(step);
    ask(since);
  };
  const choose = (unit, since) => follow(store.get().step, unit, since);
  const option = (name, value, since) =>
    change({ options: { ...store.get().options, [name]: value } }, since);
  const model = () => given.models.find((each) => each.name === store.get().model);
  const labels = () => model().labels[language()];

  const { theme, otherTheme, present } = createSettings(() => {
    if (reply) paint(reply, performance.now());
    if (view === "weights") weights.show();
    stage.resize();
  });
  const colours = createColours(given.figures.scales, theme);
  const strip = createStrip({
    say,
    colours,
    goTo,
    patch: (step, since) => compare.patchStep(since, step, []),
  });
  const pad = createPad({ store, say, changed: ask });
  const samples = createSamples({ say, samples: given.samples, labels, take: pad.put });
  const picture = createPicture({
    say,
    language,
    labels,
    take: pad.put,
    testImage: once("test_image"),
    tell: message.of("upload").tell,
  });
  const prediction = createPrediction({ say, point: (index) => fraction.mark(index) });
  const checks = createChecks({ say });
  const inspector = createInspector({
    say,
    colours,
    labels,
    goTo: follow,
    release: (since) => choose(null, since),
  });
  const fraction = createFraction({
    say,
    labels,
    temperature: () => store.get().options.temperature ?? 1,
    heat: (temperature, since) => option("temperature", temperature, since),
    mark: prediction.mark,
  });
  const linear = createLinear({ say, colours, labels, goTo: follow });
  const { edits, compare, deciding, robustness } = createExperiments({
    say,
    store,
    model,
    labels,
    perturbations: given.perturbations,
    change,
    option,
    follow,
    stage: () => stage,
    tell: (sentence) => message.tell(sentence),
  });
  const saved = createFiles({ query: asked, image: (format) => stage.image(format) });
  const code = createCode({ say, download: () => saved.npz().catch(message.failed) });
  const always = () => true;
  /** @type {any} */ let panels;
  const stage = createStage({
    say,
    figures: given.figures,
    colours,
    settled: count,
    theme,
    unit: () => store.get().unit,
    panels: (numbers) =>
      (panels = createPanels({
        say,
        parts: {
          numbers: { element: numbers, asks: null, when: always },
          unit: { element: inspector.section, asks: "unit", when: always },
          fraction: {
            element: fraction.section,
            asks: "softmax",
            when: (kind) => kind === "softmax" || kind === "logits",
          },
          linear: { element: linear.section, asks: "linear", when: always },
          edit: { element: edits.section, asks: null, when: always },
          deciding: { element: deciding.section, asks: "deciding", when: always },
          robustness: { element: robustness.section, asks: "robustness", when: always },
          code: { element: code.section, asks: "code", when: always },
        },
        opened: (_, since) => ask(since),
      })),
    choose,
    hover: () => {},
  });
  const tray = createTray({
    say,
    store,
    changed: ask,
    three: () => [0, 1, 2].map((index) => given.samples[index].pixels),
  });
  const player = createPlayer({ say, steps: strip.ids, current: () => store.get().step, goTo });
  const weights = createWeights({
    say,
    colours,
    query: store.get,
    parameters: once("parameters"),
    open: (step, unit, since) => {
      show("explore");
      follow(step, unit, since);
    },
    // A weights view without a server is asked again when the server returns.
    failed: (error) => error instanceof Unreachable || message.failed(error),
  });
  const network = createNetwork({
    say,
    colours,
    theme,
    paths: async (step, unit) =>
      (await once("view")({ ...store.get(), step, unit, show: ["paths"] })).sections?.paths ?? null,
    choose: follow,
    edges: (count, since) => option("edges", count, since),
  });
  const course = createCourse({
    say,
    go: (stop, since) => {
      show(stop.view);
      change(
        { model: stop.model, checkpoint: "", step: stop.step, unit: null, edits: [], versus: null },
        since,
      );
      header.name();
      header.update(view);
    },
  });
  const share = createShare({
    say,
    state: () => ({ ...store.get(), view }),
    apply: ({ view: seen, ...query }) => {
      store.set({ ...FRESH, ...query });
      header.name();
      show(VIEWS.includes(seen) ? seen : "explore");
    },
    tell: (sentence) => message.tell(sentence),
    files: saved,
    failed: message.failed,
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
    act: {
      language: otherLanguage,
      theme: otherTheme,
      present,
      help: help.show,
      share: () => share.show().catch(message.failed),
    },
  });
  createKeys({
    player,
    undo: (since) => pad.back(store.undo, since),
    redo: (since) => pad.back(store.redo, since),
    release: (since) => store.get().unit !== null && choose(null, since),
  });

  root.append(
    header.bar,
    strip.list,
    edits.chips,
    make(
      "main",
      { "data-shown": "explore" },
      make(
        "section",
        { id: "draw" },
        pad.canvas,
        pad.tools,
        picture.row,
        picture.truth,
        samples.row,
        tray.section,
      ),
      stage.section,
      network.section,
      make("aside", {}, player.group, prediction.section, compare.section, checks.section),
    ),
    weights.section,
    course.section,
    help.dialog,
    share.dialog,
    message.box,
    connection.sign,
  );

  function show(next) {
    view = next;
    root.dataset.view = next;
    header.update(view);
    share.changed();
    if (view === "weights") weights.show();
    if (panels) ask(performance.now());
  }

  function otherLanguage(event) {
    const next = language() === "en" ? "zh" : "en";
    remember("language", next);
    change({ language: next }, event.timeStamp);
    name();
    relabel(next);
  }

  function name() {
    document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
    document.title = say("page.title");
    for (const part of [
      header,
      message,
      connection,
      strip,
      pad,
      samples,
      picture,
      tray,
      prediction,
      checks,
      player,
      weights,
      help,
      share,
      course,
      network,
      panels,
      inspector,
      fraction,
      linear,
      code,
      edits,
      compare,
      deciding,
      robustness,
    ])
      part.name();
    header.update(view);
  }

  function answered(next, sent) {
    if (next.error) {
      root.dataset.state = "error";
      return refused.tell(next.error.message);
    }
    refused.clear();
    reply = next;
    return paint(next, sent.since, sent.query);
  }

  /** Strip, bars and words first; the figure right after, unless a newer reply is already here. */
  async function paint(next, since, asked = store.get()) {
    strip.update(next, store.get().step); // what is chosen comes from the store: a late reply moves no mark
    prediction.update(next, asked.focus);
    checks.update(next);
    player.update();
    pad.update();
    tray.update();
    inspector.update(next.sections.unit);
    fraction.update(next.sections.softmax, asked.focus);
    linear.update(next.sections.linear);
    code.update(next.sections.code);
    edits.update();
    compare.update(next.sections.versus);
    deciding.update(next.sections.deciding);
    robustness.update(next.sections.robustness);
    if (view === "weights") weights.update(next);
    course.update(next.sections.course);
    if (view === "network") network.update(next, asked);
    if (next.figure) stage.update(next, asked.step);
    root.dataset.stripMs = (performance.now() - since).toFixed(1);
    try {
      if (next.figure) await stage.draw();
    } catch (error) {
      return message.failed(error);
    }
    if (reply !== next) return;
    root.dataset.paintMs = (performance.now() - since).toFixed(1);
    root.dataset.state = "ready";
    count();
  }

  /** A complete paint stands, be it while the pen moves or Plotly's own once it rests. */
  function count() {
    revision += 1;
    root.dataset.revision = String(revision);
  }

  watch("value", () => props.value && picture.received(props.value));
  store.subscribe((now, before) => {
    share.changed();
    if (now.images !== before.images) picture.changed();
    pad.update();
    tray.update();
  });
  name();
  share.read().then((found) => found || show(view));
  if (language() !== (given.language ?? "en")) relabel(language());
  pad.update();
}
