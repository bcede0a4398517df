/** Logs of calls that show messages, in all shapes and on both sides, show no secrets. */

import { callLog } from "@rpcgen/runtime/observe";
import { inProcess, mock } from "@rpcgen/runtime/testing";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { createVaultClient } from "../gen/vault/vault.client.js";
import { serveVault } from "../gen/vault/vault.server.js";
import { collect } from "./two-sides.js";
import { denied, login, marker, proofs, safes, seenIn, visible } from "./vault-secrets.js";

test("secrets are in no line of a log", async () => {
  const lines: string[] = [];
  const note = (...said: readonly unknown[]): void =>
    void lines.push(inspect(said, { depth: 20, maxStringLength: null }));
  const instruments = [callLog({ info: note, warn: note, error: note }, { messages: { unitsMax: 100_000 } })];
  const vault = mock(serveVault);
  vault.open.when({ kind: "device" }).throws(denied());
  vault.open.returns(safes[0]!);
  vault.store.returns();
  vault.renew.returns(`${marker}-new`);
  vault.list.returns(safes);
  vault.storeAll.returns({ safes });
  vault.talk.returns([login]);
  vault.forget.returns();
  const client = inProcess(createVaultClient, vault.mount, { connect: { instruments }, serve: { instruments } });
  for (const proof of proofs) await client.open(proof).catch(() => undefined);
  for (const safe of safes) await client.store(safe);
  await client.renew(visible, marker);
  await collect(client.list(visible));
  await client.storeAll(safes);
  await collect(client.talk(proofs));
  await client.forget(login);
  // Eleven calls, each told by its client and by its server.
  await expect.poll(() => lines.length).toBe(22);
  for (const line of lines) expect(seenIn(line).secrets, line).toEqual([]);
  expect(seenIn(lines.join("\n")).isVisible).toBe(true);
});
