/** What is marked `@secret` stays out of everything that is shown, wherever in a message it stands. */

import {
  type DeclaredError,
  fromJsonString,
  InvalidMessageError,
  redact,
  redactAnswer,
  redactRequest,
  RpcError,
  toBytes,
  toJson,
} from "@rpcgen/runtime";
import { genericMethod } from "@rpcgen/runtime/reflection";
import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { OrderCodec } from "../gen/shop/orders.codec.js";
import { createVaultClient } from "../gen/vault/vault.client.js";
import { ProofCodec, SafeCodec } from "../gen/vault/vault.codec.js";
import { VaultService } from "../gen/vault/vault.methods.js";
import { serveVault, type VaultHandler } from "../gen/vault/vault.server.js";
import { Denied } from "../gen/vault/vault.types.js";
import { codecs, speaking, twoSides } from "./two-sides.js";
import { denied, login, marker, parcel, proofs, safe, safes, seenIn, visible } from "./vault-secrets.js";

const hidden = { secrets: [], isVisible: true };

function method(name: string) {
  const info = VaultService.methods.find((each) => each.name === name);
  if (info === undefined) throw new Error(`the vault has no ${name}`);
  return info;
}

test("the corpus holds its secrets to begin with", () => {
  for (const message of safes) expect(seenIn(JSON.stringify(toJson(SafeCodec, message))).secrets).not.toEqual([]);
  expect(seenIn(JSON.stringify(denied().detail)).secrets).not.toEqual([]);
});

test("redacted messages show what may be seen and nothing else", () => {
  for (const message of safes) {
    expect(seenIn(JSON.stringify(redact(SafeCodec.secrets, message)))).toEqual(hidden);
    expect(seenIn(JSON.stringify(redactAnswer(method("open"), message)))).toEqual(hidden);
    expect(seenIn(JSON.stringify(redactRequest(method("store"), message)))).toEqual(hidden);
  }
  expect(proofs.map((proof) => redact(ProofCodec.secrets, proof))).toEqual([
    { kind: "login", value: { user: visible, password: "[secret]" } },
    { kind: "otp", value: "[secret]" },
    { kind: "pin", value: "[secret]" },
    { kind: "device", value: visible },
  ]);
  expect(redactRequest(method("renew"), { id: visible, old: marker })).toEqual({ id: visible, old: "[secret]" });
  expect(redactAnswer(method("renew"), marker)).toBe("[secret]");
  expect(redactRequest(method("list"), { id: visible })).toEqual({ id: visible });
});

test("an absent secret stays absent, an empty one does not show that it is", () => {
  expect(redact(SafeCodec.secrets, { id: "1", opened: undefined, token: "" })).toEqual({ id: "1", token: "[secret]" });
});

test("a text in the place of a message that has secrets may be one of them", () => {
  const wrong = { id: visible, proof: marker, logins: [marker], byName: { [visible]: marker }, inner: 987654321 };
  expect(redact(SafeCodec.secrets, wrong)).toEqual({
    ...{ id: visible, proof: "[secret]", logins: ["[secret]"] },
    ...{ byName: { [visible]: "[secret]" }, inner: "[secret]" },
  });
  expect(redact(SafeCodec.secrets, { proof: { kind: "login", value: Buffer.from(marker) } })).toEqual({
    proof: { kind: "login", value: "[secret]" },
  });
  expect(redact(SafeCodec.secrets, marker)).toBe("[secret]");
});

test("what a newer peer put into a union shows its size only", () => {
  const unknown = { kind: "#99", value: Buffer.from(marker) } as const;
  expect(redact(ProofCodec.secrets, unknown)).toEqual({ kind: "#99", value: "[6 bytes]" });
  expect(redact(SafeCodec.secrets, { proofs: [unknown] })).toEqual({ proofs: [{ kind: "#99", value: "[6 bytes]" }] });
});

test("fields that a newer peer has added show their size only", () => {
  const $unknown = Buffer.from(marker);
  const shown = { id: visible, $unknown: "[6 bytes]" };
  expect(redact(SafeCodec.secrets, { id: visible, $unknown })).toEqual(shown);
  expect(redact(OrderCodec.secrets, { id: visible, $unknown })).toEqual(shown);
});

test("what may be any message is a secret as a whole, and so is a map that is all of an answer", () => {
  expect(redactRequest(method("exchange"), parcel)).toBe("[secret]");
  expect(redactAnswer(method("exchange"), parcel)).toBe("[secret]");
  expect(redactAnswer(method("filed"), { [visible]: login })).toBe("[secret]");
});

test("texts of methods that are known by name only are secrets: nobody knows what stands in them", () => {
  const { info } = genericMethod(VaultService, 0);
  expect([redactRequest(info, marker), redactAnswer(info, marker)]).toEqual(["[secret]", "[secret]"]);
});

test("a map that is given as an object is no message: its keys are not taken for fields", () => {
  const byName = { password: login, fields: login };
  const shown = { user: visible, password: "[secret]" };
  expect(redact(SafeCodec.secrets, { byName })).toEqual({ byName: { password: shown, fields: shown } });
});

test("messages without secrets are shown as they are", () => {
  const order = { id: "A-1", placedAt: new Date(0), items: [{ sku: "apple", quantity: 3 }], version: 2 };
  expect(redact(OrderCodec.secrets, order)).toEqual({ ...order, placedAt: "1970-01-01T00:00:00.000Z" });
});

function everyWayToShow(error: DeclaredError<unknown>): readonly string[] {
  const { stack = "", message } = error;
  return [
    String(error),
    message,
    stack,
    inspect(error, { depth: 9 }),
    format("%o %j", error, error),
    JSON.stringify({ error, ...error }),
  ];
}

test("errors show no secrets of their details", () => {
  for (const text of everyWayToShow(denied())) expect(seenIn(text).secrets).toEqual([]);
  expect(JSON.parse(JSON.stringify(denied()))).toMatchObject({
    code: "permission-denied",
    detail: {
      reason: visible,
      proof: { kind: "login", value: { user: visible, password: "[secret]" } },
      hint: "[secret]",
    },
  });
});

test.each(codecs)("errors that have travelled in %s show no secrets either, and still carry them", async (codec) => {
  const services = [serveVault(handler)];
  const { channel } = await twoSides(services, "memory", {}, speaking(codec, services));
  const error: unknown = await createVaultClient(channel)
    .open(proofs[0]!)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof Denied)) throw new Error(`not denied: ${String(error)}`);
  expect(error.detail.hint).toContain(marker);
  for (const text of everyWayToShow(error)) expect(seenIn(text).secrets).toEqual([]);
});

const handler: VaultHandler = {
  open() {
    throw denied();
  },
  store() {},
  renew: () => `${marker}-new`,
  *list() {
    yield safes[0]!;
  },
  storeAll: async () => ({}),
  *talk() {},
  forget() {},
  exchange: () => parcel,
  filed: () => ({ [visible]: login }),
};

test.each(codecs)("requests that break rules, in %s: no value, and no key of a secret map", async (codec) => {
  const services = [serveVault(handler)];
  const { channel } = await twoSides(services, "memory", {}, speaking(codec, services));
  const bad = { text: "", marks: { [`${marker}-key`]: `${marker} is too long` } };
  const request = {
    ...safe({ kind: "person", value: { user: visible, password: marker } }),
    hidden: bad,
    hiddenMany: [bad, bad],
    hiddenMap: { [`${marker}-key`]: bad },
  };
  const error: unknown = await createVaultClient(channel)
    .store(request)
    .catch((thrown: unknown) => thrown);
  if (!RpcError.is(error)) throw new Error(`not refused: ${String(error)}`);
  expect(error.code).toBe("invalid-argument");
  expect(error.message).toContain("hiddenMap must hold what its rules allow");
  expect(error.message).toContain("owner.person.password must have at least 8 characters");
  expect(seenIn(error.message).secrets).toEqual([]);
  expect(error instanceof InvalidMessageError).toBe(false);
});

test("JSON that cannot be read, and messages that cannot be written, are refused without their contents", () => {
  const whole = toJson(SafeCodec, safes[0]!) as Readonly<Record<string, unknown>>;
  const secret = new Set(["blob", "api_key", ...Object.keys(SafeCodec.secrets?.fields ?? {})]);
  for (const name of Object.keys(whole)) {
    // Names of fields are told where they look like names: a secret in place of one is only looked for in secret fields.
    const key =
      secret.has(name) && SafeCodec.secrets?.fields[name]?.inside === undefined ? marker : `${marker} and more`;
    for (const bad of [
      marker,
      987654321.5,
      [marker, [{ [key]: 1 }]],
      { [key]: { [key]: marker } },
      { 0: { [key]: 1 } },
    ]) {
      const said = sayOf(() => fromJsonString(SafeCodec, JSON.stringify({ ...whole, [name]: bad })));
      expect(seenIn(said).secrets, said).toEqual([]);
      // What is passed in was never checked by a compiler.
      const written = sayOf(() => toJson(SafeCodec, { ...safes[0], [name]: bad }));
      expect(seenIn(written).secrets, written).toEqual([]);
      const sent = sayOf(() => toBytes(SafeCodec, { ...safes[0], [name]: bad }));
      expect(seenIn(sent).secrets, sent).toEqual([]);
    }
  }
});

function sayOf(run: () => unknown): string {
  try {
    run();
    return "";
  } catch (error) {
    return inspect(error, { depth: 9 });
  }
}
