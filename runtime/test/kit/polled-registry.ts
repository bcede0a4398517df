/** What registries have to stand that are asked over HTTP again and again, on fakes of them: one suite, and a stage for more. */

import { expect, onTestFinished, test } from "vitest";
import type { Registry } from "../../src/registry/registry.js";
import type { RegistryOptions } from "../../src/registry/registry-options.js";
import type { FakeHttp } from "./fake-http.js";
import { describeRegistry } from "./registry-contract.js";
import { eventually, Heard, service } from "./registry-stage.js";

/** A registry in this process that keeps what was entered. */
export interface PolledFake {
  readonly http: FakeHttp;
  /** Loses all entries. */
  clear(): void;
  /** Has lost all entries when it starts again. */
  beginEmpty(): void;
}

/** What some of them have besides. */
export interface PolledOptions extends RegistryOptions {
  readonly timeoutMs?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly namespaceId?: string | undefined;
  readonly group?: string | undefined;
}

export interface PolledKind<F extends PolledFake> {
  readonly name: string;
  readonly create: () => F;
  /** Asks often, and holds entries for a second or less. */
  readonly open: (servers: readonly string[], options: PolledOptions) => Registry;
  /** Enters 10.0.0.N at port 7000 + N as another client would. */
  readonly put: (fake: F, of: string, host: number) => void;
  readonly putGarbage: (fake: F, of: string) => void;
  /** Answers that are no list of instances. */
  readonly answers: { readonly noJson: string; readonly otherJson: string; readonly halfJson: string };
}

export interface PolledStage<F extends PolledFake> {
  /** A fake that is up until the test ends. */
  fake(): Promise<F>;
  /** A client of it, closed when the test ends. */
  registry(fake: F, options?: PolledOptions): Registry;
}

/** Declares the suite of all registries and that of those which are asked again and again. */
export function describePolled<F extends PolledFake>(kind: PolledKind<F>): PolledStage<F> {
  const stage = stageOf(kind);
  describeRegistry({
    name: `${kind.name} (fake)`,
    async start() {
      const fake = kind.create();
      await fake.http.start();
      return {
        open(options) {
          const made = kind.open([`http://${fake.http.place}`], options);
          return { resolver: made, registrar: made };
        },
        stop: () => fake.http.stop(),
        restart(empty) {
          if (empty) fake.beginEmpty();
          return fake.http.start();
        },
        loseLeases: async () => fake.clear(),
        putGarbage: async (of) => kind.putGarbage(fake, of),
        end: () => fake.http.stop(),
      };
    },
  });
  describeBadAnswers(kind, stage);
  return stage;
}

function stageOf<F extends PolledFake>(kind: PolledKind<F>): PolledStage<F> {
  const quick = { backoff: { initialMs: 10, maxMs: 100 }, guard: { debounceMs: 0, holdMs: 60_000 } };
  return {
    async fake() {
      const fake = kind.create();
      await fake.http.start();
      onTestFinished(() => fake.http.stop());
      return fake;
    },
    registry(fake, options) {
      const made = kind.open([`http://${fake.http.place}`], { ...quick, ...options });
      onTestFinished(() => made.close());
      return made;
    },
  };
}

function describeBadAnswers<F extends PolledFake>(kind: PolledKind<F>, stage: PolledStage<F>): void {
  const { noJson, otherJson, halfJson } = kind.answers;
  test.each([
    ["no JSON", { override: noJson }, "internal"],
    ["JSON of another kind", { override: otherJson }, "internal"],
    ["half of it", { override: halfJson }, "internal"],
    ["status 500", { status: 500 }, "unavailable"],
    ["status 503", { status: 503 }, "unavailable"],
    ["status 429", { status: 429 }, "resource-exhausted"],
    ["nothing", { isFrozen: true }, "unavailable"],
  ])("a server that answers with %s is told of, keeps the list, and is used again when it is well", async (...row) => {
    const [, fault, code] = row;
    const fake = await stage.fake();
    kind.put(fake, service, 1);
    const heard = new Heard();
    stage.registry(fake, { timeoutMs: code === "unavailable" ? 100 : 5000 }).watch(service, heard);
    await eventually(() => expect(heard.addresses).toEqual(["rpc://10.0.0.1:7001"]));
    Object.assign(fake.http, fault);
    await eventually(() => expect(heard.failures.length).toBeGreaterThan(1));
    expect(heard.failures[0]).toMatchObject({ code });
    expect(heard.failures[0]?.message).toContain(fake.http.place);
    Object.assign(fake.http, { override: undefined, status: undefined, isFrozen: false });
    kind.put(fake, service, 2);
    await eventually(() => expect(heard.addresses).toEqual(["rpc://10.0.0.1:7001", "rpc://10.0.0.2:7002"]));
    expect(heard.lists.every((list) => list.length > 0)).toBe(true);
  });
}
