/** The tests of clients again, with the small client for browsers in the place of Node's. */

import { describe } from "vitest";
import { useWebClient } from "./kit/harness.js";

useWebClient();

// Their tests register where they are imported.
describe("with the small client", async () => {
  await import("./dialogue-client.test.js");
  await import("./dialogue-leaving.test.js");
  await import("./dialogue-reconnect.test.js");
  await import("./flow-control.test.js");
  await import("./large-messages.test.js");
  await import("./reentrancy.test.js");
  await import("./busy-connections.test.js");
  await import("./draining.test.js");
  await import("./limits-at-work.test.js");
  await import("./life-and-death.test.js");
  await import("./unsent-calls.test.js");
  await import("./user-mistakes.test.js");
});
