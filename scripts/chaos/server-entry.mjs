/** A server process of a chaos run. Its one argument is JSON; it tells its address, and its figures when it is asked. */

import { openSync, writeSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { serve } from "@rpcgen/runtime";
import { mountWork, OtherService, WorkService } from "./work-service.mjs";

const {
  name,
  host,
  port,
  log,
  graceMs,
  tls,
  limits,
  policies,
  keepalive,
  slowMs = 0,
  service,
  register,
  wallOffMs = 0,
  seen: seenFile,
} = JSON.parse(process.argv[2]);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const added = openSync(log, "a");
// Ids of the calls that came to this process, written at once, so that they are known of a process that was killed.
const seen = seenFile === undefined ? undefined : openSync(seenFile, "a");
const note = ({ id }) => void (seen !== undefined && writeSync(seen, `${id}\n`));
const counts = { handled: 0, added: 0, uploaded: 0, finished: 0 };
const lag = monitorEventLoopDelay({ resolution: 10 });
lag.enable();

const handler = {
  async look(request) {
    counts.handled++;
    note(request);
    if (slowMs > 0) await pause(slowMs);
    return { ...request, server: name };
  },
  async add(request) {
    counts.added++;
    note(request);
    writeSync(added, `${request.id}\n`);
    if (slowMs > 0) await pause(slowMs);
    return { ...request, server: name };
  },
  async *count(request, call) {
    counts.handled++;
    note(request);
    for (let i = 0; i < request.count; i++) {
      if (slowMs > 0) await pause(slowMs);
      if (call.signal.aborted) return;
      yield { ...request, count: i, server: name };
    }
  },
  async upload(requests) {
    let count = 0;
    let id = "";
    for await (const request of requests) {
      id = request.id;
      count++;
    }
    counts.uploaded++;
    return { id, count, text: "", server: name };
  },
  async *stay(request, call) {
    for (let i = 0; !call.signal.aborted; i++) {
      yield { ...request, count: i, server: name };
      await pause(20);
    }
  },
  async block(request) {
    const until = performance.now() + request.count;
    while (performance.now() < until);
    return { ...request, server: name };
  },
};

const wallClock = async () => {
  const { systemClock } = await import("@rpcgen/runtime");
  return { ...systemClock, wall: () => Date.now() + wallOffMs };
};

const server = await serve({
  host,
  port: port ?? 0,
  services: [mountWork(handler, service === "other" ? OtherService : WorkService)],
  tls,
  limits,
  policies,
  keepalive,
  ...(register === undefined ? {} : { register }),
  ...(wallOffMs === 0 ? {} : { clock: await wallClock() }),
  observe: (event) => {
    if (event.kind === "accept-failed") process.send?.({ kind: "event", event: { kind: event.kind } });
  },
});

// Reads a file, for which there may be no descriptor left.
function memory() {
  try {
    return process.memoryUsage();
  } catch {
    return { rss: 0, heapUsed: 0 };
  }
}

function close(options) {
  const asked = performance.now();
  void server.close(options).then(() => {
    lag.disable();
    process.send?.({ kind: "closed", tookMs: performance.now() - asked, counts });
    process.disconnect?.();
  });
}

process.once("SIGTERM", () => {
  close({ graceMs });
  process.on("SIGTERM", () => void server.close({ graceMs: 0 }));
});

process.on("message", (wish) => {
  if (wish.kind === "reload-tls") {
    server.reloadTls(wish.tls).then(
      () => process.send({ kind: "answer", number: wish.number }),
      (error) => process.send({ kind: "answer", number: wish.number, error: String(error) }),
    );
    return;
  }
  globalThis.gc?.();
  const { rss, heapUsed } = memory();
  process.send({
    kind: "answer",
    number: wish.number,
    value: {
      counters: { ...server.counters },
      counts,
      rss,
      rssMax: process.resourceUsage().maxRSS * 1024,
      heapUsed,
      cpu: process.cpuUsage(),
      wall: Date.now(),
      resources: process.getActiveResourcesInfo().length,
      lagMaxMs: lag.max / 1e6,
    },
  });
});

process.send({ kind: "listening", address: server.address });
