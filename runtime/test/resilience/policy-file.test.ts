/** Policy files: what may stand in them, what is said of mistakes, and how they change under a running program. */

import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it, onTestFinished } from "vitest";
import { RpcError } from "../../src/error/rpc-error.js";
import type { RuntimeEvent } from "../../src/events.js";
import { connect, serve } from "../../src/index.js";
import { checkPolicies, watchPolicies, type PolicySource } from "../../src/policies.js";
import { randomFrom } from "../../src/testing/seeded-random.js";
import { createEchoClient, mountEcho } from "../kit/echo-service.js";
import { failureOf, freshName } from "../kit/harness.js";
import { seed, tries } from "../kit/random.js";
import { note } from "./kit.js";
import { policySchema } from "./policy-schema.js";

const whole = {
  $schema: "https://rpcgen.dev/policies.schema.json",
  client: {
    methods: {
      "*": { timeoutMs: 500, retry: { attempts: 3, on: ["unavailable", "aborted"] } },
      "shop.v1.Orders/*": { hedge: false, cache: { forMs: 1000, errors: true }, idempotencyKey: "shared" },
      "shop.v1.Orders/Place": { retry: false, rateLimit: { perSecond: 0.5 }, concurrency: { adaptive: true } },
    },
    channel: { retryBudget: { ratio: 0.1 }, breaker: { failures: 3 }, connectionsMax: 10 },
  },
  server: {
    methods: { "*": { concurrency: { max: 100 }, deduplicate: { forMs: 1000 } } },
    total: { rateLimit: { perSecond: 1000, burst: 50 } },
  },
};

it("reads what a policy file may hold", () => {
  const { $schema: _, ...rest } = whole;
  expect(checkPolicies(JSON.stringify(whole))).toEqual(rest);
  expect(checkPolicies("{}")).toEqual({});
});

const mistakes: readonly [text: string, message: string][] = [
  ["", "the policy cannot be read: JSON text, line 1, column 1: expected a value"],
  ['{"client":', "the policy cannot be read: JSON text, line 1, column 11: expected a value"],
  ["[]", "the policy must be an object, not a list"],
  ["null", "the policy must be an object, not null"],
  ['{"clients":{}}', 'the policy has no field "clients" (did you mean "client"?)'],
  ['{"client":{"method":{}}}', 'the policy\'s client has no field "method" (did you mean "methods"?)'],
  ['{"client":{"methods":{"Orders":{}}}}', 'rules are for "*", "package.Service/*" or "package.Service/Method"'],
  ['{"client":{"methods":{"*":{"retries":{}}}}}', 'has no field "retries" (did you mean "retry"?)'],
  ['{"client":{"methods":{"*":{"wholly-else":{}}}}}', "; it has timeoutMs, retry, hedge, cache,"],
  ['{"client":{"methods":{"*":{"retry":{"attempts":6}}}}}', "must be a whole number from 2 to 5, not 6"],
  ['{"client":{"methods":{"*":{"retry":{"attempts":2.5}}}}}', "must be a whole number from 2 to 5, not 2.5"],
  ['{"client":{"methods":{"*":{"retry":{"attempts":"3"}}}}}', 'must be a whole number from 2 to 5, not "3"'],
  ['{"client":{"methods":{"*":{"retry":{"on":["unavailible"]}}}}}', 'not "unavailible" (did you mean "unavailable"?)'],
  ['{"client":{"methods":{"*":{"retry":{"on":[]}}}}}', "must have 1 to"],
  ['{"client":{"methods":{"*":{"retry":true}}}}', "must be an object or false, not true"],
  ['{"client":{"methods":{"*":{"hedge":{}}}}}', "hedge wants delayMs"],
  ['{"client":{"methods":{"*":{"timeoutMs":1e999}}}}', "must be a number from 1 to"],
  ['{"client":{"methods":{"*":{"timeoutMs":123456789012345678901234567890}}}}', "must be a number from 1 to"],
  ['{"client":{"methods":{"*":{"timeoutMs":0}}}}', "must be a number from 1 to"],
  ['{"client":{"methods":{"*":{"fallback":{"value":1}}}}}', 'has no field "fallback"'],
  ['{"client":{"methods":{"*":{},"*":{}}}}', "this name stands twice in one object"],
  ['{"__proto__":{"client":1}}', 'the policy has no field "__proto__"'],
  ['{"client":{"methods":{"__proto__":{"timeoutMs":1}}}}', 'has a rule for "__proto__"'],
  ['{"client":{"methods":{"*":{"__proto__":{"timeoutMs":1}}}}}', 'has no field "__proto__"'],
  ['{"client":{"methods":{"*":{"constructor":1}}}}', 'has no field "constructor"'],
  ['{"client":{"methods":{"*\\u0007":{}}}}', "has a rule for"],
  ["[".repeat(100_000), "the policy cannot be read"],
  [`"${"x".repeat(5_000_000)}"`, "the policy is longer than 4194304 characters"],
];

it.each(mistakes)("says what is wrong: %#", (text, message) => {
  try {
    checkPolicies(text);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({ code: "invalid-argument" });
    expect((error as RpcError).message).toContain(message);
    expect((error as RpcError).message).not.toMatch(/[\u0000-\u0008]/);
  }
  expect(({} as Record<string, unknown>).timeoutMs).toBeUndefined();
});

it(`fails with nothing but its own error, whatever the text is (SEED=${seed})`, () => {
  const random = randomFrom(seed);
  const text = JSON.stringify(whole);
  const pieces = [
    '"',
    "{",
    "}",
    "[",
    ":",
    ",",
    "null",
    "1e999",
    "-1",
    '"__proto__":',
    "\\u0000",
    "\ud800",
    "true",
    '"*":{}',
  ];
  for (let i = 0; i < tries(3000); i++) {
    let mutated = text;
    for (let edits = 1 + Math.floor(random() * 4); edits > 0; edits--) {
      const at = Math.floor(random() * mutated.length);
      const piece = pieces[Math.floor(random() * pieces.length)] ?? "";
      mutated = mutated.slice(0, at) + piece + mutated.slice(at + Math.floor(random() * 12));
    }
    try {
      checkPolicies(mutated);
    } catch (error) {
      if (!RpcError.is(error) || error.code !== "invalid-argument") throw error;
    }
  }
});

it("has a JSON Schema that says the same, and is shipped", () => {
  const path = new URL("../../policies.schema.json", import.meta.url);
  const fresh = policySchema();
  if (process.env["REFRESH"] === "1") writeFileSync(path, `${JSON.stringify(fresh, undefined, 2)}\n`);
  const shipped = JSON.parse(readFileSync(path, "utf8")) as object;
  expect(shipped).toEqual(fresh);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(shipped);
  expect(validate(whole)).toBe(true);
  for (const [text] of mistakes) {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      continue;
    }
    if (text.includes('"*":{},"*"')) continue;
    expect([text.slice(0, 80), validate(json)]).toEqual([text.slice(0, 80), false]);
  }
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "policies-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const limited = (burst: number): string =>
  JSON.stringify({ server: { total: { rateLimit: { perSecond: 0.001, burst } } }, client: { methods: {} } });

interface Opened {
  readonly source: PolicySource;
  /** Waits for the next event. */
  readonly event: () => Promise<RuntimeEvent>;
  readonly events: RuntimeEvent[];
}

async function opened(path: string): Promise<Opened> {
  const events: RuntimeEvent[] = [];
  const waiting: ((event: RuntimeEvent) => void)[] = [];
  const source = await watchPolicies(path, {
    observe: (event) => {
      const next = waiting.shift();
      if (next === undefined) events.push(event);
      else next(event);
    },
  });
  onTestFinished(() => source.close());
  const event = (): Promise<RuntimeEvent> => {
    const first = events.shift();
    return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
  };
  return { source, event, events };
}

it("takes what is written while it watches, and keeps the old where the new is of no use, and says so once", async () => {
  const path = join(directory(), "policies.json");
  writeFileSync(path, limited(1));
  const { source, event, events } = await opened(`file:${path}`);
  let changes = 0;
  const unsubscribe = source.subscribe(() => changes++);
  writeFileSync(path, limited(2));
  expect(await event()).toMatchObject({ kind: "policies-changed", source: path });
  expect(source.current.server?.total?.rateLimit).toMatchObject({ burst: 2 });
  writeFileSync(path, limited(3).slice(0, 30));
  const failed = await event();
  expect(failed).toMatchObject({ kind: "policies-failed", error: { code: "invalid-argument" } });
  expect(failed.kind === "policies-failed" && failed.error.message).toContain(
    `the policy file ${path} cannot be used: `,
  );
  expect(source.current.server?.total?.rateLimit).toMatchObject({ burst: 2 });
  unlinkSync(path);
  expect(await event()).toMatchObject({ kind: "policies-failed", error: { code: "failed-precondition" } });
  writeFileSync(`${path}.new`, limited(4));
  renameSync(`${path}.new`, path);
  expect(await event()).toMatchObject({ kind: "policies-changed" });
  expect(source.current.server?.total?.rateLimit).toMatchObject({ burst: 4 });
  expect(changes).toBe(2);
  unsubscribe();
  expect(events).toEqual([]);
});

it("follows a link that is led elsewhere, as orchestrators do", async () => {
  const folder = directory();
  writeFileSync(join(folder, "1.json"), limited(1));
  writeFileSync(join(folder, "2.json"), limited(2));
  const path = join(folder, "policies.json");
  symlinkSync("1.json", path);
  const { source, event } = await opened(path);
  symlinkSync("2.json", `${path}.new`);
  renameSync(`${path}.new`, path);
  expect(await event()).toMatchObject({ kind: "policies-changed" });
  expect(source.current.server?.total?.rateLimit).toMatchObject({ burst: 2 });
});

it("does not begin with a file that is missing, wrong, no file at all, or too large", async () => {
  const folder = directory();
  const missing = join(folder, "missing.json");
  expect(await failureOf(watchPolicies(missing))).toMatchObject({ code: "failed-precondition" });
  const wrong = join(folder, "wrong.json");
  writeFileSync(wrong, '{"servers":{}}');
  expect(await failureOf(watchPolicies(wrong))).toMatchObject({
    code: "invalid-argument",
    message: `the policy file ${wrong} cannot be used: the policy has no field "servers" (did you mean "server"?)`,
  });
  expect(await failureOf(watchPolicies(folder))).toMatchObject({ code: "invalid-argument" });
  const large = join(folder, "large.json");
  writeFileSync(large, " ".repeat(5_000_000));
  expect(await failureOf(watchPolicies(large))).toMatchObject({ code: "invalid-argument" });
  const services = [mountEcho()];
  expect(await failureOf(serve({ memory: freshName(), services, policyFile: `file:${wrong}` }))).toMatchObject({
    code: "invalid-argument",
  });
});

it("serves a channel and a server with one file, which wins over code and changes both while they run", async () => {
  const path = join(directory(), "policies.json");
  const text = (serverBurst: number, clientBurst: number): string =>
    JSON.stringify({
      client: { methods: { "*": { rateLimit: { perSecond: 0.001, burst: clientBurst } } } },
      server: { methods: { "*": { rateLimit: { perSecond: 0.001, burst: serverBurst } } } },
    });
  writeFileSync(path, text(100, 1));
  const { source, event } = await opened(path);
  const roomy = { methods: { "*": { rateLimit: { perSecond: 1000, burst: 1000 } } } };
  const services = [mountEcho()];
  const server = await serve({ memory: freshName(), services, policyFile: source, policies: roomy });
  const channel = connect(server.address, { policyFile: `file:${path}`, policies: roomy });
  onTestFinished(async () => {
    await channel.close();
    await server.close();
  });
  const echo = createEchoClient(channel);
  expect(await echo.echo(note("a"))).toEqual(note("a"));
  expect(String(await failureOf(echo.echo(note("b"))))).toContain("this client makes 0.001 calls a second");
  writeFileSync(path, JSON.stringify({ server: { methods: { "*": { rateLimit: { perSecond: 0.001, burst: 1 } } } } }));
  await event();
  // The channel has opened the file by itself, and hears of it by itself.
  for (let i = 0; i < 100; i++) {
    const error = await echo.echo(note("c")).then(() => "", String);
    if (error.includes("the server takes 0.001 calls a second")) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect.unreachable();
});

it("fails calls with what is wrong as long as a file could not be used even once, and recovers with it", async () => {
  const path = join(directory(), "policies.json");
  const server = await serve({ memory: freshName(), services: [mountEcho()] });
  const channel = connect(server.address, { policyFile: path });
  onTestFinished(async () => {
    await channel.close();
    await server.close();
  });
  const echo = createEchoClient(channel);
  expect(await failureOf(echo.echo(note()))).toMatchObject({ code: "failed-precondition" });
  writeFileSync(path, "{}");
  expect(await echo.echo(note("back"))).toEqual(note("back"));
});
