/** What a server answers, frame by frame, to a client that is played by hand. */

import { expect, it } from "vitest";
import { EchoService } from "./kit/echo-service.js";
import { boundServerUnderTest, never, serverUnderTest, watch } from "./kit/harness.js";
import { bindFrame, parseLine, prefaceHex } from "./kit/raw-peer.js";

it("says nothing before it has seen a preface, then its own preface and HELLO", async () => {
  const { client } = await serverUnderTest();
  expect(client.preface).toBe("");
  await client.send("PREFACE");
  expect(client.preface).toBe(prefaceHex);
  expect(client.take()).toEqual(["HELLO"]);
});

it("answers a call that came in the same packet as the preface, HELLO and BIND", async () => {
  const { client } = await serverUnderTest();
  await client.send("PREFACE", "HELLO", bindFrame(EchoService), "REQUEST #1 m0 0a0161");
  expect(client.take()).toEqual(["HELLO", "RESPONSE #1 0a0161"]);
});

it.each([
  ["an HTTP request", "RAW 474554202f20485454502f312e310d0a", "it speaks HTTP"],
  ["a TLS hello", "RAW 1603010200010001fc0303", "it speaks TLS"],
  ["a Thrift frame", "RAW 0000001080010001", "does not speak rpcgen"],
  ["random bytes", "RAW 9f8e7d6c5b4a39281706", "does not speak rpcgen"],
])("closes at once on %s", async (_, bytes) => {
  const { client, server: running } = await serverUnderTest();
  await client.send(bytes);
  expect(client.isClosed).toBe(true);
  expect(client.take()).toEqual([]);
  expect(running.counters.connectionsFailed).toBe(1);
});

it("tells a client of another version which one it speaks, and closes", async () => {
  const { client } = await serverUnderTest();
  await client.send(`RAW ${prefaceHex.slice(0, 14)}09`);
  expect(client.preface).toBe(prefaceHex);
  expect(client.take()).toEqual([
    "HELLO",
    'GOAWAY version last=0 "the server speaks protocol version 1, the client version 9"',
  ]);
  expect(client.isClosed).toBe(true);
});

it.each([
  ["a frame before HELLO", ["PREFACE", "PING 0000000000000000"], "PING came before HELLO"],
  ["a second HELLO", ["PREFACE", "HELLO", "HELLO"], "a second HELLO"],
  ["a frame type that does not exist", ["PREFACE", "HELLO", "77"], "type 77 with flags 0 is not allowed here"],
  ["a frame that only servers send", ["PREFACE", "HELLO", "RESPONSE #1"], "RESPONSE with flags 0 is not allowed here"],
  [
    "a flag that its type does not have",
    ["PREFACE", "HELLO", "CANCEL #1 more"],
    "CANCEL with flags 32 is not allowed here",
  ],
  ["a stream frame on stream 0", ["PREFACE", "HELLO", "CANCEL"], "CANCEL may not have stream id 0"],
  ["a connection frame on a stream", ["PREFACE", "HELLO", "PING #1 0000000000000000"], "PING may not have stream id 1"],
  ["a HELLO that is no message", ["PREFACE", "HELLO ff"], "cannot decode Hello"],
  ["a PING of the wrong size", ["PREFACE", "HELLO", "PING 00"], "a PING carries 8 bytes"],
  [
    "a REQUEST for an index that is not bound",
    ["PREFACE", "HELLO", "REQUEST #1 m5"],
    "REQUEST for method 5, which is not bound",
  ],
  [
    "a frame for a stream that was never opened",
    ["PREFACE", "HELLO", "DATA #3"],
    "a frame for stream 3, which no REQUEST has opened",
  ],
])("closes the connection with a reason on %s", async (_, lines, reason) => {
  const { client } = await serverUnderTest();
  await client.send(...lines);
  expect(client.take().at(-1)).toContain(
    `GOAWAY protocol-error last=${reason.includes("REQUEST for") ? 1 : 0} "${reason}`,
  );
  expect(client.isClosed).toBe(true);
});

it.each([
  ["the same id again", "REQUEST #5 m0"],
  ["a lower id", "REQUEST #3 m0"],
])("closes the connection when a REQUEST has %s", async (_, line) => {
  const { client } = await boundServerUnderTest({ echo: never });
  await client.send("REQUEST #5 m0", line);
  expect(client.take().at(-1)).toContain("GOAWAY protocol-error last=5");
});

it("closes the connection on a stream id above the highest", async () => {
  const { client } = await boundServerUnderTest();
  await client.send("REQUEST #2147483647 m0", "REQUEST #4294967295 m0");
  expect(client.take()).toEqual([
    "RESPONSE #2147483647",
    'GOAWAY protocol-error last=2147483647 "stream id 4294967295 is above 2147483647"',
  ]);
});

it.each([
  [196609, "limit-exceeded"],
  [2 ** 31 - 1, "limit-exceeded"],
  [2 ** 31, "limit-exceeded"],
  [2 ** 32 - 1, "limit-exceeded"],
])("refuses a frame of %i bytes by its header alone", async (length, code) => {
  const { client } = await boundServerUnderTest();
  await client.send(`RAW ${length.toString(16).padStart(8, "0")}030000000000000001`);
  expect(client.take()).toEqual([
    expect.stringContaining(`GOAWAY ${code} last=0 "a frame's payload (${length}) is over the limit frameBytesMax`),
  ]);
});

it("takes empty frames and frames of exactly the limit", async () => {
  const { client } = await boundServerUnderTest();
  await client.send("REQUEST #1 m0", `REQUEST #2 m0 ${"4000".repeat(65_536)}`);
  expect(client.take()).toEqual(["RESPONSE #1", "RESPONSE #2"]);
});

it("ignores and counts frames for calls that are over", async () => {
  const { client, server: running } = await boundServerUnderTest();
  await client.send("REQUEST #1 m0", "CANCEL #1", "DATA #1 0a", "END #1", "CREDIT #1 +5");
  expect(client.take()).toEqual(["RESPONSE #1"]);
  expect(running.counters.framesIgnored).toBe(4);
  await client.send("REQUEST #2 m0");
  expect(client.take()).toEqual(["RESPONSE #2"]);
});

it("streams answers, waits for credit, and ends", async () => {
  const { client } = await boundServerUnderTest();
  await client.send("REQUEST #1 m1 1003");
  expect(client.take()).toEqual(["DATA #1", "DATA #1 1001", "DATA #1 1002", "END #1"]);
});

it("takes a stream of requests up to END and answers once", async () => {
  const { client } = await boundServerUnderTest();
  await client.send("REQUEST #1 m2 noBody", "DATA #1 1002", "DATA #1 1003");
  expect(client.take()).toEqual([]);
  await client.send("END #1");
  expect(client.take()).toEqual(["RESPONSE #1 1005"]);
});

it.each([
  [
    "DATA after END",
    ["REQUEST #1 m2 noBody", "END #1", "DATA #1 1001"],
    "data is not allowed while the stream is ended",
  ],
  ["a second END", ["REQUEST #1 m2 noBody", "END #1", "END #1"], "end is not allowed while the stream is ended"],
  [
    "DATA for a call with one request",
    ["REQUEST #1 m0", "DATA #1 1001"],
    "DATA came for a call whose request is whole",
  ],
  ["END for a call with one request", ["REQUEST #1 m0", "END #1"], "END came for a call whose request is whole"],
  [
    "a request without body for a unary method",
    ["REQUEST #1 m0 noBody"],
    "the request's flags do not fit a unary method",
  ],
  [
    "a request with a message for a client stream",
    ["REQUEST #1 m2 1001"],
    "the request's flags do not fit a clientStream method",
  ],
  ["a oneway request for a unary method", ["REQUEST #1 m0 oneway"], ""],
])("fails the call, not the connection, on %s", async (_, lines, text) => {
  const { client } = await boundServerUnderTest({ echo: never, sum: never });
  await client.send(...lines);
  expect(client.take()).toEqual(text === "" ? [] : [`ERROR #1 internal "${text}"`]);
  await client.send("REQUEST #2 m1 1001");
  expect(client.take()).toEqual(["DATA #2", "END #2"]);
});

it("fails a call that uses a reserved flag", async () => {
  const { client } = await boundServerUnderTest();
  await client.send("REQUEST #1 m0 compressed 1f8b", "REQUEST #2 m0 trace 00");
  expect(client.take()).toEqual(
    [1, 2].map((id) => `ERROR #${id} unimplemented "compression and trace sections are not offered in this version"`),
  );
});

it("puts a message in parts together", async () => {
  const { client } = await boundServerUnderTest();
  await client.send("REQUEST #1 m0 more 00000005 0a03", "DATA #1 more 61", "DATA #1 6263");
  expect(client.take()).toEqual(["RESPONSE #1 0a03616263"]);
});

it.each([
  [
    "is longer than announced",
    ["REQUEST #1 m0 more 00000002 0a", "DATA #1 0a0b0c"],
    "internal",
    "a message in parts is longer than announced",
  ],
  [
    "is shorter than announced",
    ["REQUEST #1 m0 more 00000009 0a", "DATA #1 0a"],
    "internal",
    "a message in parts is shorter than announced",
  ],
  [
    "does not announce its length",
    ["REQUEST #1 m0 more 00"],
    "internal",
    "a message in parts does not announce its length",
  ],
  [
    "announces more than the limit",
    ["REQUEST #1 m0 more ffffffff 00"],
    "resource-exhausted",
    "a message (4294967295) is over the limit messageBytesMax = 4194304",
  ],
  [
    "ends in the middle",
    ["REQUEST #1 m2 noBody", "DATA #1 more 00000009 0a", "END #1"],
    "internal",
    "end is not allowed while the stream is many-rest",
  ],
])("fails the call when a message in parts %s", async (_, lines, code, text) => {
  const { client } = await boundServerUnderTest();
  await client.send(...lines);
  expect(client.take()).toEqual([`ERROR #1 ${code} "${text}"`]);
  await client.send("REQUEST #9 m0");
  expect(client.take()).toEqual(["RESPONSE #9"]);
});

it("answers DEADLINE_EXCEEDED when the time is over, even if the handler never settles, and aborts it", async () => {
  let reason: unknown;
  const {
    client,
    clock,
    server: running,
  } = await boundServerUnderTest({
    echo: (_, call) => {
      call.signal.addEventListener("abort", () => (reason = call.signal.reason));
      return never();
    },
  });
  await client.send("REQUEST #1 m0 deadline 000001f4");
  await clock.advance(499);
  expect(client.take()).toEqual([]);
  await clock.advance(2);
  expect(client.take()).toEqual(['ERROR #1 deadline-exceeded "the deadline passed before the handler had answered"']);
  expect(reason).toMatchObject({ code: "deadline-exceeded" });
  expect(running.counters).toMatchObject({ deadlinesExceeded: 1, handlersOutlived: 1, callsOpen: 0 });
});

it("answers a call without remaining time at once and does not start its handler", async () => {
  let started = false;
  const { client } = await boundServerUnderTest({ echo: (note) => ((started = true), note) });
  await client.send("REQUEST #1 m0 deadline 00000000");
  expect(client.take()).toEqual(['ERROR #1 deadline-exceeded "the deadline had passed before the call came"']);
  expect(started).toBe(false);
});

it("aborts the handler's signal on CANCEL and answers nothing, however often it comes", async () => {
  const aborted: unknown[] = [];
  const { client, server: running } = await boundServerUnderTest({
    echo: (_, call) => {
      call.signal.addEventListener("abort", () => aborted.push(call.signal.reason));
      return never();
    },
  });
  await client.send("REQUEST #1 m0", "CANCEL #1", "CANCEL #1", "CANCEL #1");
  expect(aborted).toEqual([expect.objectContaining({ code: "cancelled" })]);
  expect(client.take()).toEqual([]);
  expect(running.counters).toMatchObject({ callsCancelled: 1, framesIgnored: 2 });
});

it("refuses calls above its limit as never processed and goes on with the others", async () => {
  const { client, server: running } = await boundServerUnderTest(
    { echo: never },
    { limits: { concurrentCallsMax: 2 } },
  );
  await client.send("REQUEST #1 m0", "REQUEST #2 m0", "REQUEST #3 m0", "CANCEL #1");
  expect(client.take()).toEqual([
    'ERROR #3 unavailable never-processed "the number of running calls is over the limit concurrentCallsMax = 2"',
  ]);
  expect(running.counters.callsRefused).toBe(1);
});

it("counts handlers that ignore their cancellation as running", async () => {
  const { client } = await boundServerUnderTest({ echo: never }, { limits: { concurrentCallsMax: 1 } });
  await client.send("REQUEST #1 m0", "CANCEL #1", "REQUEST #2 m0");
  expect(client.take()).toEqual([expect.stringContaining("ERROR #2 unavailable never-processed")]);
});

const conversation = [
  "PREFACE",
  "HELLO",
  bindFrame(EchoService),
  "REQUEST #1 m0 deadline,metadata 00000fff 00000006 0a0161120162 0a0161",
  "REQUEST #2 m1 1003",
  "REQUEST #3 m2 noBody",
  "DATA #3 1001",
  "DATA #3 more 00000002 10",
  "DATA #3 05",
  "END #3",
  "REQUEST #4 m0 more 00000005 0a03",
  "DATA #4 more 61",
  "DATA #4 6263",
  "PING 0102030405060708",
].map((part) => (typeof part === "string" ? parseLine(part) : part));

it.each([1, 2, 5, 13, 64])("answers the same whether bytes come together or %i at a time", async (size) => {
  const bytes = new Uint8Array(Buffer.concat(conversation));
  const together = await serverUnderTest();
  await together.client.send(bytes);
  const expected = together.client.take();
  expect(expected).toContain("RESPONSE #4 0a03616263");
  const apart = await serverUnderTest();
  for (let at = 0; at < bytes.length; at += size) apart.client.transport.write(bytes.subarray(at, at + size));
  await apart.clock.settle();
  expect(apart.client.take().sort()).toEqual(expected.sort());
});

it("answers the same wherever the bytes are cut in two", async () => {
  const bytes = new Uint8Array(Buffer.concat(conversation));
  const { client, another, clock } = await serverUnderTest();
  await client.send(bytes);
  const expected = client.take().sort();
  for (let at = 1; at < bytes.length; at += 1) {
    const peer = another();
    peer.transport.write(bytes.subarray(0, at));
    peer.transport.write(bytes.subarray(at));
    await clock.settle();
    expect(peer.take().sort()).toEqual(expected);
    peer.transport.destroy();
  }
});

it("frees what it holds when the connection closes in the middle of everything", async () => {
  const { client, clock, server } = await boundServerUnderTest({ echo: never, sum: never });
  await client.send(
    "REQUEST #1 m0",
    "REQUEST #2 m2 noBody",
    "DATA #2 1001",
    "REQUEST #3 m0 more 00000005 0a03",
    "RAW 0000000a04",
  );
  client.transport.end();
  await clock.settle();
  expect(server.counters).toMatchObject({ callsOpen: 0, connectionsOpen: 0, handlersOutlived: 2 });
  expect(clock.timers).toBe(0);
});

it.each([
  ["has said nothing yet", []],
  ["is in the middle of introducing itself", ["PREFACE"]],
])("a closing server tells a client that %s that its calls are safe to make elsewhere", async (_, said) => {
  const { server, client, clock } = await serverUnderTest();
  await clock.settle();
  if (said.length > 0) await client.send(...said);
  client.take();
  const closed = watch(server.close());
  await clock.settle();
  expect(client.preface).toBe(prefaceHex);
  expect(client.take()).toEqual(['GOAWAY no-error last=0 "the server is closing"']);
  expect([client.isClosed, closed.isSettled]).toEqual([true, true]);
});
