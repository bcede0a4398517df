/** Limits that one side announces and the other side obeys, and limits on who may connect, bind and wait. */

import { connect as connectSocket, type Socket } from "node:net";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { connect, RpcError, serve, type ServerInterceptor } from "../src/index.js";
import { createEchoClient, EchoService, mountEcho } from "./kit/echo-service.js";
import { boundServerUnderTest, callUnderWay, clientUnderTest, pairUnderTest, serverUnderTest, watch } from "./kit/harness.js"; // prettier-ignore
import { bindFrame, helloFrame } from "./kit/raw-peer.js";

const note = { text: "a", count: 1 };

it("metadata over what the server announced is refused before it is sent", async () => {
  const { peer, echo, clock } = clientUnderTest();
  const first = watch(echo.echo(note));
  await clock.settle();
  await peer().send("PREFACE", helloFrame({ metadataBytesMax: 10 }), "RESPONSE #1 1001");
  expect(first.value?.count).toBe(1);
  peer().take();
  const call = watch(echo.echo(note, { metadata: { key: "12345678" } }));
  await clock.settle();
  expect(peer().take()).toEqual([]);
  expect(call.error).toMatchObject({
    code: "resource-exhausted",
    message: "metadata (11) is over the limit metadataBytesMax = 10 of the other side",
  });
  const small = watch(echo.echo(note, { metadata: { key: "1234567" } }));
  await clock.settle();
  expect(peer().take()).toHaveLength(1);
  expect(small.isSettled).toBe(false);
});

it("a handler's metadata over what the client announced fails the call, which says so", async () => {
  const { client } = await serverUnderTest({
    echo: (request, call) => (call.responseMetadata.append("key", "x".repeat(20)), request),
  });
  await client.send("PREFACE", helloFrame({ metadataBytesMax: 10 }), bindFrame(EchoService), "REQUEST #1 m0");
  expect(client.take().at(-1)).toContain("ERROR #1 internal");
  await client.send("REQUEST #2 m1");
  expect(client.take()).toEqual(["END #2"]);
});

it("one address may hold only so many connections, and gets room back as they close", async () => {
  const server = await serve({ port: 0, services: [mountEcho()], limits: { connectionsPerHostMax: 2 } });
  onTestFinished(() => server.close({ graceMs: 0 }));
  const port = Number(server.address.split(":").at(-1));
  const open = async (): Promise<Socket> => {
    const socket = connectSocket({ host: "127.0.0.1", port });
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    return socket;
  };
  const [first] = [await open(), await open()];
  const channel = connect(server.address, { failFast: true });
  onTestFinished(() => channel.close());
  const refused = await createEchoClient(channel)
    .echo(note)
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining(
      "the number of connections from 127.0.0.1 is over the limit connectionsPerHostMax = 2",
    ),
  });
  first.destroy();
  while (server.counters.connectionsOpen > 1) await new Promise((resolve) => setImmediate(resolve));
  const again = connect(server.address);
  onTestFinished(() => again.close());
  expect(await createEchoClient(again).echo(note)).toEqual(note);
});

it("a stream without a deadline does not wait for a server for ever", async () => {
  const { echo, clock } = await pairUnderTest({}, {}, {});
  expect(watch(echo.count(note)[Symbol.asyncIterator]().next()).isSettled).toBe(false);
  const nobody = connect("memory:nobody-serves-here", { clock });
  onTestFinished(() => nobody.close());
  const next = watch(createEchoClient(nobody).count(note)[Symbol.asyncIterator]().next());
  await clock.advance(29_999);
  expect(next.isSettled).toBe(false);
  await clock.advance(1);
  expect(next.error).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining(
      "no connection to memory:nobody-serves-here within waitingTimeoutMs = 30000: nothing is served at memory:nobody",
    ),
  });
});

it("a stream that has started lives on without a deadline", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const next = watch(echo.count(note)[Symbol.asyncIterator]().next());
  await clock.advance(3_600_000);
  await peer().send("DATA #2 1001");
  expect(next.value).toEqual({ value: { text: "", count: 1 }, done: false });
});

it("a name that nobody would write is described, not repeated", async () => {
  const { client } = await serverUnderTest();
  const [first] = EchoService.methods;
  if (first === undefined) throw new Error("no method");
  const methods = [{ ...first, wireName: "M".repeat(50_000) }];
  await client.send("PREFACE", "HELLO", bindFrame({ ...EchoService, fingerprint: "x", methods }), "REQUEST #1 m0");
  expect(client.take().at(-1)).toContain("test.v1.Echo/a name of 50000 characters");
});

const admitsCount: ServerInterceptor = {
  one: (call, request, next) => {
    if (`/${call.service.name}/${call.method.wireName}` !== "/test.v1.Echo/Count") {
      throw new RpcError("permission-denied", "not for you");
    }
    return next(request);
  },
};

it.each([
  ["another case", { ...EchoService, name: "test.v1.echo" }, "unimplemented"],
  ["dots and slashes", { ...EchoService, name: "test.v1.Echo/Count/../Echo" }, "unimplemented"],
  ["a leading slash", { ...EchoService, name: "/test.v1.Echo" }, "unimplemented"],
  ["a method under the name of another", {
    ...EchoService,
    fingerprint: "x",
    methods: EchoService.methods.map((method) => ({ ...method, wireName: "Count" })),
  }, "unimplemented"], // prettier-ignore
  ["the server's own fingerprint over other names", {
    ...EchoService,
    methods: EchoService.methods.map((method) => ({ ...method, wireName: "Count" })),
  }, "permission-denied"], // prettier-ignore
])("a rule on canonical method names cannot be passed with %s", async (_, service, code) => {
  let called = 0;
  const { client } = await serverUnderTest({ echo: (request) => (called++, request) }, { interceptors: [admitsCount] });
  await client.send("PREFACE", "HELLO", bindFrame(service), "REQUEST #1 m0");
  expect(client.take().at(-1)).toContain(`ERROR #1 ${code} "`);
  expect(called).toBe(0);
});

it("a thenable that throws when it is asked does not count as a handler that runs for ever", async () => {
  const thenable = {
    then: () => {
      throw new Error("mine");
    },
  };
  const { client } = await boundServerUnderTest(
    { echo: () => thenable as never },
    { limits: { concurrentCallsMax: 2 } },
  );
  for (let id = 1; id <= 5; id++) await client.send(`REQUEST #${id} m0`);
  expect(client.take()).toEqual([1, 2, 3, 4, 5].map((id) => `ERROR #${id} internal "the handler failed"`));
});

it("a message of one frame over the limit fails its call, at the server and at the client", async () => {
  const { client } = await boundServerUnderTest({}, { limits: { messageBytesMax: 10 } });
  const nine = "0a07" + "61".repeat(7);
  await client.send(`REQUEST #1 m0 ${nine}`, `REQUEST #2 m0 ${nine}1001`);
  expect(client.take()).toEqual([
    `RESPONSE #1 ${nine}`,
    'ERROR #2 resource-exhausted "a message (11) is over the limit messageBytesMax = 10"',
  ]);
  const { peer, call, echo, clock } = await callUnderWay({ limits: { messageBytesMax: 10 } });
  await peer().send(`RESPONSE #1 ${nine}1001`);
  expect(call.error).toMatchObject({
    code: "resource-exhausted",
    message: "a message (11) is over the limit messageBytesMax = 10",
  });
  const next = watch(echo.echo(note));
  await clock.settle();
  await peer().send(`RESPONSE #2 ${nine}`);
  expect(next.value).toEqual({ text: "aaaaaaa", count: 0 });
});

it("a message of a stream with a reserved flag fails its call, and the connection goes on", async () => {
  const { client } = await boundServerUnderTest();
  await client.send("REQUEST #1 m2 noBody", "DATA #1 compressed 1001", "REQUEST #2 m0 1001");
  expect(client.take()).toEqual([
    expect.stringContaining('ERROR #1 unimplemented "compression and trace sections are not offered'),
    "RESPONSE #2 1001",
  ]);
});
