/** Logs of calls that show messages, in all shapes and on both sides, show no secrets. */

import { callLog } from "@rpcgen/runtime/observe";
import { inProcess } from "@rpcgen/runtime/testing";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { createVaultClient } from "../gen/vault/vault.client.js";
import { collect } from "./two-sides.js";
import { login, marker, openVault, parcel, proofs, safes, seenIn, visible } from "./vault-secrets.js";

test("secrets are in no line of a log", async () => {
  const lines: string[] = [];
  const note = (...said: readonly unknown[]): void =>
    void lines.push(inspect(said, { depth: 20, maxStringLength: null }));
  const instruments = [callLog({ info: note, warn: note, error: note }, { messages: { unitsMax: 100_000 } })];
  const vault = openVault();
  const client = inProcess(createVaultClient, vault.mount, { connect: { instruments }, serve: { instruments } });
  for (const proof of proofs) await client.open(proof).catch(() => undefined);
  for (const safe of safes) await client.store(safe);
  await client.renew(visible, marker);
  await collect(client.list(visible));
  await client.storeAll(safes);
  await collect(client.talk(proofs));
  await client.forget(login);
  await client.exchange(parcel);
  await client.filed(visible);
  // Thirteen calls, each told by its client and by its server.
  await expect.poll(() => lines.length).toBe(26);
  for (const line of lines) expect(seenIn(line).secrets, line).toEqual([]);
  expect(seenIn(lines.join("\n")).isVisible).toBe(true);
});
