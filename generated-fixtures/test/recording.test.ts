/** Calls recorded on either side answer for a server later, are held against one, and keep their secrets out of the file. */

import { connect, jsonCodec, RpcError, serve } from "@rpcgen/runtime";
import {
  createRecorder,
  inProcess,
  inProcessChannel,
  mock,
  parseRecording,
  readRecording,
  recordCalls,
  replayCalls,
  ReplayError,
  samples,
  verifyCall,
  verifyCalls,
  type Recording,
} from "@rpcgen/runtime/testing";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createOrdersClient, ordersGet, type OrdersClient } from "../gen/shop/orders.client.js";
import { Orders, OrdersJson } from "../gen/shop/orders.methods.js";
import { sampleNewOrder, sampleOrder } from "../gen/shop/orders.samples.js";
import { serveOrders } from "../gen/shop/orders.server.js";
import { OrderNotFound, OutOfStock } from "../gen/shop/orders.types.js";
import { createVaultClient } from "../gen/vault/vault.client.js";
import { Vault, VaultJson } from "../gen/vault/vault.methods.js";
import { serveVault } from "../gen/vault/vault.server.js";
import { Denied } from "../gen/vault/vault.types.js";
import { collect } from "./two-sides.js";
import { login, marker, openVault, parcel, proofs, safes, seenIn, visible } from "./vault-secrets.js";

function temporary(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), "rpcgen-recording-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, name);
}

function shopMock() {
  const orders = mock(serveOrders);
  orders.get.when({ id: "gone" }).throws(new OrderNotFound({ id: "gone" }));
  orders.get.answers(({ id }) => ({ id, version: id.length, placedAt: new Date(5) }));
  orders.place.throws(new OutOfStock({ sku: "apple", available: 2 }, "too few"));
  orders.watch.answers(function* ({ id }) {
    yield { id, version: 1 };
    yield { id, version: 2 };
    if (id === "cut") throw new RpcError("aborted", "enough");
  });
  orders.import.answers((requests) => ({ imported: requests.length }));
  orders.chat.answers(async function* (requests) {
    for await (const { text } of requests) yield { text: `${text}!` };
  });
  orders.log.returns();
  orders.find.answers((id, includeItems) => ({ id: `${id} ${String(includeItems)}` }));
  orders.count.returns(7);
  return orders;
}

/** Every shape, and every way to end. */
async function everything(client: OrdersClient): Promise<readonly unknown[]> {
  const told = async (call: Promise<unknown>): Promise<unknown> =>
    call.catch((error: unknown) =>
      RpcError.is(error)
        ? { ...error, message: error.message, peer: undefined, detail: (error as OutOfStock).detail }
        : String(error),
    );
  return [
    await told(client.get({ id: "A" }, { metadata: { who: "me", authorization: "Bearer t0ken" } })),
    await told(client.get({ id: "gone" })),
    await told(client.get({ id: "ABC" })),
    await told(client.place({ items: [{ sku: "apple", quantity: 3 }] })),
    await told(collect(client.watch({ id: "w" }))),
    await told(collect(client.watch({ id: "cut" }))),
    await told(client.import([{ id: "1" }, { id: "2" }])),
    await told(client.import([])),
    await told(collect(client.chat([{ text: "a" }, { text: "b" }]))),
    await told(client.log({ kind: "placed", value: { id: "1" } })),
    await told(client.find("x", true)),
    await told(client.count()),
  ];
}

test.each(["client", "server"] as const)(
  "everything recorded on the %s's side answers for the server later",
  async (side) => {
    const file = temporary("orders.jsonl");
    const recorder = recordCalls({ file, services: [OrdersJson], metadata: ["Who"] });
    const options =
      side === "client"
        ? { connect: { interceptors: [recorder.client] } }
        : { serve: { interceptors: [recorder.server] } };
    const before = await everything(inProcess(createOrdersClient, shopMock().mount, options));
    await recorder.close();

    expect(readFileSync(file, "utf8")).not.toContain("t0ken");
    if (process.platform !== "win32") expect(statSync(file).mode & 0o077).toBe(0);
    const recording = readRecording(file);
    expect(recording.calls.map(({ method }) => method)).toEqual(
      "get get get place watch watch import import chat log find count".split(" "),
    );
    expect(recording.calls[0]).toMatchObject({
      metadata: [["who", "me"]],
      messages: [{ kind: "request" }, { kind: "answer" }],
    });

    const replayed = inProcess(createOrdersClient, replayCalls(recording, serveOrders));
    expect(await everything(replayed)).toEqual(before);
    // Once more: the last answer to a request stands.
    expect(await everything(replayed)).toEqual(before);
    expect((await replayed.get({ id: "ABC" })).version).toBe(3);
  },
);

async function recordedShop(): Promise<Recording> {
  const lines: string[] = [];
  const recorder = createRecorder(
    { write: (line) => lines.push(line), close: async () => {} },
    { services: [OrdersJson] },
  );
  await everything(inProcess(createOrdersClient, shopMock().mount, { connect: { interceptors: [recorder.client] } }));
  return parseRecording(['{"rpcgen":"recording","version":1}', ...lines, ""].join("\n"));
}

test("the same server answers as it was recorded; another one is told apart, call by call", async () => {
  const recording = await recordedShop();
  const server = await serve({ port: 0, services: [shopMock().mount] });
  const channel = connect(server.address);
  onTestFinished(async () => {
    await channel.close();
    await server.close();
  });
  const same = { channel, methods: Orders, json: OrdersJson };
  await verifyCalls(recording, same);
  await verifyCall(recording, 4, same);
  await expect(verifyCall(recording, 99, same)).rejects.toThrow("has no call 99");

  const other = mock(serveOrders);
  other.get.answers(({ id }) => ({ id, version: 9, placedAt: new Date(7), labels: { new: "yes" } }));
  other.place.throws(new OutOfStock({ sku: "apple", available: 3 }, "worded anew"));
  other.watch.returns([{ id: "w", version: 1 }]);
  other.import.returns({ imported: 2 });
  other.chat.returns([]);
  other.log.returns();
  other.find.throws(new RpcError("unavailable", "not now"));
  other.count.returns(7);
  const options = { channel: inProcessChannel(other.mount), methods: Orders, json: OrdersJson, ignore: ["placedAt"] };
  const error: unknown = await verifyCalls(recording, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof ReplayError)) throw new Error(`not told apart: ${String(error)}`);
  expect(error.differences.slice(0, 3)).toEqual([
    [
      "shop.orders.v1.Orders.get, recorded call 1",
      '  version: recorded "1", received "9"',
      '  labels: recorded nothing, received {"new":"yes"}',
    ].join("\n"),
    "shop.orders.v1.Orders.get, recorded call 2\n  recorded shop.orders.v1.OrderNotFound (order not found), received an answer",
    'shop.orders.v1.Orders.get, recorded call 3\n  version: recorded "3", received "9"\n  labels: recorded nothing, received {"new":"yes"}',
  ]);
  expect(error.message).toContain("in the error's detail: available: recorded 2, received 3");
  expect(error.message).toContain('[1]: recorded {"id":"w","version":"2"}, received nothing');
  expect(error.message).toContain("received unavailable (not now)");
  expect(error.differences).toHaveLength(9);
});

test("a call that was not recorded fails, with the difference", async () => {
  const client = inProcess(createOrdersClient, replayCalls(await recordedShop(), serveOrders));
  await expect(client.get({ id: "B" })).rejects.toThrow('recorded call 1: id: recorded "A", received "B"');
  await expect(client.check()).rejects.toThrow("no call of it is in the recording");
  await expect(collect(client.chat([{ text: "other" }]))).rejects.toThrow('text: recorded "a", received "other"');
  const lax = inProcess(createOrdersClient, replayCalls(await recordedShop(), serveOrders, { ignore: ["id"] }));
  expect((await lax.get({ id: "B" })).id).toBe("A");
});

test("no secret is in a recording, in what replays it, or in what holds it against a server", async () => {
  for (const side of ["client", "server"] as const) {
    const file = temporary("vault.jsonl");
    const recorder = recordCalls({ file, services: [VaultJson] });
    const vault = openVault();
    const options =
      side === "client"
        ? { connect: { interceptors: [recorder.client] } }
        : { serve: { interceptors: [recorder.server] } };
    const client = inProcess(createVaultClient, vault.mount, options);
    const run = async (vaultClient: typeof client): Promise<unknown> => {
      for (const proof of proofs.slice(0, 3)) await vaultClient.open(proof);
      const error = await vaultClient.open(proofs[3]!).catch((thrown: unknown) => thrown);
      for (const safe of safes) await vaultClient.store(safe);
      await vaultClient.renew(visible, marker);
      await collect(vaultClient.list(visible));
      await vaultClient.storeAll(safes);
      await collect(vaultClient.talk(proofs));
      await vaultClient.exchange(parcel);
      await vaultClient.filed(visible);
      await vaultClient.forget(login);
      return error;
    };
    await run(client);
    await expect.poll(() => vault.forget.calls.length).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    await recorder.close();
    const text = readFileSync(file, "utf8");
    expect(seenIn(text), side).toEqual({ secrets: [], isVisible: true });
    const recording = readRecording(file);
    expect(recording.calls).toHaveLength(13);
    expect(recording.calls.every(({ incomplete }) => incomplete === undefined)).toBe(true);

    // Secrets do not keep a request from being found, and are empty in what is answered.
    const replayed = inProcess(createVaultClient, replayCalls(recording, serveVault));
    const error = await run(replayed);
    expect(error instanceof Denied ? [error.detail.reason, error.detail.hint] : error).toEqual([visible, ""]);
    expect(await replayed.open(proofs[0]!)).toMatchObject({
      id: visible,
      token: "",
      number: 0n,
      content: new Uint8Array(0),
    });
    expect(await replayed.exchange(parcel)).toMatchObject({ typeUrl: "" });

    const channel = inProcessChannel(vault.mount);
    const same = { channel, methods: Vault, json: VaultJson };
    const refused: unknown = await verifyCalls(recording, same).catch((thrown: unknown) => thrown);
    expect(String(refused)).toContain("give `request` to fill them in");
    const fill = (request: unknown): unknown => ({ ...(request as object), old: marker });
    const renew = recording.calls.find(({ method }) => method === "renew");
    await verifyCall(recording, renew?.number ?? 0, { ...same, request: fill });
    const other = mock(serveVault);
    other.list.returns([{ id: `other than ${visible}`, token: `${marker}-other`, logins: [login] }]);
    const list = recording.calls.find(({ method }) => method === "list");
    const differs: unknown = await verifyCall(recording, list?.number ?? 0, {
      ...same,
      channel: inProcessChannel(other.mount),
    }).catch((thrown: unknown) => thrown);
    expect(seenIn(String(differs)), String(differs)).toEqual({ secrets: [], isVisible: true });
  }
});

test("a long recording answers each of its calls in time that does not grow with its length", async () => {
  const count = 20_000;
  const calls = Array.from({ length: count }, (_, at): Recording["calls"][number] => ({
    ...{ number: at + 1, service: OrdersJson.service.name, method: "get", atMs: at, tookMs: 1, metadata: [] },
    messages: [
      { kind: "request", atMs: 0, json: { id: `A-${at}` } },
      { kind: "answer", atMs: 1, json: { id: `A-${at}`, version: String(at) } },
    ],
  }));
  const client = inProcess(createOrdersClient, replayCalls({ recordedAt: "2026-11-28T00:00:00Z", calls }, serveOrders));
  // Whoever looks for each of these among all of them does so sixty million times.
  for (let at = count - 1; at >= count - 3000; at--) expect((await client.get({ id: `A-${at}` })).version).toBe(at);
  await expect(client.get({ id: "B" })).rejects.toThrow(/recorded call 3: id: recorded "A-2", received "B"$/);
});

test("calls of functions for single methods, and calls that come in JSON, are recorded as what they are", async () => {
  const lines: string[] = [];
  const recorder = createRecorder(
    { write: (line) => lines.push(line), close: async () => {} },
    { services: [OrdersJson] },
  );
  const channel = inProcessChannel(shopMock().mount, {
    connect: { interceptors: [recorder.client] },
    serve: { interceptors: [recorder.server] },
  });
  expect(await ordersGet(channel, { id: "A" })).toMatchObject({ id: "A" });
  const server = await serve({
    memory: "recorded-json",
    services: [shopMock().mount],
    interceptors: [recorder.server],
  });
  const texts = connect(server.address, { codec: jsonCodec({ services: [OrdersJson] }) });
  onTestFinished(async () => {
    await texts.close();
    await server.close();
  });
  expect(await ordersGet(texts, { id: "B" })).toMatchObject({ id: "B" });
  const calls = lines.map((line) => JSON.parse(line) as Recording["calls"][number]);
  const said = calls.map(({ method, messages }) => [method, messages[0]?.json]);
  expect(said).toEqual([
    ["get", { id: "A" }],
    ["get", { id: "A" }],
    ["get", { id: "B" }],
  ]);
});

test("sampled calls come back from a recording as they were", async () => {
  const lines: string[] = [];
  const recorder = createRecorder(
    { write: (line) => lines.push(line), close: async () => {} },
    { services: [OrdersJson] },
  );
  const answers = samples(sampleOrder, 50).map((order) => ({ ...order, payment: undefined }));
  const orders = mock(serveOrders);
  for (const answer of answers) orders.place.returns(answer).once();
  const client = inProcess(createOrdersClient, orders.mount, { connect: { interceptors: [recorder.client] } });
  const requests = samples(sampleNewOrder, 50);
  for (const [index, request] of requests.entries()) expect(await client.place(request)).toEqual(answers[index]);
  const recording = parseRecording(['{"rpcgen":"recording","version":1}', ...lines, ""].join("\n"));
  const replayed = inProcess(createOrdersClient, replayCalls(recording, serveOrders));
  for (const [index, request] of requests.entries()) expect(await replayed.place(request)).toEqual(answers[index]);
});

test("a recording that cannot be written, is full, or has no JSON for a message fails no call", async () => {
  const problems: string[] = [];
  const onProblem = (problem: Error): void => void problems.push(problem.message);
  const nowhere = recordCalls({ file: join(temporary("no"), "such", "directory"), services: [OrdersJson], onProblem });
  const small = temporary("small.jsonl");
  const full = recordCalls({ file: small, services: [OrdersJson], bytesMax: 600, onProblem });
  const short = temporary("short.jsonl");
  const brief = recordCalls({ file: short, services: [OrdersJson], callUnitsMax: 30 });
  const thrower = createRecorder(
    {
      write: () => {
        throw new Error("no room");
      },
      close: async () => {},
    },
    {
      services: [OrdersJson],
      onProblem: () => {
        throw new Error("nor here");
      },
    },
  );
  const interceptors = [nowhere, full, brief, thrower].map(({ client }) => client);
  const client = inProcess(createOrdersClient, shopMock().mount, { connect: { interceptors } });
  for (let count = 0; count < 20; count++) expect((await client.get({ id: `A-${count}` })).id).toBe(`A-${count}`);
  for (const recorder of [nowhere, full, brief, thrower]) await recorder.close();
  expect(problems).toHaveLength(2);
  expect(problems.join("\n")).toMatch(/cannot be written: ENO/);
  expect(problems.join("\n")).toMatch(/is full: it may have 600 bytes/);
  expect(statSync(small).size).toBeLessThanOrEqual(600);
  expect(readRecording(small).calls.length).toBeGreaterThan(0);
  const cut = readRecording(short);
  expect(cut.calls).toHaveLength(20);
  expect(cut.calls[0]?.incomplete).toBe("it is longer than 30 characters");
  await expect(inProcess(createOrdersClient, replayCalls(cut, serveOrders)).get({ id: "A-1" })).rejects.toThrow(
    "was not recorded to its end",
  );
});

test("files that are none, broken, cut off or of a later time", () => {
  const head = '{"rpcgen":"recording","version":1,"recordedAt":""}\n';
  const call = '{"number":1,"service":"a.B","method":"c","messages":[]}\n';
  const cases: readonly (readonly [text: string, problem: string])[] = [
    ["", "line 1: it is empty"],
    ['{"rpcgen":"rec', "line 1: it is cut off"],
    ["hello\n", "line 1: it is no JSON"],
    ["{}\n", "line 1: it does not begin like a recording"],
    ['{"rpcgen":"recording","version":2}\n', "line 1: it is of version 2, and this runtime reads version 1"],
    [`${head}nonsense\n`, "line 2: it is no JSON"],
    [`${head}[]\n`, "line 2: it is no object"],
    [`${head}${call}{"number":"1"}\n`, "line 3: a call has number, service and method"],
    [`${head}{"number":1,"service":"a","method":"b","messages":[5]}\n`, "line 2: a message has kind and json"],
    [
      `${head}{"number":1,"service":"a","method":"b","messages":[],"error":{"code":"odd"}}\n`,
      "line 2: an error has a status",
    ],
  ];
  for (const [text, problem] of cases) expect(() => parseRecording(text), text).toThrow(problem);
  expect(parseRecording(`${head}${call}{"number":2,"serv`).calls).toHaveLength(1);
  const file = temporary("bad.jsonl");
  expect(() => readRecording(file)).toThrow("cannot be read: ENOENT");
  writeFileSync(file, "hello\n");
  expect(() => readRecording(file)).toThrow(`${file} cannot be read: line 1`);
});

test("a recording belongs to its owner alone, also in place of a file that did not", async () => {
  const file = temporary("open.jsonl");
  writeFileSync(file, "", { mode: 0o644 });
  await recordCalls({ file, services: [OrdersJson] }).close();
  if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a call that its caller leaves early, and one that a handler breaks unforeseen, are recorded as what they are", async () => {
  const lines: string[] = [];
  const recorder = createRecorder(
    { write: (line) => lines.push(line), close: async () => {} },
    { services: [OrdersJson] },
  );
  const orders = mock(serveOrders);
  orders.watch.returns([{ version: 1 }, { version: 2 }, { version: 3 }]);
  orders.count.throws(new Error(`table ${marker} is gone`));
  const client = inProcess(createOrdersClient, orders.mount, {
    serve: { interceptors: [recorder.server], onError: () => {} },
    connect: { interceptors: [recorder.client] },
  });
  for await (const order of client.watch({ id: "1" })) if (order.version === 1) break;
  await client.count().catch(() => undefined);
  await expect.poll(() => lines.length).toBe(4);
  expect(lines.join("\n")).not.toContain(marker);
  const calls = lines.map((line) => JSON.parse(line) as { method: string; incomplete?: string; error?: object });
  expect(calls.map(({ incomplete }) => incomplete)).toContain("whoever called stopped listening");
  expect(calls.filter(({ method }) => method === "count").map(({ error }) => error)).toEqual([
    { code: "internal", message: "the handler failed" },
    expect.objectContaining({ code: "internal" }),
  ]);
});
