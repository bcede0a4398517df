/** Fuzzes both ends of a connection with sequences of right and wrong frames: nothing escapes, nothing hangs, the next call works. */

import { connect, serve, RpcError, type ClientChannel } from "../../../runtime/src/index.js";
import { VirtualClock } from "../../../runtime/src/testing/virtual-clock.js";
import { listenMemory, openMemory } from "../../../runtime/src/transport/memory.js";
import type { Transport } from "../../../runtime/src/transport/transport.js";
import { collect, createEchoClient, EchoService, mountEcho } from "../../../runtime/test/kit/echo-service.js";
import { bindFrame, frameBytes, goawayFrame, helloFrame, parseLine } from "../../../runtime/test/kit/raw-peer.js";
import { damagedBytes } from "../mutate.js";
import { broken, type Chance, type FuzzTarget, type Part } from "../target.js";

// What one peer may make a process hold on to, at most: far more than the limits of one connection.
const heldBytesMax = 64 * 1024 * 1024;

const fromClients = [
  "REQUEST #1 m0 deadline,metadata 00000fff 00000006 0a0161120162 0a0161",
  "REQUEST #2 m1 1003",
  "REQUEST #3 m2 noBody",
  "DATA #3 1001",
  "DATA #3 more 00000002 10",
  "DATA #3 05",
  "END #3",
  "REQUEST #4 m3 noBody",
  "DATA #4 1001",
  "CREDIT #4 +1000",
  "CREDIT #2 +2147483647",
  "CANCEL #4",
  "CANCEL #1",
  "REQUEST #5 m4 oneway 1001",
  "PING 0102030405060708",
  "RAW 16030100",
];

/** Lines of servers that answer the five calls of the echo service. */
export const fromServers: readonly string[] = [
  "RESPONSE #1 1001",
  "RESPONSE #3 metadata 00000006 0a0161120162 1005",
  "DATA #2 1001",
  "DATA #2 more 00000002 10",
  "DATA #2 05",
  "DATA #4 1001",
  "END #2",
  "END #4",
  "CREDIT #3 +500",
  "ERROR #4 0805 120161",
  "ERROR #1 0805 120161",
  "PING 0102030405060708",
  "RAW 48545450",
];

/** One of the lines, or something like a frame. */
export function frameLike(lines: readonly string[], chance: Chance): Part {
  switch (chance.below(8)) {
    case 0:
      return damagedBytes(parseLine(chance.oneOf(lines)), chance);
    case 1: {
      const payload = new Uint8Array(chance.below(40)).fill(chance.below(256));
      return frameBytes(chance.below(14), chance.below(256), chance.below(8), chance.below(8), payload);
    }
    case 2:
      return chance.oneOf([
        helloFrame(),
        bindFrame(EchoService, chance.below(3)),
        goawayFrame({ code: "no-error", lastStream: chance.below(6), message: "" }),
      ]);
    case 3:
      return `ADVANCE ${chance.oneOf([1, 100, 5000, 30_000])}`;
    default:
      return chance.oneOf(lines);
  }
}

function sequence(opening: readonly Part[], lines: readonly string[], chance: Chance): readonly Part[] {
  const start = chance.below(8) === 0 ? opening.slice(0, chance.below(opening.length)) : opening;
  return [...start, ...Array.from({ length: 1 + chance.below(24) }, () => frameLike(lines, chance))];
}

/** Plays the parts: frames are written, `ADVANCE` lets time pass. */
async function play(parts: readonly Part[], write: (bytes: Uint8Array) => void, clock: VirtualClock): Promise<void> {
  for (const part of parts) {
    if (typeof part !== "string") write(part);
    else if (part.startsWith("ADVANCE ")) await clock.advance(Number(part.slice(8)) || 0);
    else {
      const bytes = readLine(part);
      if (bytes !== undefined) write(bytes);
    }
    await clock.settle();
  }
}

/** Shortened lines may say nothing any more. */
export function readLine(line: string): Uint8Array | undefined {
  try {
    return parseLine(line);
  } catch {
    return undefined;
  }
}

async function checkHeld(before: number): Promise<void> {
  const grown = process.memoryUsage().heapUsed - before;
  if (grown > heldBytesMax) broken(`holds ${grown} bytes more than before`);
}

let number = 0;

async function runServer(parts: readonly Part[]): Promise<void> {
  const clock = new VirtualClock();
  const memory = `fuzz-server-${++number}`;
  const before = process.memoryUsage().heapUsed;
  const services = [mountEcho({ echo: async (note) => note })];
  const server = await serve({ memory, services, clock, onError: () => {} });
  const transport = openMemory(memory, clock);
  let sent = 0;
  transport.start({ bytes: (chunk) => void (sent += chunk.length), drained: () => {}, closed: () => {} });
  await play(parts, (bytes) => void transport.write(bytes), clock);
  await checkHeld(before);
  if (sent > heldBytesMax) broken(`the server answered with ${sent} bytes`);
  transport.destroy();
  await clock.advance(60_000);
  const { connectionsOpen, callsOpen } = server.counters;
  if (connectionsOpen + callsOpen > 0) broken(`${connectionsOpen} connections and ${callsOpen} calls are left over`);
  const channel = connect(server.address, { clock });
  await healthy(channel, clock);
  await clock.run(Promise.all([channel.close(), server.close({ graceMs: 0 })]));
}

async function healthy(channel: ClientChannel, clock: VirtualClock): Promise<void> {
  const note = { text: "well", count: 1 };
  const answer = await clock.run(createEchoClient(channel).echo(note, { timeoutMs: 60_000 }));
  if (answer.text !== "well" || answer.count !== 1) broken(`a healthy call got ${JSON.stringify(answer)}`);
}

async function runClient(parts: readonly Part[]): Promise<void> {
  const clock = new VirtualClock();
  const memory = `fuzz-client-${++number}`;
  const transports: Transport[] = [];
  const before = process.memoryUsage().heapUsed;
  const listener = listenMemory(memory, {
    opened: (transport) => {
      transports.push(transport);
      transport.start({ bytes: () => {}, drained: () => {}, closed: () => {} });
    },
    failed: () => {},
  });
  const channel = connect(`memory:${memory}`, { clock, backoff: { initialMs: 1000 } });
  const echo = createEchoClient(channel);
  const note = { text: "", count: 1 };
  const options = { timeoutMs: 20_000 };
  const calls = [
    echo.echo(note, options),
    collect(echo.count(note, options)),
    echo.sum([note], options),
    collect(echo.chat([note], options)),
    echo.log(note, options),
  ].map(async (call) => {
    try {
      await call;
    } catch (error) {
      if (!RpcError.is(error)) throw error;
    }
  });
  const settled = Promise.all(calls);
  settled.catch(() => {});
  await clock.settle();
  await play(parts, (bytes) => void transports.at(-1)?.write(bytes), clock);
  await checkHeld(before);
  await clock.run(settled, 21_000);
  if (channel.counters.callsOpen > 0) broken(`${channel.counters.callsOpen} calls are left over`);
  await listener.close();
  for (const transport of transports) transport.destroy();
  await clock.settle();
  const server = await serve({ memory, services: [mountEcho()], clock });
  await healthy(channel, clock);
  await clock.run(Promise.all([channel.close(), server.close({ graceMs: 0 })]));
}

export const serverSession: FuzzTarget = {
  name: "session-server",
  about: "a server's end of a connection, against sequences of right and wrong frames",
  generate: (chance) => sequence(["PREFACE", "HELLO", bindFrame(EchoService)], fromClients, chance),
  run: runServer,
};

export const clientSession: FuzzTarget = {
  name: "session-client",
  about: "a client's end of a connection, likewise: every call settles",
  generate: (chance) => sequence(["PREFACE", "HELLO"], fromServers, chance),
  run: runClient,
};

/** Both, in turn. */
export const session: FuzzTarget = {
  name: "session",
  about: "both ends in turn",
  generate: (chance) =>
    chance.below(2) === 0
      ? ["as server", ...serverSession.generate(chance)]
      : ["as client", ...clientSession.generate(chance)],
  run: (parts) => (parts[0] === "as client" ? runClient(parts.slice(1)) : runServer(parts.slice(1))),
};
