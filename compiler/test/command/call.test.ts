/** `rpcgen call` against a running server: every shape, names that are almost right, errors of either side. */

import { serve, type Server } from "@rpcgen/runtime";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { serveAccounts } from "../../../generated-fixtures/gen/signup/accounts.server.js";
import { serveOrders } from "../../../generated-fixtures/gen/shop/orders.server.js";
import { serveVault } from "../../../generated-fixtures/gen/vault/vault.server.js";
import { Denied } from "../../../generated-fixtures/gen/vault/vault.types.js";
import { serveSome } from "../../../generated-fixtures/test/two-sides.js";
import { marker, openVault, seenIn } from "../../../generated-fixtures/test/vault-secrets.js";
import { OrderNotFound } from "../../../generated-fixtures/gen/shop/orders.types.js";

// Each test starts commands, which take long to load where many things run at once.
vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL("../../..", import.meta.url));
const orders = serveOrders({
  check: () => "SERVING",
  get({ id }, call) {
    if (id === "B-2") throw new OrderNotFound({ id }, "no such\u001b[31m order");
    call.responseMetadata.append("served-by", "here");
    return { id, status: "PAID", version: 7, note: call.metadata.get("who") };
  },
  place: () => ({ id: "A-1" }),
  *watch({ id }) {
    yield { id, status: "PENDING" };
    yield { id, status: "SHIPPED" };
  },
  async import(incoming) {
    let imported = 0;
    for await (const { id } of incoming) imported += id.length;
    return { imported };
  },
  async *chat(notes) {
    for await (const { text } of notes) yield { text: text.toUpperCase() };
  },
  log() {},
  find: (id) => ({ id }),
  count: () => 7,
});

let server: Server;
let silent: Server;

const vault = serveSome(serveVault, {
  open() {
    throw new Denied({ reason: "too\u009b31m late", proof: { kind: "otp", value: "hunter2" }, hint: "hunter3" });
  },
});

beforeAll(async () => {
  server = await serve({ port: 0, services: [orders, vault], reflection: true });
  silent = await serve({ port: 0, services: [orders, vault, serveSome(serveAccounts, {})] });
});

afterAll(async () => {
  await Promise.all([server.close(), silent.close()]);
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not synchronously: the server that is called runs in this very process. */
function call(args: readonly string[], input: string = "", address: string = server.address): Promise<Ended> {
  const child = spawn(process.execPath, ["bin/rpcgen.cjs", "call", address, ...args, "--no-config"], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (said.stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (said.stderr += String(chunk)));
  child.stdin.end(input);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
}

test("each shape of method is called", async () => {
  const [unary, many, one, both, oneway] = await Promise.all([
    call(["Orders.get", '{"id":"A-1"}', "-m", "who: Ada", "--verbose"]),
    call(["/shop.orders.v1.Orders/Watch", '{"id":"A-1"}']),
    call(["shop.orders.v1.Orders.import"], '{"id":"12"}\n{"id":\n"345"}'),
    call(["Orders.chat", '[{"text":"a"},{"text":"b"}]']),
    call(["Orders.log", '{"cancelled":{"id":"1"}}']),
  ]);
  expect(JSON.parse(unary.stdout)).toMatchObject({ id: "A-1", status: "PAID", version: "7", note: "Ada" });
  expect([unary.code, unary.stderr]).toEqual([0, "served-by: here\n"]);
  expect(many.stdout).toBe('{"id":"A-1"}\n{"id":"A-1","status":"SHIPPED"}\n');
  expect(JSON.parse(one.stdout)).toEqual({ imported: 5 });
  expect(both.stdout).toBe('{"text":"A"}\n{"text":"B"}\n');
  expect(oneway).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("no `@secret` value of a request is shown where a call fails, whoever refuses it", async () => {
  const vault = await serve({ port: 0, services: [openVault().mount], reflection: true });
  const bad = { text: "", marks: { [`${marker}-key`]: `${marker} is too long` } };
  const requests = [
    { ...{ token: "", hidden: bad, hiddenMap: { [`${marker}-key`]: bad } }, logins: [{ user: "a", password: marker }] },
    { token: 987654321 },
    { opened: `${marker}` },
    { clearance: marker },
    { content: `${marker}!` },
    { owner: marker },
    { keys: { [`${marker}-key`]: 987654321 } },
  ];
  const own = ["--root", "idl-examples/vault", "--import-root", "idl-examples"];
  const ended = await Promise.all(
    requests.flatMap((request) =>
      [[], own].map((more) => call(["Vault.store", JSON.stringify(request), "--verbose", ...more], "", vault.address)),
    ),
  );
  await vault.close();
  for (const { code, stdout, stderr } of ended) {
    expect([code === 0, stderr === ""]).toEqual([false, false]);
    expect(stderr).not.toContain("have mistakes");
    expect(seenIn(stdout + stderr).secrets, stderr).toEqual([]);
  }
});

test("a secret in the query of an address is told nowhere", async () => {
  const web = await serve({ port: 0, services: [orders], reflection: true, webSocket: { path: "/rpc" } });
  const at = web.address.replace("rpc:", "ws:");
  const query = "?token=s3cret-marker";
  const said = await Promise.all([
    call(["Orders.count", "{}", "--verbose"], "", `${at}/rpc${query}`),
    call(["--list"], "", `${at}/rpc${query}`),
    call(["Orders.count", "{}", "--verbose"], "", `${at}/other${query}`),
    call(["Orders.count", "{}", "--json", "--root", "idl-examples/shop"], "", `${at}/other${query}`),
    call(["Orders.count", "{}"], "", `wss://me:s3cret-marker@127.0.0.1/${query}`),
  ]);
  await web.close();
  expect(said.map(({ code }) => code)).toEqual([0, 0, 4, 4, 2]);
  for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain("s3cret");
});

test("the server says what there is to call, and the project's own files do where it does not", async () => {
  const [list, unasked, own, unknown, mistaken] = await Promise.all([
    call(["--list"]),
    call(["--list"], "", silent.address),
    call(["Orders.count", "--root", "idl-examples/shop"], "", silent.address),
    call(["Nobody.count"], "", silent.address),
    call(["Orders.count", "--root", "idl-examples"], "", silent.address),
  ]);
  expect(list.stdout).toContain("shop.orders.v1.Orders  (shop/orders.rpc)\n  check  unary\n");
  expect(list.stdout).toContain("  watch  serverStream\n");
  expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining("run it with `reflection: true`")]);
  expect(JSON.parse(own.stdout)).toEqual({ value: 7 });
  expect(unknown.code).toBe(2);
  expect([mistaken.code, mistaken.stderr]).toEqual([2, expect.stringContaining("`rpcgen check` shows them")]);
});

test("the project's files say what there is, and what a request looks like", async () => {
  const files = ["--root", "idl-examples/shop"];
  const [list, text, json, inline, unknown] = await Promise.all([
    call(["--list", ...files], "", silent.address),
    call(["Orders.place", "--describe", ...files], "", "rpc://127.0.0.1:1"),
    call(["Orders.watch", "--describe", "--json", ...files], "", "rpc://127.0.0.1:1"),
    call(["Orders.find", "--describe", ...files], "", "rpc://127.0.0.1:1"),
    call(["Orders.place", "--describe"]),
  ]);
  expect(list.stdout).toContain("shop.orders.v1.Orders  (orders.rpc)\n");
  expect(list.stderr).toContain("the server does not say what it offers");
  expect(text.code).toBe(0);
  expect(JSON.parse(text.stdout)).toMatchObject({ items: [{ sku: expect.any(String) }] });
  for (const part of [
    "shop.orders.v1.Orders.place\n",
    "gives     Order\n",
    "OutOfStock (failed-precondition)",
    "5000 ms",
  ])
    expect(text.stderr).toContain(part);
  expect(JSON.parse(json.stdout)).toMatchObject({
    method: "shop.orders.v1.Orders.watch",
    shape: "serverStream",
    takes: "shop.orders.v1.WatchOrder",
    gives: "shop.orders.v1.Order",
    throws: ["shop.orders.v1.OrderNotFound"],
    request: { id: expect.any(String) },
  });
  expect(Object.keys(JSON.parse(inline.stdout))).toEqual(["id", "includeItems"]);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("only its .rpc files know")]);
});

test("what is described can be sent as it is", async () => {
  const files = ["--root", "idl-examples/shop"];
  for (const method of ["place", "get", "find", "log", "import"]) {
    const { stdout } = await call([`Orders.${method}`, "--describe", ...files]);
    const ended = await call([`Orders.${method}`, "-", ...files], stdout);
    expect([method, ended.code, ended.stderr]).toEqual([method, 0, ""]);
  }
});

test("no part of a request is shown where something is wrong with it", async () => {
  const files = ["--root", "idl-examples/shop"];
  const secret = "hunter2";
  const requests = [
    `{"id": "${secret}", x}`,
    `{"id": ${secret}}`,
    `{"id": "${secret}"`,
    `{"id": ["${secret}"]}`,
    `{"id": {"x": "${secret}"}}`,
    `{"idd": "${secret}"}`,
    `"${secret}"`,
  ];
  for (const request of requests) {
    const [given, piped] = await Promise.all([
      call(["Orders.get", request, ...files]),
      call(["Orders.get", "-", ...files], request),
    ]);
    for (const { code, stdout, stderr } of [given, piped]) {
      expect([request, stdout, `${stderr}`.includes(secret)]).toEqual([request, "", false]);
      expect([2, 4]).toContain(code);
    }
  }
});

test.each([
  ["a misspelt method", ["Orders.plac", "{}"], 2, "did you mean place?"],
  ["a misspelt service", ["Order.place", "{}"], 2, "did you mean Orders?"],
  ["no method at all", ["Orders"], 2, "names no method"],
  ["no name", [], 2, "no method is named"],
  ["a request that is no JSON", ["Orders.get", "{id:1}"], 2, "the request is no JSON"],
  [
    "a misspelt field",
    ["Orders.get", '{"idd":"A-1"}', "--root", "idl-examples/shop"],
    2,
    "the request has no field `idd`\n  = help: did you mean id?",
  ],
  [
    "a misspelt field deep inside a stream of requests",
    ["Orders.import", '[{"id":"1"},{"payment":{"card":{"lastFours":"1"}}}]', "--root", "idl-examples/shop"],
    2,
    "`payment.card` of the request has no field `lastFours`",
  ],
  [
    "a declared error, made safe to show",
    ["Orders.get", '{"id":"B-2"}'],
    4,
    "not-found shop.orders.v1.OrderNotFound: no such\ufffd[31m order",
  ],
  [
    "a request that breaks a rule",
    ["Orders.place", '{"items":[{}]}'],
    4,
    "items[0].sku must have at least 1 character",
  ],
  ["a request of another type", ["Orders.get", '{"id":1}'], 4, "invalid-argument"],
  ["metadata without a key", ["Orders.get", "-m", "x"], 2, "key: value"],
])("%s is told in words", async (_what, args, code, text) => {
  const ended = await call(args, "");
  expect([ended.code, ended.stdout, ended.stderr]).toEqual([code, "", expect.stringContaining(text)]);
});

test("the fields of a declared error are shown, and what is secret in them is not, whoever knows the error", async () => {
  const files = ["--root", "idl-examples/vault"];
  const [asked, known, json, plain, empty] = await Promise.all([
    call(["Vault.open", '{"otp":"123456"}']),
    call(["Vault.open", '{"otp":"123456"}', ...files], "", silent.address),
    call(["Vault.open", '{"otp":"123456"}', "--json"]),
    call(["Orders.get", '{"id":"B-2"}']),
    call(["Orders.get", '{"id":"B-2"}', "--root", "idl-examples/shop", "--json"], "", silent.address),
  ]);
  const shown = { reason: "too\u009b31m late", proof: "[secret]", hint: "[secret]" };
  for (const { code, stdout, stderr } of [asked, known]) {
    expect([code, stdout]).toEqual([4, ""]);
    const [line, ...fields] = stderr.split("\n");
    expect(line).toBe("error permission-denied vault.v1.Denied: denied");
    expect(JSON.parse(fields.join("\n").replace("<U+009B>", "\u009b"))).toEqual(shown);
  }
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { typeName: "vault.v1.Denied", detail: shown } });
  expect(plain.stderr).toContain('order\n{\n  "id": "B-2"\n}\n');
  expect(JSON.parse(empty.stdout)).toMatchObject({ error: { code: "not-found", detail: { id: "B-2" } } });
  expect(JSON.stringify([asked, known, json])).not.toContain("hunter");
});

test("a server that is not there", async () => {
  const gone = await serve({ port: 0, services: [orders] });
  await gone.close();
  const ended = await call(["Orders.get", "{}", "--root", "idl-examples/shop"], "", gone.address);
  expect([ended.code, ended.stderr]).toEqual([4, expect.stringContaining("nothing listens there")]);
  const asJson = await call(["Orders.get", "{}", "--root", "idl-examples/shop", "--json"], "", gone.address);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: "unavailable" } });
});
