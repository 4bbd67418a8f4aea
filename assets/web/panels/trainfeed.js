/** The state of the training as the server pushes it, while somebody looks. */

import { Unreachable } from "../state/live.js";
import { fetched } from "../state/posting.js";
import { address } from "./trainorders.js";

const AGAIN = 5000; // milliseconds after a refusal

/**
 * Why there are no events, a sentence or a fault, as an event source keeps it to itself; null where
 * nobody says.
 */
async function why() {
  try {
    await fetched(address("events"), {}, async ({ body }) => body?.cancel());
    return null; // there are some by now
  } catch (error) {
    return error instanceof Unreachable ? null : error;
  }
}

/** @param {{heard: (state: any) => void, refused: (error: unknown) => void}} page */
export function createFeed({ heard, refused }) {
  /** @type {EventSource | null} */ let source = null;
  let wanted = false;
  let said = false; // that it was refused
  let timer = 0;
  let turn = 0; // of asking: why an older source was refused is nobody's

  function open() {
    turn += 1;
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

  async function refuse() {
    close();
    timer = setTimeout(settle, AGAIN);
    const mine = turn;
    const reason = await why();
    if (reason === null || mine !== turn) return;
    said = true;
    refused(reason);
  }

  function close() {
    turn += 1;
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
