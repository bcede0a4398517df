/** Whatever becomes of calls, no `@secret` value is in what anybody is told of them: logs, errors, events, traces, metrics, recordings. */

import { connect, jsonCodec, serve, validateRequests, type CodecName, type ServeOptions } from "@rpcgen/runtime";
import { genericJson, genericMethod } from "@rpcgen/runtime/reflection";
import { createRecorder, mock, type CallRecorder } from "@rpcgen/runtime/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { everythingTold, type EverythingTold } from "../../runtime/test/kit/everything-told.js";
import { createVaultClient, type VaultClient } from "../gen/vault/vault.client.js";
import { VaultJson, VaultService } from "../gen/vault/vault.methods.js";
import { VaultRules } from "../gen/vault/vault.rules.js";
import { serveVault, type VaultHandler } from "../gen/vault/vault.server.js";
import type { ProofInit } from "../gen/vault/vault.types.js";
import { codecs, collect } from "./two-sides.js";
import { denied, login, marker, openVault, parcel, proofs, safe, safes, seenIn, visible } from "./vault-secrets.js";

interface Sides {
  readonly client: VaultClient;
  readonly address: string;
  readonly told: EverythingTold;
  readonly recorders: readonly CallRecorder[];
}

/** A vault and a client of it, with everything switched on that tells of calls. */
async function watchedVault(codec: CodecName, mount = openVault().mount, checks = false): Promise<Sides> {
  const told = everythingTold();
  const recorder = (side: string): CallRecorder =>
    createRecorder(
      { write: (line) => told.add(`recording of the ${side}`, line), close: async () => {} },
      {
        services: [VaultJson],
        onProblem: (problem) => told.add("problem", problem),
      },
    );
  // Where failures go that nobody takes.
  const printed = vi.spyOn(console, "error").mockImplementation((...said) => told.add("stderr", said));
  const recorders = [recorder("client"), recorder("server")];
  const { instruments, observe } = told;
  const options: ServeOptions = { memory: `vault-${Math.random()}`, services: [mount], reflection: true };
  const server = await serve({ ...options, instruments, observe, interceptors: [recorders[1]!.server] });
  const channel = connect(server.address, {
    instruments,
    observe,
    interceptors: [recorders[0]!.client, ...(checks ? [validateRequests(VaultRules)] : [])],
    policies: { methods: { "*": { retry: { attempts: 2 }, idempotencyKey: true } } },
    ...(codec === "json" ? { codec: jsonCodec({ services: [VaultJson] }) } : {}),
  });
  onTestFinished(async () => {
    printed.mockRestore();
    await channel.close();
    await server.close({ graceMs: 0 });
  });
  return { client: createVaultClient(channel), address: server.address, told, recorders };
}

/** All shapes of calls; what becomes of each is told, too, but not the answers, which are the caller's own. */
async function callAll({ client, told }: Sides, proof: ProofInit, one = safe({ kind: "person", value: login })) {
  const outcomes = await Promise.allSettled([
    client.open(proof),
    client.store(one),
    client.renew(visible, `${marker}-old`),
    collect(client.list(visible)),
    client.storeAll([one, one]),
    collect(client.talk([proof, proof])),
    client.forget(login),
    client.exchange(parcel),
    client.filed(visible),
  ]);
  for (const outcome of outcomes) if (outcome.status === "rejected") told.add("error", outcome.reason);
  for (const line of told.lines()) if (line.startsWith("event policies-failed")) throw new Error(line);
  return outcomes.map(({ status }) => status);
}

async function expectNoSecret({ told, recorders }: Sides, ...kinds: readonly string[]): Promise<void> {
  await expect.poll(() => [...told.kinds().keys()]).toEqual(expect.arrayContaining([...kinds]));
  await Promise.all(recorders.map((recorder) => recorder.close()));
  for (const line of told.lines()) expect(seenIn(line).secrets, line).toEqual([]);
}

const everywhere = ["log", "span", "recording of the client", "recording of the server"];

test.each(codecs)("calls that succeed, in %s", async (codec) => {
  const sides = await watchedVault(codec);
  const failed = (await callAll(sides, proofs[0]!)).filter((status) => status === "rejected");
  // What is any message has no form in JSON where nobody says which messages there are.
  expect(failed).toHaveLength(codec === "json" ? 1 : 0);
  await expectNoSecret(sides, "event connection-opened", ...everywhere);
  expect(sides.told.lines().some((line) => line.startsWith("log") && line.includes(visible))).toBe(true);
});

test.each(codecs)("calls that fail with what they declare, and with what they do not, in %s", async (codec) => {
  const fail = (): never => {
    throw denied();
  };
  const handler: VaultHandler = {
    ...{ open: fail, store: fail, renew: fail, storeAll: fail, forget: fail, exchange: fail, filed: fail },
    *list() {
      yield safes[0]!;
      fail();
    },
    async *talk(incoming) {
      for await (const _ of incoming) yield login;
      fail();
    },
  };
  const sides = await watchedVault(codec, serveVault(handler));
  expect((await callAll(sides, proofs[0]!)).filter((status) => status === "rejected")).toHaveLength(8);
  await expectNoSecret(sides, "error", ...everywhere);
});

test.each(codecs)("requests that break rules, refused by the server and by the client, in %s", async (codec) => {
  const bad = { text: "", marks: { [`${marker}-key`]: `${marker} is too long` } };
  const one = {
    ...safe({ kind: "person", value: { user: visible, password: marker } }),
    token: "",
    ...{ hidden: bad, hiddenMany: [bad, bad, bad, bad], hiddenMap: { [`${marker}-key`]: bad } },
  };
  for (const checks of [false, true]) {
    const sides = await watchedVault(codec, openVault().mount, checks);
    const statuses = await callAll(sides, { kind: "otp", value: "987654321" }, one);
    expect(statuses.filter((status) => status === "rejected").length).toBeGreaterThanOrEqual(3);
    await expectNoSecret(sides, "error", "log", "span");
  }
});

test.each(codecs)("answers and requests that cannot be written, in %s", async (codec) => {
  const vault = mock(serveVault);
  const wrong = { ...safes[0]!, token: 987654321, number: `${marker}`, opened: marker, answers: marker, proof: marker };
  vault.open.answers(() => wrong as never);
  vault.renew.answers(() => 987654321 as never);
  vault.list.answers(function* () {
    yield wrong as never;
  });
  vault.storeAll.answers(() => ({ safes: [wrong] }) as never);
  vault.filed.answers(() => ({ [visible]: { user: visible, password: 987654321 } }) as never);
  const sides = await watchedVault(codec, vault.mount);
  const statuses = await callAll(sides, { kind: "pin", value: marker as never }, wrong as never);
  expect(statuses.filter((status) => status === "rejected").length).toBeGreaterThan(5);
  await expectNoSecret(sides, "error", "log", "span", "event handler-failed", "stderr");
});

test("requests that cannot be read", async () => {
  const sides = await watchedVault("protobuf");
  const { address, client, told } = sides;
  const texts = connect(address, { codec: genericJson, instruments: told.instruments, observe: told.observe });
  onTestFinished(() => texts.close());
  const wrong = [
    `{"token": 987654321}`,
    `{"number": "${marker}"}`,
    `{"notes": ${marker}}`,
    `{"opened": "${marker}"}`,
    `{"clearance": "${marker}"}`,
    `{"keys": {"${marker}": 987654321}}`,
    `{"logins": [{"user": "a", "password": ["${marker}"]}]}`,
    `{"owner": "${marker}"}`,
    `{"api_key": {"${marker} and more": 1}}`,
    `"${marker}"`,
    `{"token": "${marker}`,
  ];
  for (const text of wrong) {
    told.add("error", await texts.unary(genericMethod(VaultService, 1), text).catch((error: unknown) => error));
  }
  // Fields of a safe with the wrong kinds of bytes in them, and with less of them than they say.
  for (const field of [2, 3, 4, 9, 11, 17, 22]) {
    for (const [kind, length] of [
      [2, marker.length],
      [2, 100],
      [7, 1],
      [5, 1],
    ] as const) {
      const tag = field < 16 ? [(field << 3) | kind] : [(((field << 3) | kind) & 127) | 128, field >> 4];
      const $unknown = Uint8Array.from([...tag, length, ...Buffer.from(marker)]);
      const outcome = await client.store({ $unknown }).catch((error: unknown) => error);
      if (outcome !== undefined) told.add("error", outcome);
    }
  }
  expect(told.kinds().get("error")).toBeGreaterThan(wrong.length);
  await expectNoSecret(sides, "error", "log", "span");
});
