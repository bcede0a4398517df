/** Traces through calls: what is read, written and refused of them, and how they follow a program. */

import { describe, expect, test } from "vitest";
import { Metadata, RpcError, type ServerCall } from "../../src/index.js";
import {
  currentTrace,
  readTraceContext,
  traceCalls,
  traceOf,
  withTrace,
  type TraceContext,
} from "../../src/observe.js";
import { newId } from "../../src/observe/trace-context.js";
import { createEchoClient, collect, type EchoClient, type Note } from "../kit/echo-service.js";
import { withFleet } from "../kit/fleet.js";
import { pairUnderTest, watch } from "../kit/harness.js";
import { numbersFrom, seed, tries } from "../kit/random.js";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const note = (text: string, count = 0): Note => ({ text, count });
const read = (...entries: [string, string][]): TraceContext | undefined => readTraceContext(Metadata.from(entries));

describe("traceparent", () => {
  const right: readonly [string, boolean][] = [
    [`00-${traceId}-${spanId}-01`, true],
    [`00-${traceId}-${spanId}-00`, false],
    [`00-${traceId}-${spanId}-ff`, true],
    [`cc-${traceId}-${spanId}-01`, true],
    [`cc-${traceId}-${spanId}-01-what-the-future-may-bring.`, true],
  ];
  test.each(right)("%s is read", (text, isSampled) => {
    expect(read(["traceparent", text])).toEqual({ traceId, spanId, isSampled, state: "" });
  });

  const wrong = [
    "",
    "x",
    `ff-${traceId}-${spanId}-01`,
    `00-${"0".repeat(32)}-${spanId}-01`,
    `00-${traceId}-${"0".repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId}-${spanId}-1`,
    `00-${traceId}-${spanId}`,
    `cc-${traceId}-${spanId}-01.more`,
    `0-${traceId}-${spanId}-01`,
    ` 00-${traceId}-${spanId}-01`,
    `00-${traceId}x-${spanId}-01`,
    `00-${traceId}-${spanId}-01-${"a".repeat(10_000)}`,
  ];
  test.each(wrong)("%s is none", (text) => {
    expect(read(["traceparent", text])).toBeUndefined();
  });

  test("two of them are none", () => {
    const one = `00-${traceId}-${spanId}-01`;
    expect(read(["traceparent", one], ["traceparent", one])).toBeUndefined();
  });
});

describe("tracestate", () => {
  const state = (...texts: string[]): string | undefined =>
    read(["traceparent", `00-${traceId}-${spanId}-01`], ...texts.map((text): [string, string] => ["tracestate", text]))
      ?.state;

  test("is passed on, also from several entries", () => {
    expect(state("a=1,b=2")).toBe("a=1,b=2");
    expect(state("a=1", "b=2 , ,tenant@vendor=x")).toBe("a=1,b=2,tenant@vendor=x");
  });

  test.each(["a", "A=1", "a=1,a=2", "a=", "=1", "a=1=2", Array.from({ length: 33 }, (_, i) => `k${i}=1`).join(",")])(
    "%s is left out, and the trace goes on",
    (text) => expect(state(text)).toBe(""),
  );

  test("that is long loses its long members first, and then its last ones", () => {
    const long = `long=${"x".repeat(200)}`;
    const short = Array.from({ length: 31 }, (_, i) => `k${i}=${"y".repeat(20)}`);
    const kept = state([long, ...short].join(",")) ?? "";
    expect(kept.length).toBeLessThanOrEqual(512);
    expect(kept.startsWith("k0=")).toBe(true);
    expect(kept).not.toContain("long=");
  });

  test("of 10 KB is no trace at all", () => {
    expect(state(`a=${"x".repeat(10_240)}`)).toBeUndefined();
  });
});

test(`whatever stands in metadata, it is read or not, and never throws (SEED=${seed})`, () => {
  const number = numbersFrom(seed);
  const signs = '0123456789abcdef-fF=,@ "\\zZ~';
  const whole = `00-${traceId}-${spanId}-01`;
  for (let i = 0; i < tries(5000); i++) {
    const at = number(whole.length);
    const text = whole.slice(0, at) + (signs[number(signs.length)] ?? "") + whole.slice(at + number(3));
    const state = Array.from({ length: number(60) }, () => signs[number(signs.length)] ?? "").join("");
    const trace = read(["traceparent", text], ["tracestate", state]);
    if (trace === undefined) continue;
    expect(trace.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
    expect(trace.spanId).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
  }
});

test("ids are never zero, whatever numbers they are made of", () => {
  expect(newId(16, () => 0)).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
  expect(newId(32, () => 0.999_999_999_9)).toMatch(/^[0-9a-f]{32}$/);
});

/** Two servers, of which the first calls the second one. */
async function chainUnderTest(
  first: (call: ServerCall, second: EchoClient) => Promise<Note>,
  clientTraces = [traceCalls()],
): Promise<{ call: (metadata?: Record<string, string>) => Promise<void>; seen: string[]; sampled: boolean[] }> {
  const traces = traceCalls();
  const seen: string[] = [];
  const sampled: boolean[] = [];
  const see = (call: ServerCall): void => {
    const { traceId: id = "", spanId: span = "", isSampled = false } = currentTrace() ?? {};
    expect(traceOf(call)).toEqual(currentTrace());
    seen.push(`${id}/${span}`);
    sampled.push(isSampled);
  };
  const second = await pairUnderTest(
    {
      echo: (request, call) => {
        see(call);
        return request;
      },
    },
    { instruments: [traces] },
    { instruments: [traces] },
  );
  const pair = await pairUnderTest(
    {
      echo: async (_request, call) => {
        see(call);
        return first(call, second.echo);
      },
    },
    { instruments: [traces] },
    { instruments: clientTraces },
  );
  const call = async (metadata?: Record<string, string>): Promise<void> => {
    const made = watch(pair.echo.echo(note("a"), metadata === undefined ? {} : { metadata }));
    for (let i = 0; i < 5; i++) {
      await pair.clock.settle();
      await second.clock.settle();
    }
    expect(made.value).toEqual(note("b"));
  };
  return { call, seen, sampled };
}

test("calls made inside of a handler continue its trace, after waits, too; each hop is a span of its own", async () => {
  const { call, seen } = await chainUnderTest(async (_, second) => {
    await Promise.resolve();
    return second.echo(note("b"));
  });
  await call();
  await call();
  const [a, b, c, d] = seen.map((text) => text.split("/"));
  expect(a?.[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(b?.[0]).toBe(a?.[0]);
  expect(d?.[0]).toBe(c?.[0]);
  expect(c?.[0]).not.toBe(a?.[0]);
  expect(new Set([a?.[1], b?.[1], c?.[1], d?.[1]]).size).toBe(4);
});

test("what came is continued with its mark; what came malformed begins anew, and is no failure", async () => {
  const { call, seen, sampled } = await chainUnderTest((_, second) => second.echo(note("b")), []);
  await call({ traceparent: `00-${traceId}-${spanId}-00`, tracestate: "a=1" });
  expect(seen.splice(0).map((text) => text.split("/")[0])).toEqual([traceId, traceId]);
  expect(sampled.splice(0)).toEqual([false, false]);
  for (const traceparent of [`ff-${traceId}-${spanId}-01`, `00-${"0".repeat(32)}-${spanId}-01`, "nonsense"]) {
    await call({ traceparent });
    const ids = seen.splice(0).map((text) => text.split("/")[0]);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[0]).not.toBe(traceId);
    expect(ids[1]).toBe(ids[0]);
  }
});

test("a program can put a trace of its own around calls, in code and in metadata", async () => {
  const { call, seen } = await chainUnderTest((_, second) => second.echo(note("b")));
  await withTrace({ traceId, spanId, isSampled: true, state: "" }, () => call());
  expect(seen.splice(0).map((text) => text.split("/")[0])).toEqual([traceId, traceId]);
  await call({ traceparent: `00-${traceId}-${spanId}-01` });
  expect(seen.splice(0).map((text) => text.split("/")[0])).toEqual([traceId, traceId]);
});

test("streams of answers run inside of their trace at every step, however they are made", async () => {
  const traces = traceCalls();
  const seen: (string | undefined)[] = [];
  const { clock, echo } = await pairUnderTest(
    {
      count: async function* ({ count }) {
        for (let i = 0; i < count; i++) {
          seen.push(currentTrace()?.traceId);
          yield note("", i);
        }
      },
      *chat() {
        seen.push(currentTrace()?.traceId);
        yield note("");
        seen.push(currentTrace()?.traceId);
      },
    },
    { instruments: [traces] },
  );
  const answers = watch(collect(echo.count(note("", 5), { metadata: { traceparent: `00-${traceId}-${spanId}-01` } })));
  await clock.advance(100);
  expect(answers.value).toHaveLength(5);
  expect(seen.splice(0)).toEqual(Array.from({ length: 5 }, () => traceId));
  const chat = watch(collect(echo.chat([note("a")], { metadata: { traceparent: `00-${traceId}-${spanId}-01` } })));
  await clock.advance(100);
  expect(chat.value).toHaveLength(1);
  expect(seen).toEqual([traceId, traceId]);
  expect(currentTrace()).toBeUndefined();
});

test("the attempts of a call share its trace", async () => {
  const seen: (string | undefined)[] = [];
  await withFleet({ servers: 2, instruments: [traceCalls()] }, async ({ servers, echo }) => {
    for (const server of servers) {
      server.behave = (_, call) => {
        seen.push(call.metadata.get("traceparent"));
        throw new RpcError("unavailable", "not now");
      };
    }
    await echo.echo(note("a"), { policy: { idempotencyKey: "shared", retry: { attempts: 3 } } }).catch(() => {});
  });
  const parts = seen.map((text) => text?.split("-") ?? []);
  expect(parts).toHaveLength(3);
  expect(new Set(parts.map(([, id]) => id)).size).toBe(1);
  expect(new Set(parts.map(([, , span]) => span)).size).toBe(3);
});

test("no call fails because a trace does not fit beside its metadata", async () => {
  const { clock, channel } = await pairUnderTest(
    {},
    {},
    { instruments: [traceCalls()], limits: { metadataEntriesMax: 1 } },
  );
  const call = watch(createEchoClient(channel).echo(note("a"), { metadata: { mine: "1" } }));
  await clock.advance(10);
  expect(call.value).toEqual(note("a"));
});

test("the share of traces that are sampled is what was said", async () => {
  const marks = (sample: number): Set<string> => {
    const seen = new Set<string>();
    const taps = traceCalls({ sample }).channel({
      limits: { metadataBytesMax: 8192, metadataEntriesMax: 64 },
    } as never);
    const call = { metadata: undefined } as never;
    for (let i = 0; i < 50; i++) {
      void taps?.call?.one?.(call, (traced) => {
        seen.add(String(traced.trace?.isSampled));
        return Promise.resolve();
      });
    }
    return seen;
  };
  expect(marks(1)).toEqual(new Set(["true"]));
  expect(marks(0)).toEqual(new Set(["false"]));
  expect(() => traceCalls({ sample: 2 })).toThrow("sample must be a share from 0 to 1, not 2");
});
