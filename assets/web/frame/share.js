/** Share what is on screen: a link that holds the whole state, its QR code, and files. The address bar follows the page. */

import { copy as copyText } from "../base/copying.js";
import { icon, make } from "../base/elements.js";
import { pack, unpack } from "../state/link.js";
import { drawCode, reachable } from "./code.js";

const PAUSE = 400; // milliseconds without change before the address follows
const QR_MOST = 2300; // characters of a link that still make a code a phone can read from a projector

/** Fields whose change makes a new entry for the browser's back button; the rest, as strokes, replaces the last. */
const TURNS = ["model", "checkpoint", "step", "view", "unit", "focus", "versus", "edits"];

/**
 * @param {{say: any, state: () => any, apply: (state: any) => void, tell: (sentence: string) => void,
 *   files: Record<string, () => Promise<void>>, failed: (error: unknown) => void, addresses?: string[]}} page
 *   `state` is the query and the view; `files` are what can be downloaded, by name; `addresses` are the server's own in its network
 */
export function createShare({ say, state, apply, tell, files, failed, addresses = [] }) {
  const title = make("h2");
  const lead = make("p");
  const link = make("input", {
    type: "text",
    readonly: true,
    id: "share-link",
    onfocus: () => link.select(),
  });
  const copy = make("button", {
    type: "button",
    class: "primary",
    "data-action": "copy-link",
    onclick: copied,
  });
  const code = make("canvas", { id: "qr", role: "img" });
  const note = make("p", { class: "muted" });
  const downloads = Object.entries(files).map(([name, act]) =>
    make("button", { type: "button", "data-download": name, onclick: () => act().catch(failed) }),
  );
  const close = make(
    "button",
    { type: "button", class: "tool", onclick: () => dialog.close() },
    icon("close"),
  );
  const dialog = make(
    "dialog",
    { id: "share" },
    make("div", { class: "head" }, title, close),
    lead,
    make("div", { class: "tools link" }, link, copy),
    code,
    note,
    make("div", { class: "tools files" }, ...downloads),
  );
  let timer = 0;
  let written = "";
  /** @type {any} */ let last = null;

  async function copied() {
    const done = await copyText(link.value, link);
    copy.textContent = say(done ? "share.copied" : "share.selected");
    if (done) setTimeout(() => (copy.textContent = say("share.copy")), 1500);
  }

  /** Without the server there is no code; the link, made here, is as good as ever. */
  function uncoded() {
    code.hidden = true;
    note.textContent = say("share.nocode");
  }

  async function address() {
    return new URL(`#${await pack(state())}`, location.href).href;
  }

  /** Write the state into the address; a turn can be taken back with the browser's own button. */
  async function write() {
    const now = state();
    const href = await address();
    if (href === written) return;
    const turn =
      last !== null &&
      TURNS.some((field) => JSON.stringify(now[field]) !== JSON.stringify(last[field]));
    history[turn ? "pushState" : "replaceState"](null, "", href);
    [written, last] = [href, now];
  }

  /** Read the state from the address; what cannot be read is said, and the page stays as it is. */
  async function read() {
    const text = decodeURIComponent(location.hash.slice(1));
    if (!text) return false;
    try {
      const found = await unpack(text);
      [written, last] = [location.href, null];
      apply(found);
      last = state();
      return true;
    } catch (error) {
      tell(error.key ? say(error.key, error.values) : String(error));
      return false;
    }
  }

  addEventListener("popstate", read);
  addEventListener("hashchange", () => location.href !== written && read());

  return {
    dialog,
    read,
    /** Something changed: follow once it rests. */
    changed() {
      clearTimeout(timer);
      timer = setTimeout(() => write().catch(failed), PAUSE);
    },
    async show() {
      link.value = await address();
      const short = link.value.length <= QR_MOST;
      code.hidden = !short;
      const { link: other, here } = reachable(link.value, addresses);
      const about = [say(short ? "share.qr" : "share.noqr", { length: link.value.length })];
      note.textContent = (here ? [...about, say("share.here")] : about).join(" ");
      if (short) drawCode(code, other, 4).catch(uncoded);
      code.setAttribute("aria-label", say("share.code"));
      dialog.showModal();
    },
    name() {
      title.textContent = say("share.title");
      lead.textContent = say("share.lead");
      copy.textContent = say("share.copy");
      link.setAttribute("aria-label", say("share.link"));
      close.setAttribute("aria-label", say("help.close"));
      for (const button of downloads) button.textContent = say(`share.${button.dataset.download}`);
    },
  };
}
