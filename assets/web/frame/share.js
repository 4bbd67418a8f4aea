/** Share what is on screen: a link that holds the whole state, its QR code, and files. */

import { called, grown, learnt } from "../base/age.js";
import { createCopyButton } from "../base/copying.js";
import { icon, make } from "../base/elements.js";
import { listed } from "../base/lists.js";
import { latest } from "../state/latest.js";
import { LOCKS } from "../state/locks.js";
import { createCoder, reachable } from "./code.js";

// characters of a link that still make a code a phone can read from a projector
const QR_MOST = 2300;
const FILES = ["png", "svg", "npz", "report", "json", "home"];

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createShare(page) {
  const { say, actions } = page;
  const title = make("h2");
  const holds = make("p");
  const link = createLink(page);
  const code = createCode(page);
  const ways = createWays(page, () => renew().catch(actions.failed));
  const files = createFiles(page);
  const close = make(
    "button",
    { type: "button", class: "tool", onclick: () => dialog.close() },
    icon("close"),
  );
  const head = make("div", { class: "head" }, title, close);
  const dialog = make(
    "dialog",
    { id: "share" },
    code.canvas,
    make(
      "div",
      { class: "about" },
      head,
      holds,
      link.element,
      code.note,
      ways.element,
      files.element,
    ),
  );
  const newest = latest();

  async function renew() {
    const { href, whole } = await newest(actions.href(ways.chosen()));
    link.show(href);
    code.show(href);
    const list = listed(say, held(page, whole));
    holds.textContent = say(whole ? "share.holds" : "share.bare", { list });
  }

  async function show() {
    await renew();
    dialog.showModal();
  }

  return {
    element: dialog,
    actions: { share: () => show().catch(actions.failed) },
    name() {
      title.textContent = say("share.title");
      close.setAttribute("aria-label", say("help.close"));
      for (const part of [link, ways, files]) part.name();
    },
  };
}

/** What the link brings back, in a few words. */
function held(page, whole) {
  const { say, store, screen, model } = page;
  const { images, language, step, unit, edits, versus, options } = store.get();
  const named = (field, value) => `${say(`link.field.${field}`)} ${value}`;
  return [
    whole ? say("share.pictures", { count: images.length }) : "",
    named("model", model().title[language]),
    named("checkpoint", age(page)),
    taught(page),
    named("view", say(`view.${screen.view}`)),
    named("step", step),
    unit === null ? "" : named("unit", unit),
    edits.length === 0 ? "" : named("edits", edits.length),
    versus === null ? "" : say("link.field.versus"),
    Object.keys(options).length === 0 ? "" : say("link.field.options"),
  ].filter(Boolean);
}

/** The weights as the page calls them, with what they have learnt. */
function age({ say, store, model }) {
  const { checkpoints, own, default: usual } = model();
  const name = store.get().checkpoint || usual;
  const found = checkpoints.find((each) => each.name === name);
  return grown(say, own ? say("header.given") : called(say, found), learnt(store.get()));
}

/** What the drawing is said to be, and how many steps follow from that, shown or not. */
function taught({ say, store, labels }) {
  const { taught: lesson } = store.get();
  if (!lesson) return "";
  return say("share.taught", { label: labels()[lesson.label], count: lesson.steps });
}

/** How whoever opens the link is to see the page: on a stage, and without what is locked. */
function createWays({ say, locked }, changed) {
  const row = (name) => {
    const box = make("input", {
      type: "checkbox",
      "data-way": name,
      onchange: changed,
    });
    const words = make("span");
    return { name, box, words, element: make("label", {}, box, words) };
  };
  const present = row("present");
  const locks = Object.keys(LOCKS).map(row);
  const summary = make("summary");
  const list = make("div", { class: "locks" }, ...locks.map(({ element }) => element));
  return {
    element: make("div", { class: "ways" }, present.element, make("details", {}, summary, list)),
    chosen() {
      for (const { name, box } of locks) box.checked ||= locked.has(name);
      const names = locks.filter(({ box }) => box.checked).map(({ name }) => name);
      return { present: present.box.checked, lock: names };
    },
    name() {
      present.words.textContent = say("share.present");
      summary.textContent = say("share.lock");
      for (const { name, words } of locks) words.textContent = say(`share.lock.${name}`);
    },
  };
}

/** The link as text, and a button that copies it. */
function createLink({ say }) {
  const field = make("input", {
    type: "text",
    readonly: true,
    id: "share-link",
    onfocus: () => field.select(),
  });
  const copy = createCopyButton(say, "share", field);
  copy.element.className = "primary";
  copy.element.dataset.action = "copy-link";
  return {
    element: make("div", { class: "tools link" }, field, copy.element),
    show(address) {
      field.value = address;
      copy.name();
    },
    name() {
      copy.name();
      field.setAttribute("aria-label", say("share.link"));
    },
  };
}

/** The link as a code for phones, and what is to be said of it. */
function createCode({ say, start }) {
  const canvas = make("canvas", { id: "qr", role: "img" });
  const note = make("p", { class: "reach", role: "status" });
  const coded = createCoder(canvas, 4);

  /** The link, made here, is as good as ever. @param {string} why */
  function uncoded(why) {
    canvas.hidden = true;
    note.textContent = say(why);
  }

  return {
    canvas,
    note,
    show(address) {
      if (start.lacks) return uncoded("share.file"); // which opens where it lies
      const short = address.length <= QR_MOST;
      const { link, here } = reachable(address, start.addresses);
      const reach = say(here ? "share.here" : "share.reach", {
        address: new URL(link).host,
      });
      note.textContent = short ? reach : `${reach} ${say("share.noqr")}`;
      note.toggleAttribute("data-warning", here);
      canvas.hidden = !short;
      canvas.setAttribute("aria-label", say("share.code"));
      coded(short ? link : null).catch(() => uncoded("share.nocode"));
    },
  };
}

/** What can be saved. */
function createFiles({ say, start, actions }) {
  const there = FILES.filter((name) => !start.lacks?.includes(name));
  const buttons = there.map((name) =>
    make("button", {
      type: "button",
      "data-download": name,
      onclick: () => actions.save(name).catch(actions.failed),
    }),
  );
  return {
    element: make("div", { class: "tools files" }, ...buttons),
    name() {
      for (const button of buttons) button.textContent = say(`share.${button.dataset.download}`);
    },
  };
}
