/** Messages of the vault with a marker at every place that is `@secret`, and one that may be seen beside each. */

import { mock, type Mock } from "@rpcgen/runtime/testing";
import { serveVault, type VaultHandler } from "../gen/vault/vault.server.js";
import { Denied, type LoginInit, type ProofInit, type SafeInit } from "../gen/vault/vault.types.js";

/** Part of every secret text; never of anything else. */
export const marker = "MARK3R";
/** The secret numbers, dates and names, in every form in which they may be written. */
export const markers: readonly string[] = [
  marker,
  "987654321",
  "987654.25",
  "2001-09-11",
  "CLASSIFIED",
  Buffer.from(marker).toString("base64").slice(0, 7),
  Buffer.from(marker).toString("hex"),
];

/** May be seen everywhere. */
export const visible = "in plain sight";

const when = new Date("2001-09-11T08:46:40Z");

export const login: LoginInit = { user: visible, password: `${marker}-password` };

export const proofs: readonly ProofInit[] = [
  { kind: "login", value: login },
  { kind: "otp", value: "987654" },
  { kind: "pin", value: 987654321 },
  { kind: "device", value: visible },
];

const label = { text: `${marker}-text`, marks: { [`${marker}-key`]: "abc" } };

/** A safe in which every secret is filled in. */
export function safe(owner: SafeInit["owner"], inner?: SafeInit): SafeInit {
  return {
    id: visible,
    token: `${marker}-token`,
    keys: { [`${marker}-key`]: Buffer.from(marker) },
    number: 987654321n,
    answers: [`${marker}-answer`],
    clearance: "CLASSIFIED",
    opened: when,
    notes: { [`${marker}-note`]: [marker, 987654321] },
    logins: [login],
    byName: new Map([[visible, login]]),
    proof: proofs[0],
    proofs: [{ kind: "login", value: login }, { kind: "pin", value: 987654321 }, proofs[3]!],
    inner,
    hidden: label,
    hiddenMany: [label],
    hiddenMap: { [`${marker}-key`]: label },
    owner,
    labels: { [visible]: { text: visible, marks: {} } },
    content: Buffer.from(marker),
    weight: 987654.25,
  };
}

export const safes: readonly SafeInit[] = [
  safe({ kind: "person", value: login }, safe({ kind: "apiKey", value: `${marker}-api` })),
  safe({ kind: "company", value: visible }),
];

/** What may be anything, and is a secret. */
export const parcel = { typeUrl: "type.googleapis.com/vault.v1.Login", value: Buffer.from(marker) };

/** An error with secrets in a union and in a field of its own. */
export function denied(): Denied {
  const proof = { kind: "login", value: { user: visible, password: `${marker}-password` } } as const;
  return new Denied({ reason: visible, proof, hint: `${marker}-hint` });
}

/** A vault that answers every call, with secrets wherever they can stand. */
export function openVault(): Mock<VaultHandler> {
  const vault = mock(serveVault);
  vault.open.when({ kind: "device" }).throws(denied());
  vault.open.returns(safes[0]!);
  vault.store.returns();
  vault.renew.returns(`${marker}-new`);
  vault.list.returns(safes);
  vault.storeAll.returns({ safes });
  vault.talk.returns([login]);
  vault.forget.returns();
  vault.exchange.returns(parcel);
  vault.filed.returns({ [visible]: login });
  return vault;
}

/** The markers that stand in a text, and whether what may be seen is there. */
export function seenIn(text: string): { readonly secrets: readonly string[]; readonly isVisible: boolean } {
  return { secrets: markers.filter((each) => text.includes(each)), isVisible: text.includes(visible) };
}
