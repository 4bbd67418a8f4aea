/** The state of the training as the server pushes it, while somebody looks. */

import { address } from "./trainorders.js";

const AGAIN = 5000; // milliseconds after a refusal

/** @param {{heard: (state: any) => void, refused: (error: unknown) => void}} page */
export function createFeed({ heard, refused }) {
  /** @type {EventSource | null} */ let source = null;
  let wanted = false;
  let said = false; // that it was refused
  let timer = 0;

  function open() {
    source = new EventSource(address("events"));
    source.onmessage = ({ data }) => {
      if (said) refused("");
      said = false;
      heard(JSON.parse(data));
    };
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) refuse(); // else the browser asks again
    };
  }

  /** Why, in a sentence: an event source keeps it to itself. */
  async function refuse() {
    close();
    timer = setTimeout(settle, AGAIN);
    const answer = await fetch(address("events")).catch(() => null);
    if (!answer || answer.ok) return answer?.body?.cancel();
    if (!answer.headers.get("content-type")?.startsWith("text/plain")) return;
    said = true;
    refused(await answer.text());
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  /** A hidden page listens no more: browsers keep few connections to one server. */
  function settle() {
    const open_ = wanted && !document.hidden;
    if (open_ && !source) open();
    if (!open_) close();
  }

  document.addEventListener("visibilitychange", settle);
  return {
    /** @param {boolean} looked at or not */
    follow(looked) {
      if (looked === wanted) return;
      wanted = looked;
      settle();
    },
  };
}
