/** A server of a test's own: what `answer` does with a response. */

import { createServer } from "node:http";
import { once } from "node:events";

/** @param {import("node:http").RequestListener} answer */
export async function serving(answer) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    documentElement: { lang: "zh-CN" },
    baseURI: `http://127.0.0.1:${port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
