/** Pictures that are dropped or pasted anywhere go into Gradio's upload, weights to the server. */

const UPLOAD = "#picture input[type=file]";
const AGAIN = "#picture button[data-word='clear']";
const PASTE = "#picture [data-word='clipboard']";
const TRIES = 40;
const PAUSE = 50; // milliseconds until the emptied upload has its input again

/**
 * Listen on the whole page. `asked` is called when a picture is on its way, before it is sent;
 * `other` says whether a file is something else, and takes it.
 *
 * @param {{welcome: () => boolean, asked: (file: File) => void, lost: () => void,
 *   other: (file: File) => boolean}} page
 */
export function receiveFiles({ welcome, asked, lost, other }) {
  async function take(file) {
    if (other(file) || !welcome()) return;
    asked(file);
    const input = await emptied();
    if (!input) return lost();
    const files = new DataTransfer();
    files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const files = (transfer) => transfer?.types.includes("Files") ?? false;
  const inside = (event) => event.target instanceof Element && event.target.closest("#picture");
  document.addEventListener("dragover", (event) => {
    if (files(event.dataTransfer) && !inside(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!files(event.dataTransfer) || inside(event)) return;
    event.preventDefault(); // a browser would leave the page for the file
    const [file] = event.dataTransfer?.files ?? [];
    if (file) take(file).catch(lost);
  });
  document.addEventListener(
    "paste",
    (event) => {
      const [file] = event.clipboardData?.files ?? [];
      if (!file || typing(event.target)) return;
      event.preventDefault();
      event.stopPropagation();
      take(file).catch(lost);
    },
    true,
  );
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

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, [contenteditable=true]");
}

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
