/** Share what is on screen: a link that holds the whole state, its QR code, and files. */

import { copy as copyText } from "../base/copying.js";
import { icon, make } from "../base/elements.js";
import { drawCode, reachable } from "./code.js";

const QR_MOST = 2300; // characters of a link that still make a code a phone can read from a projector

/**
 * @param {{say: any, href: () => Promise<string>, files: Record<string, () => Promise<void>>,
 *   failed: (error: unknown) => void, addresses?: string[]}} page
 *   `href` is the link to what is on screen; `files` are what can be downloaded, by name; `addresses` are the server's own in its network
 */
export function createShare({ say, href, files, failed, addresses = [] }) {
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

  return {
    dialog,
    async show() {
      link.value = await href();
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
