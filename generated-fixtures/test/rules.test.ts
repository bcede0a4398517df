/** Rules about values at work: servers refuse what breaks them before a handler sees it, clients before it is sent. */

import { InvalidMessageError, RpcError, validateRequests } from "@rpcgen/runtime";
import type { ServeOptions } from "@rpcgen/runtime";
import { expect, test } from "vitest";
import { createAccountsClient } from "../gen/signup/accounts.client.js";
import { AccountsRules } from "../gen/signup/accounts.rules.js";
import { type AccountsHandler, serveAccounts } from "../gen/signup/accounts.server.js";
import type { RegistrationInit } from "../gen/signup/accounts.types.js";
import { createOrdersClient } from "../gen/shop/orders.client.js";
import { type OrdersHandler, serveOrders } from "../gen/shop/orders.server.js";
import { codecs, serveSome, speaking, twoSides } from "./two-sides.js";

const right: RegistrationInit = {
  name: "Ada_1",
  email: "ada@example.org",
  password: "correct horse battery",
  age: 36,
  languages: ["en", "fr"],
  nicknames: ["countess"],
  scores: { chess: 0.5 },
  homes: { main: { street: "St James's Square", country: "GB" } },
  devices: [
    { kind: "serial", value: "ae-1" },
    { kind: "number", value: 7 },
  ],
  contact: { kind: "phone", value: "01234 5" },
  invitation: 3n,
  partner: "9007199254740993",
  picture: new Uint8Array(64),
};

function accounts(asked: unknown[]): AccountsHandler {
  return {
    register(request) {
      asked.push(request);
      return { id: "1" };
    },
    rename(id, name) {
      asked.push([id, name]);
    },
    async registerAll(requests) {
      let count = 0;
      for await (const request of requests) {
        asked.push(request);
        count++;
      }
      return count;
    },
    find: (id) => ({ id }),
    seen(account) {
      asked.push(account);
    },
  };
}

async function failure(call: Promise<unknown>): Promise<RpcError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!RpcError.is(error)) throw new Error("the call should have failed with an RpcError");
  return error;
}

/** A request that breaks one rule, and how the server says so. */
const wrong: readonly (readonly [string, RegistrationInit, string])[] = [
  ["too short", { name: "A" }, "name must have at least 2 characters"],
  [
    "left out, which is empty",
    { name: undefined },
    "name must have at least 2 characters; name must match ^[\\p{L}\\p{N}_]+$",
  ],
  ["too long", { name: "a".repeat(21) }, "name must have at most 20 characters"],
  ["twenty characters of two units each, and one", { name: "𝒜".repeat(21) }, "name must have at most 20 characters"],
  ["out of the pattern", { name: "a b" }, "name must match ^[\\p{L}\\p{N}_]+$"],
  ["not long enough, and secret", { password: "hunter2" }, "password must have at least 12 characters"],
  ["too small", { age: 17 }, "age must be at least 18"],
  ["too few", { languages: [] }, "languages must have at least 1 item"],
  ["too many", { languages: ["a", "b", "c", "d", "e", "f"] }, "languages must have at most 5 items"],
  ["twice", { languages: ["a", "b", "a"] }, "languages must not hold the same value twice"],
  ["empty in a list", { nicknames: ["a", ""] }, "nicknames[1] must have at least 1 character"],
  ["too large in a map", { scores: { go: 1, chess: 1.5 } }, 'scores["chess"] must be at most 1'],
  ["no number", { scores: { go: NaN } }, 'scores["go"] must be at least 0; scores["go"] must be at most 1'],
  ["a message in a map", { homes: { "a\nb": { street: "x" } } }, 'homes["a\\nb"].country must match ^[A-Z]{2}$'],
  [
    "a union in a list",
    { devices: [{ kind: "serial", value: "ae" }] },
    "devices[0].serial must have at least 3 characters",
  ],
  ["another member", { devices: [{ kind: "number", value: 0 }] }, "devices[0].number must be at least 1"],
  ["required", { contact: undefined }, "contact is required"],
  ["a member", { contact: { kind: "phone", value: "0" } }, "contact.phone must have at least 5 characters"],
  [
    "a message as a member",
    { contact: { kind: "post", value: { country: "GB" } } },
    "contact.post.street must have at least 1 character",
  ],
  ["too small for a bigint", { invitation: 0n }, "invitation must be at least 1"],
  [
    "too large by one beyond what a double holds",
    { partner: "9007199254740994" },
    "partner must be at most 9007199254740993",
  ],
  ["too many bytes", { picture: new Uint8Array(65) }, "picture must have at most 64 bytes"],
];

for (const codec of codecs) {
  test(`the server refuses what breaks a rule and names the place (${codec})`, async () => {
    const asked: unknown[] = [];
    const mounts = [serveAccounts(accounts(asked))];
    const { channel } = await twoSides(mounts, "memory", {}, speaking(codec, mounts));
    const client = createAccountsClient(channel);
    expect((await client.register(right)).id).toBe("1");
    expect(asked).toHaveLength(1);
    for (const [what, change, text] of wrong) {
      const error = await failure(client.register({ ...right, ...change }));
      expect([what, error.code, error.message]).toEqual([
        what,
        "invalid-argument",
        `the request breaks the rules of its message: ${text}`,
      ]);
      expect(error.message).not.toContain("hunter2");
    }
    expect(asked).toHaveLength(1);
  });
}

test("inline parameters are checked, and methods without rules are not touched", async () => {
  const asked: unknown[] = [];
  const { channel } = await twoSides([serveAccounts(accounts(asked))]);
  const client = createAccountsClient(channel);
  await client.rename("1", "Grace");
  expect((await failure(client.rename("", "x"))).message).toBe(
    "the request breaks the rules of its message: id must have at least 1 character; name must have at least 2 characters",
  );
  expect((await client.find("")).id).toBe("");
  expect(asked).toEqual([["1", "Grace"]]);
});

test("in a stream of requests the first bad one ends the call", async () => {
  const asked: unknown[] = [];
  const { channel } = await twoSides([serveAccounts(accounts(asked))]);
  const client = createAccountsClient(channel);
  expect(await client.registerAll([right, right])).toBe(2);
  const error = await failure(client.registerAll([right, { ...right, age: 3 }, right]));
  expect([error.code, error.message]).toEqual([
    "invalid-argument",
    "the request breaks the rules of its message: age must be at least 18",
  ]);
  expect(asked).toHaveLength(3);
});

test("a message with very many mistakes is answered with ten of them and a count", async () => {
  const { channel } = await twoSides([serveAccounts(accounts([]))]);
  const nicknames = Array.from({ length: 1000 }, () => "");
  const { message } = await failure(createAccountsClient(channel).register({ ...right, nicknames }));
  expect(message).toMatch(/nicknames\[9\] must have at least 1 character; and 990 more$/);
  expect(message.length).toBeLessThan(1024);
});

test("interceptors see a bad request first, and may mend it", async () => {
  const asked: unknown[] = [];
  const seen: unknown[] = [];
  const options: Partial<ServeOptions> = {
    interceptors: [
      {
        one(_call, request, next) {
          seen.push(request);
          return next({ ...(request as object), age: 18 });
        },
      },
    ],
  };
  const { channel } = await twoSides([serveAccounts(accounts(asked))], "memory", options);
  await createAccountsClient(channel).register({ ...right, age: 1 });
  expect(seen).toMatchObject([{ age: 1 }]);
  expect(asked).toMatchObject([{ age: 18 }]);
});

test("`validate: false` leaves requests to the handler", async () => {
  const asked: unknown[] = [];
  const { channel } = await twoSides([serveAccounts(accounts(asked))], "memory", { validate: false });
  await createAccountsClient(channel).register({});
  expect(asked).toHaveLength(1);
});

test("a handler's methods keep their `this`", async () => {
  class Shop {
    private readonly id = "from this";
    place(): { id: string } {
      return { id: this.id };
    }
    get(): { id: string } {
      return { id: this.id };
    }
  }
  Object.setPrototypeOf(Shop.prototype, serveSome<OrdersHandler>(serveOrders, {}).handler);
  const { channel } = await twoSides([serveOrders(new Shop() as never)], "memory");
  const client = createOrdersClient(channel);
  expect((await client.get({ id: "1" })).id).toBe("from this");
  expect((await client.place({ items: [] })).id).toBe("from this");
});

test("a client that asks for it never sends what breaks a rule", async () => {
  const { server, channel } = await twoSides(
    [serveAccounts(accounts([]))],
    "memory",
    {},
    { interceptors: [validateRequests(AccountsRules)] },
  );
  const client = createAccountsClient(channel);
  const error = await failure(client.register({ ...right, age: 1, devices: [{ kind: "serial", value: "" }] }));
  expect(error).toBeInstanceOf(InvalidMessageError);
  expect((error as InvalidMessageError).violations).toEqual([
    { path: "age", text: "must be at least 18" },
    { path: "devices[0].serial", text: "must have at least 3 characters" },
  ]);
  expect((await failure(client.register({ ...right, partner: "no number" }))).message).toMatch(
    /^the request is not what its method takes: /,
  );
  expect((await failure(client.registerAll([{ ...right, age: 1 }]))).code).toBe("invalid-argument");
  expect(server.counters.callsStarted).toBeLessThanOrEqual(1);
  expect((await client.register(right)).id).toBe("1");
  expect((await client.find("")).id).toBe("");
});

test("rules reach into oneway methods, where nobody is told", async () => {
  const asked: unknown[] = [];
  const { channel } = await twoSides([serveAccounts(accounts(asked))], "memory", { onError: () => {} });
  const client = createAccountsClient(channel);
  await client.seen({ id: "1", registration: {} });
  await client.seen({ id: "2", registration: right });
  await client.find("");
  expect(asked).toMatchObject([{ id: "2" }]);
});
