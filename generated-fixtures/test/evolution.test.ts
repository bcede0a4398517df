/** Two builds of one package talk to each other: nothing is lost, and what is missing is explained. */

import { RpcError, fromBytes, jsonCodec, toBytes } from "@rpcgen/runtime";
import { expect, test } from "vitest";
import { createInventoryClient as createOld } from "../gen-evolution-v1/inventory.client.js";
import { ItemCodec as OldItem } from "../gen-evolution-v1/inventory.codec.js";
import { serveInventory as serveOld } from "../gen-evolution-v1/inventory.server.js";
import type { Change as OldChange, Item as OldItemValue } from "../gen-evolution-v1/inventory.types.js";
import { InventoryJson as OldJson } from "../gen-evolution-v1/inventory.methods.js";
import { createInventoryClient as createNew } from "../gen-evolution-v2/inventory.client.js";
import { ItemCodec as NewItem } from "../gen-evolution-v2/inventory.codec.js";
import { InventoryJson as NewJson } from "../gen-evolution-v2/inventory.methods.js";
import { serveInventory as serveNew } from "../gen-evolution-v2/inventory.server.js";
import type { ItemInit as NewItemInit } from "../gen-evolution-v2/inventory.types.js";
import { Locked } from "../gen-evolution-v2/inventory.types.js";
import { collect, twoSides } from "./two-sides.js";

const item: NewItemInit = {
  sku: "lamp",
  amount: 3,
  condition: "REFURBISHED",
  location: { aisle: "C", shelf: 4 },
  tags: ["bright"],
};

test("an old build keeps fields and enum values that it does not know", () => {
  const seenByOld = fromBytes(OldItem, toBytes(NewItem, item));
  expect(seenByOld).toMatchObject({ sku: "lamp", amount: 3, condition: "#2" });
  const back = fromBytes(NewItem, toBytes(OldItem, { ...seenByOld, amount: 4 }));
  expect(back).toEqual({ ...item, amount: 4 });
});

test("an old client calls a new server whose methods stand in another order", async () => {
  const { channel } = await twoSides([
    serveNew({
      get: (sku) => ({ ...item, sku }),
      apply: (change) => ({ sku: change.kind }),
      async *list() {
        yield item;
      },
    }),
  ]);
  const inventory = createOld(channel);
  expect(await inventory.get("chair")).toMatchObject({ sku: "chair", condition: "#2" });
  expect(await inventory.apply({ kind: "removed", value: "lamp" })).toMatchObject({ sku: "removed" });
});

test("an old server sees an arm that it does not know, and can hand it back", async () => {
  const changes: OldChange[] = [];
  const stored: OldItemValue = { sku: "lamp", amount: 1, condition: "NEW" };
  const { channel } = await twoSides([
    serveOld({
      get: () => stored,
      apply(change) {
        changes.push(change);
        return stored;
      },
    }),
  ]);
  await createNew(channel).apply({ kind: "moved", value: { aisle: "D", shelf: 1 } });
  expect(changes).toHaveLength(1);
  expect(changes[0]?.kind).toBe("#3");
  expect(changes[0]?.value).toBeInstanceOf(Uint8Array);
});

test("a method that the server lacks is explained with both schemas", async () => {
  const { channel, server } = await twoSides([serveOld({ get: () => ({}), apply: () => ({}) })]);
  const failure = await collect(createNew(channel).list("")).catch((error: unknown) => error);
  expect(RpcError.is(failure) && failure.code).toBe("unimplemented");
  const message = (failure as RpcError).message;
  expect(message).toContain("the server does not offer evolution.inventory.v1.Inventory/List");
  expect(message).toMatch(/this client was generated from inventory\.rpc [0-9a-f]{6,16} \(3 methods\)/);
  expect(message).toMatch(/serves [0-9a-f]{6,16} \(2 methods, without list\)/i);
  expect(message).toContain(server.address.replace(/^\w+:(\/\/)?/, ""));
});

test("an error that only the newer build declares keeps its name", async () => {
  const { channel } = await twoSides([
    serveNew({
      get() {
        throw new Locked({ sku: "lamp" }, "somebody holds it");
      },
      apply: () => ({}),
      list: () => [],
    }),
  ]);
  const failure = await createOld(channel)
    .get("lamp")
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RpcError);
  expect(failure).toMatchObject({
    code: "aborted",
    message: "somebody holds it",
    typeName: "evolution.inventory.v1.Locked",
  });
});

test("in JSON an old build passes over fields that it does not know, and refuses an enum's name rather than guess", async () => {
  const condition = { ...item };
  const services = [serveNew({ get: () => condition, apply: (change) => ({ sku: change.kind }), list: () => [] })];
  const { channel } = await twoSides(services, "memory", {}, { codec: jsonCodec({ services: [OldJson] }) });
  const inventory = createOld(channel);
  const refused = await inventory.get("lamp").catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "data-loss",
    message: expect.stringContaining("condition: expected a value of"),
  });
  condition.condition = "NEW";
  expect(await inventory.get("lamp")).toMatchObject({ sku: "lamp", amount: 3, condition: "NEW" });
  expect(await inventory.apply({ kind: "removed", value: "lamp" })).toMatchObject({ sku: "removed" });
});

test("in JSON a member that an old server does not know leaves its union without one", async () => {
  const changes: OldChange[] = [];
  const services = [serveOld({ get: () => ({}), apply: (change) => (changes.push(change), {}) })];
  const { channel } = await twoSides(services, "memory", {}, { codec: jsonCodec({ services: [NewJson] }) });
  await createNew(channel).apply({ kind: "moved", value: { aisle: "D", shelf: 1 } });
  expect(changes.map(({ kind }) => kind)).toEqual(["#0"]);
});
