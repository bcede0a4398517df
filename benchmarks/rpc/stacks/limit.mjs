/** The hand-written ceilings of a call: with promises and the codec, with callbacks, and bytes only. */

import { earlyFlushAt } from "../../limit/frames.mjs";
import { connectLimit, serveLimit } from "../../limit/rpc.mjs";
import { payloads } from "../../payloads.mjs";

const rawSmall = new Uint8Array(55).fill(97);

const promised = (run) => new Promise((resolve) => run(resolve));

export const limit = {
  name: "limit",
  isStreaming: true,
  serve: serveLimit,
  async connect(address) {
    const client = await connectLimit(address);
    return {
      echo: (message) => promised((resolve) => client.echo(message, resolve)),
      blob: (bytes) =>
        promised((resolve) =>
          client.raw(bytes, (b, start, end, isOwn) => {
            const body = b.subarray(start, end);
            resolve(isOwn ? body : new Uint8Array(body));
          }),
        ),
      list: (count, each) =>
        promised((resolve) => client.list(count, payloads.small, (m) => (m === undefined ? resolve() : each(m)))),
      close: client.close,
    };
  },
};

/** The same, sending in the middle of a busy turn too: no less CPU, but both processes at work at once. */
export const limitEarly = {
  ...limit,
  name: "limit, sending early",
  isStreaming: false,
  serve: () => serveLimit({ sendsAt: earlyFlushAt }),
  async connect(address) {
    const client = await connectLimit(address, { sendsAt: earlyFlushAt });
    return {
      echo: (message) => promised((resolve) => client.echo(message, resolve)),
      close: client.close,
    };
  },
};

/** What a promise costs is what this one saves. */
export const limitCallback = {
  name: "limit, callback",
  serve: serveLimit,
  async connect(address) {
    const client = await connectLimit(address);
    return { echoThen: (message, done) => client.echo(message, done), close: client.close };
  },
};

/** A socket that gives back what it is sent: the least that any protocol pays. */
export const limitRaw = {
  name: "limit, raw bytes",
  serve: serveLimit,
  async connect(address) {
    const client = await connectLimit(address);
    const answer = { id: payloads.small.id };
    return { echoThen: (message, done) => client.raw(rawSmall, () => done(answer)), close: client.close };
  },
};
