/**
 * A client of a chaos run, in a process of its own that may open few files. Its one argument is JSON; it counts its calls, takes
 * what descriptors are left when it is told to, and gives them back.
 */

import { closeSync, openSync } from "node:fs";
import { openClient } from "./clients.mjs";
import { work } from "./work-service.mjs";

const { target } = JSON.parse(process.argv[2]);
const seen = { ok: 0, failed: 0, lastFailure: "", connectFailures: [] };
const observe = (event) => event.kind === "connect-failed" && seen.connectFailures.push(event.error.message);
const channels = [openClient([target])];
const taken = [];

const look = (channel, id) =>
  channel.unary(work.look, { id, count: 0, text: "", server: "" }, { timeoutMs: 4000 }).then(({ id: got }) => got);

let number = 0;
setInterval(() => {
  look(channels[0], `few-${++number}`).then(
    () => seen.ok++,
    (error) => {
      seen.failed++;
      seen.lastFailure = error.message;
    },
  );
}, 10);

function takeAll() {
  try {
    for (;;) taken.push(openSync("/dev/null"));
  } catch (error) {
    return { code: error.code, count: taken.length };
  }
}

/** A channel of its own that has to connect while there is nothing to connect with. */
function askAnew() {
  const channel = openClient([target], { observe, failFast: false });
  channels.push(channel);
  return look(channel, "anew").catch((error) => `${error.code}: ${error.message}`);
}

let asking;
const wishes = {
  figures: () => ({ ...seen, cpu: process.cpuUsage() }),
  take: takeAll,
  "ask-anew": () => void (asking = askAnew()),
  "give-back": () => taken.splice(0).forEach((descriptor) => closeSync(descriptor)),
  answer: () => asking,
};

process.on("message", async ({ kind, number: asked }) => {
  process.send({ kind: "answer", number: asked, value: await wishes[kind]() });
});
await look(channels[0], "first");
process.send({ kind: "listening", address: target });
