/** Pictures that are dropped or pasted anywhere go into Gradio's upload, weights to the server. */

const UPLOAD = "#picture input[type=file]";
const AGAIN = "#picture button[data-word='clear']";
const LINK = "text/uri-list";
const PASTE = "#picture [data-word='clipboard']";
const TEXT =
  "textarea, [contenteditable=true], input:not([type=range], [type=checkbox], [type=radio], [type=file])";
const TRIES = 200; // another picture may still be on its way
const PAUSE = 50; // milliseconds until the emptied upload has its input again

/**
 * Listen on the whole page. `asked` is called when a picture is on its way, before it is sent;
 * `other` says whether a file is something else, and takes it; `unread` hears of a folder, `many`
 * of the first of several files.
 *
 * @param {{welcome: () => boolean, asked: (file: File) => void, lost: () => void,
 *   other: (file: File) => boolean, unread: (file: File) => void,
 *   many: (file: File, count: number) => void}} page
 */
export function receiveFiles({ welcome, asked, lost, other, unread, many }) {
  /** @param {File[]} all */
  async function put(all) {
    const [file] = all;
    if (other(file) || !welcome()) return;
    asked(file);
    if (all.length > 1) many(file, all.length);
    if (!(await readable(file))) return unread(file);
    const input = await emptied();
    if (!input) return lost();
    const files = new DataTransfer();
    files.items.add(pictured(file));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Take what has come from whoever else would, as Gradio's upload, or a browser that leaves. */
  function take(event, files) {
    event.preventDefault();
    event.stopPropagation();
    if (files.length) put([...files]).catch(lost);
  }

  document.addEventListener("dragover", (event) => {
    const { types = [] } = event.dataTransfer ?? {};
    const led = types.includes(LINK) && !typing(event.target);
    if (types.includes("Files") || led) event.preventDefault();
  });
  document.addEventListener("drop", dropped, true);
  function dropped(event) {
    const { types, files } = event.dataTransfer ?? { types: [], files: [] };
    if (types.includes("Files")) {
      event.target.dispatchEvent(new DragEvent("dragleave", { bubbles: true }));
      take(event, files);
    } else if (types.includes(LINK) && !typing(event.target)) {
      event.preventDefault();
      follow(event.dataTransfer.getData(LINK));
    }
  }
  document.addEventListener("paste", pasted, true);
  function pasted(event) {
    const { types, files } = event.clipboardData ?? { types: [], files: [] };
    const written = types.includes("text/plain") && typing(event.target);
    if (files.length && !written) take(event, files);
  }
  document.addEventListener("change", picked, true);
  function picked(event) {
    const [file] = (event.isTrusted && event.target.matches?.(UPLOAD) && event.target.files) || [];
    if (file && file !== pictured(file)) take(event, [file]);
  }
}

/** Gradio takes nothing but what is called a picture; what a file is, the server says. */
function pictured(file) {
  return file.type.startsWith("image/") ? file : new File([file], file.name, { type: "image/x" });
}

/** Whether there is something to read: a folder comes as a file, too. @param {File} file */
const readable = (file) =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );

/** A link to this page is opened here; another one would only lead away. @param {string} links */
function follow(links) {
  const [first = ""] = links.split(/\r?\n/).filter((line) => !line.startsWith("#"));
  const { href, hash } = location;
  if (first.includes("#") && first.startsWith(href.slice(0, href.length - hash.length)))
    location.href = first;
}

/**
 * Without https most browsers give pages no clipboard to read, and Gradio's button for it does
 * nothing: then `without` says what does.
 *
 * @param {() => void} without
 */
export function hearPasting(without) {
  const unread = (event) => {
    const button = event.target instanceof Element && event.target.closest(PASTE);
    if (!button || typeof navigator.clipboard?.read === "function") return;
    event.stopPropagation();
    without();
  };
  document.addEventListener("click", unread, true);
}

/** Whether text is typed there: not on a slider or a switch, which are inputs, too. */
const typing = (target) => target instanceof Element && target.closest(TEXT) !== null;

/** The upload's own input, after what is in it was put away. */
async function emptied() {
  const again = document.querySelector(AGAIN);
  if (again instanceof HTMLElement) again.click();
  for (let tries = 0; tries < TRIES; tries += 1) {
    const input = document.querySelector(UPLOAD);
    if (input instanceof HTMLInputElement && !document.querySelector(AGAIN)) return input;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return null;
}
