/** Mocks answer what they were told, say readably what they were not told, and keep secrets to themselves. */

import { connect, RpcError, serve } from "@rpcgen/runtime";
import { inProcess, mock, MockError, VirtualClock } from "@rpcgen/runtime/testing";
import { expect, onTestFinished, test } from "vitest";
import { createOrdersClient } from "../gen/shop/orders.client.js";
import { serveOrders } from "../gen/shop/orders.server.js";
import { OutOfStock } from "../gen/shop/orders.types.js";
import { createVaultClient } from "../gen/vault/vault.client.js";
import { serveVault } from "../gen/vault/vault.server.js";
import type { Login } from "../gen/vault/vault.types.js";
import { collect } from "./two-sides.js";
import { login, marker, parcel, proofs, safe, seenIn, visible } from "./vault-secrets.js";

function shop(options = {}) {
  const orders = mock(serveOrders, options);
  return { orders, client: inProcess(createOrdersClient, orders.mount, options) };
}

function failure(run: () => void): MockError {
  try {
    run();
  } catch (error) {
    if (error instanceof MockError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

async function rejection(call: Promise<unknown>): Promise<RpcError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!RpcError.is(error)) throw new Error(`not an RpcError: ${String(error)}`);
  return error;
}

test("answers, errors and functions, by request", async () => {
  const { orders, client } = shop();
  orders.get.when({ id: "gone" }).throws(new OutOfStock({ sku: "apple" }));
  orders.get.when(({ id }) => id.startsWith("B")).answers(({ id }, call) => ({ id, note: call.metadata.get("who") }));
  orders.get.returns({ id: "any" });
  orders.find.when("x", true).returns({ id: "both" });
  orders.find.when("x").returns({ id: "first" });
  orders.count.returns(7);
  expect((await client.get({ id: "A" })).id).toBe("any");
  expect(await client.get({ id: "B-1" }, { metadata: { who: "me" } })).toMatchObject({ id: "B-1", note: "me" });
  // It is no error that the method declares, and so arrives as what it is to this client.
  expect((await rejection(client.get({ id: "gone" }))).code).toBe("failed-precondition");
  expect((await client.find("x", true)).id).toBe("both");
  expect((await client.find("x", false)).id).toBe("first");
  expect(await client.count()).toBe(7);
  expect(orders.get.calls.map(({ request }) => request.id)).toEqual(["A", "B-1", "gone"]);
  expect(orders.get.calls[1]?.metadata.get("who")).toBe("me");
  expect(orders.find.calls[0]).toMatchObject({ args: ["x", true], request: { id: "x", includeItems: true } });
  orders.verify();
});

test("all shapes", async () => {
  const { orders, client } = shop();
  orders.watch.when({ id: "1" }).returns([{ version: 1 }, { version: 2 }]);
  orders.watch.answers(async function* ({ id }) {
    yield { id };
    throw new RpcError("aborted", "enough");
  });
  orders.import.when([{ id: "a" }, { id: "b" }]).returns({ imported: 2 });
  orders.import.answers((requests) => ({ rejected: requests.map(({ id }) => id) }));
  orders.chat.answers(async function* (requests) {
    for await (const { text } of requests) yield { text: `${text}!` };
  });
  orders.log.returns();
  expect((await collect(client.watch({ id: "1" }))).map(({ version }) => version)).toEqual([1, 2]);
  expect((await collect(client.watch({ id: "1" }))).map(({ version }) => version)).toEqual([1, 2]);
  await expect(collect(client.watch({ id: "2" }))).rejects.toThrow("enough");
  expect((await client.import([{ id: "a" }, { id: "b" }])).imported).toBe(2);
  expect((await client.import([{ id: "c" }])).rejected).toEqual(["c"]);
  expect((await collect(client.chat([{ text: "a" }, { text: "b" }]))).map(({ text }) => text)).toEqual(["a!", "b!"]);
  await client.log({ kind: "placed", value: { id: "1" } });
  await expect.poll(() => orders.log.calls.length).toBe(1);
  expect(orders.chat.calls[0]?.request.map(({ text }) => text)).toEqual(["a", "b"]);
  expect(orders.import.calls.map(({ request }) => request.length)).toEqual([2, 1]);
  orders.verify();
});

test("counts: what is used up makes room for the next, what is missing is told", async () => {
  const { orders, client } = shop();
  orders.count.returns(1).once();
  orders.count.returns(2).times(2);
  expect([await client.count(), await client.count()]).toEqual([1, 2]);
  expect(failure(() => orders.verify()).message).toBe(
    "shop.orders.v1.Orders expected count(anything), 2 times; it came once",
  );
  expect(await client.count()).toBe(2);
  orders.verify();
  expect((await rejection(client.count())).message).toBe(
    [
      "shop.orders.v1.Orders did not expect count({})",
      "expected count(anything), once",
      "  it has come as often as that",
      "expected count(anything), 2 times",
      "  it has come as often as that",
    ].join("\n"),
  );
  orders.reset();
  orders.verify();
  orders.count.returns(3).times(0);
  await rejection(client.count());
  expect(failure(() => orders.verify()).complaints).toHaveLength(1);
});

test("an unexpected call fails, and verify tells the difference", async () => {
  const { orders, client } = shop();
  orders.place
    .when({ items: [{ sku: "apple", quantity: (quantity) => quantity > 2 }], note: "now" })
    .returns({ id: "A-1" })
    .once();
  const error = await rejection(client.place({ items: [{ sku: "pear", quantity: 1 }] }));
  expect(error.code).toBe("unimplemented");
  const told = [
    'shop.orders.v1.Orders did not expect place({"items":[{"sku":"pear","quantity":1}]})',
    'expected place({"items":[{"sku":"apple","quantity":"[function]"}],"note":"now"}), once',
    '  items[0].sku: expected "apple", received "pear"',
    "  items[0].quantity: 1 is not what the test asks for",
    '  note: expected "now", received nothing',
  ].join("\n");
  expect(error.message).toBe(told);
  expect(failure(() => orders.verify()).complaints).toEqual([
    told,
    'shop.orders.v1.Orders expected place({"items":[{"sku":"apple","quantity":"[function]"}],"note":"now"}), once; it came never',
  ]);
  expect((await rejection(client.count())).message).toContain("nothing is expected of this method");
});

test("order, where a test asks for it", async () => {
  const { orders, client } = shop({ inOrder: true });
  orders.get.when({ id: "1" }).returns({ id: "1" }).once();
  orders.count.returns(1).once();
  orders.check.returns("SERVING");
  orders.get.when({ id: "2" }).returns({ id: "2" }).once();
  expect((await rejection(client.count())).message).toContain('next is get({"id":"1"}), once');
  orders.reset();
  orders.get.when({ id: "1" }).returns({ id: "1" }).once();
  orders.count.returns(1).once();
  orders.check.returns("SERVING");
  orders.get.when({ id: "2" }).returns({ id: "2" }).once();
  await client.get({ id: "1" });
  expect((await rejection(client.get({ id: "2" }))).code).toBe("unimplemented");
  await client.count();
  await client.get({ id: "2" });
});

test("delays and silence, on a virtual clock", async () => {
  const clock = new VirtualClock();
  const { orders, client } = shop({ clock });
  orders.count.returns(1).after(2000);
  orders.watch.returns([{ version: 1 }]).after(3000);
  orders.get.hangs();
  const before = clock.now();
  expect(await clock.run(client.count())).toBe(1);
  expect(clock.now() - before).toBeGreaterThanOrEqual(2000);
  expect(await clock.run(collect(client.watch({ id: "1" })))).toHaveLength(1);
  await expect(clock.run(client.get({ id: "1" }, { timeoutMs: 100 }))).rejects.toMatchObject({
    code: "deadline-exceeded",
  });
  await expect(clock.run(client.count({ timeoutMs: 100 }))).rejects.toMatchObject({ code: "deadline-exceeded" });
  expect(() => orders.count.returns(1).after(-1)).toThrow("from 0 on");
  expect(() => orders.count.returns(1).times(0.5)).toThrow("whole number");
});

test("on a real port", async () => {
  const orders = mock(serveOrders);
  const server = await serve({ port: 0, services: [orders.mount] });
  const channel = connect(server.address);
  onTestFinished(async () => {
    await channel.close();
    await server.close();
  });
  orders.get.when({ id: "1" }).returns({ id: "1", version: 4 }).once();
  expect((await createOrdersClient(channel).get({ id: "1" })).version).toBe(4);
  orders.verify();
});

test("secrets of every shape match what is expected of them", async () => {
  const vault = mock(serveVault);
  const client = inProcess(createVaultClient, vault.mount);
  const whole = safe({ kind: "person", value: login });
  vault.store
    .when({
      keys: { [`${marker}-key`]: Buffer.from(marker) },
      answers: [`${marker}-answer`],
      hidden: { text: (text: string) => text === `${marker}-text` },
      hiddenMap: { [`${marker}-key`]: { text: `${marker}-text` } },
      proof: { value: { password: login.password } },
    })
    .returns()
    .once();
  vault.exchange
    .when({ value: Buffer.from(marker) })
    .returns({})
    .once();
  await client.store(whole);
  await client.exchange(parcel);
  vault.verify();
});

test("secrets are compared, and not told: not in the call's error, not in verify's", async () => {
  const vault = mock(serveVault);
  const client = inProcess(createVaultClient, vault.mount);
  const other = { user: "somebody else", password: `${marker}-other` };
  vault.store
    .when(safe({ kind: "person", value: other }))
    .returns()
    .once();
  vault.store
    .when({ hidden: { text: marker }, token: marker, labels: { [visible]: { text: "other" } } })
    .returns()
    .once();
  vault.open.when({ kind: "otp", value: "987654" }).returns({}).once();
  vault.open.when({ kind: "pin", value: 987654321 }).returns({}).once();
  vault.open
    .when({ kind: "login", value: (value: Login) => value.password === marker })
    .returns({})
    .once();
  vault.open
    .when({ value: `${marker}-otp` })
    .returns({})
    .once();
  vault.exchange
    .when({ value: Buffer.from(marker) })
    .returns({})
    .once();
  vault.renew.when(visible, `${marker}-old`).returns(marker).once();
  const said = [
    await rejection(client.store(safe({ kind: "person", value: login }))),
    await rejection(client.open(proofs[0]!)),
    await rejection(client.open({ kind: "otp", value: "123456" })),
    await rejection(client.renew(visible, `${marker}-new`)),
    await rejection(client.exchange({ ...parcel, value: Buffer.from(`${marker}-other`) })),
  ].map(({ message }) => message);
  const { message } = failure(() => vault.verify());
  for (const text of [...said, message]) expect(seenIn(text).secrets, text).toEqual([]);
  expect(message).toContain(visible);
  expect(message).toContain("token: is secret, and not what is expected");
  expect(message).toContain("owner.value.password: is secret, and not what is expected");
  expect(message).toContain('otp","value":"[secret]"');
  // The right ones are still told apart from the wrong ones.
  vault.reset();
  vault.renew.when(visible, `${marker}-old`).returns(marker).once();
  expect(await client.renew(visible, `${marker}-old`)).toBe(marker);
  vault.verify();
});

test("methods that are named like a mock's own controls are there by name", () => {
  const orders = mock(serveOrders);
  expect(orders.method("place")).toBe(orders.place);
  expect(() => orders.method("nothing" as never)).toThrow("has no method nothing");
});
