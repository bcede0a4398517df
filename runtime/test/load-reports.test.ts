/** What servers say of their load: when they measure, what they count, and when the reports end. */

import { expect, onTestFinished, test } from "vitest";
import { createLoadReportsClient } from "../src/builtin/gen/rpcgen/load/v1/load.client.js";
import type { LoadReport } from "../src/builtin/gen/rpcgen/load/v1/load.types.js";
import { connect, serve } from "../src/index.js";
import { createEchoClient, mountEcho } from "./kit/echo-service.js";
import { never, pairUnderTest, watch } from "./kit/harness.js";

async function loadUnderTest() {
  const pair = await pairUnderTest({ echo: never });
  return { ...pair, client: createLoadReportsClient(pair.channel) };
}

function collect(answers: AsyncIterable<LoadReport>) {
  const reports: LoadReport[] = [];
  const end = watch(
    (async () => {
      for await (const report of answers) reports.push(report);
    })(),
  );
  return { reports, end };
}

test("a report comes after every interval, and counts what the server's own handlers do", async () => {
  const { client, clock, echo } = await loadUnderTest();
  const first = collect(client.watch(1000));
  const second = collect(client.watch(1000));
  await clock.settle();
  await clock.advance(1000);
  expect(first.reports).toHaveLength(1);
  expect(first.reports[0]).toMatchObject({ inFlight: 0 });
  for (let call = 0; call < 3; call++) watch(echo.echo({ text: "a", count: 1 }));
  await clock.advance(3000);
  expect(first.reports).toHaveLength(4);
  expect(second.reports).toHaveLength(4);
  expect(first.reports.at(-1)).toMatchObject({ inFlight: 3 });
  for (const { cpu, eventLoopDelayMs } of first.reports) {
    expect(cpu).toBeGreaterThanOrEqual(0);
    expect(eventLoopDelayMs).toBeGreaterThanOrEqual(0);
  }
});

test("the interval is bounded on both sides", async () => {
  const { client, clock } = await loadUnderTest();
  const [usual, least, most] = [0, 1, 4_000_000_000].map((intervalMs) => collect(client.watch(intervalMs)));
  await clock.settle();
  await clock.advance(1000);
  expect([usual?.reports.length, least?.reports.length, most?.reports.length]).toEqual([1, 10, 0]);
  await clock.advance(59_000);
  expect(most?.reports.length).toBe(1);
});

test("reports end when the server closes, and nothing is left when nobody watches", async () => {
  const { client, clock, server } = await loadUnderTest();
  const leave = async (): Promise<number> => {
    const controller = new AbortController();
    const left = collect(client.watch(1000, { signal: controller.signal }));
    await clock.settle();
    controller.abort();
    await clock.settle();
    expect(left.end.isSettled).toBe(true);
    return clock.timers;
  };
  expect(await leave()).toBe(await leave());
  const seen = collect(client.watch(1000));
  await clock.settle();
  const closing = watch(server.close());
  await clock.settle();
  expect(seen.end).toMatchObject({ isSettled: true, error: undefined });
  expect(closing.isSettled).toBe(true);
});

test("a busy process says so", async () => {
  const server = await serve({
    port: 0,
    services: [
      mountEcho({
        echo: (note) => {
          const until = performance.now() + note.count;
          while (performance.now() < until);
          return note;
        },
      }),
    ],
  });
  const channel = connect(server.address);
  onTestFinished(async () => {
    await channel.close();
    await server.close({ graceMs: 0 });
  });
  const reports = createLoadReportsClient(channel).watch(500)[Symbol.asyncIterator]();
  // However slow this machine is, one of the reports falls together with calls that keep the process busy.
  let isSeen = false;
  const busy = (async () => {
    while (!isSeen) await createEchoClient(channel).echo({ text: "a", count: 150 });
  })();
  try {
    for (;;) {
      const { value } = await reports.next();
      if (value !== undefined && value.cpu > 0.05 && value.eventLoopDelayMs > 50) break;
    }
  } finally {
    isSeen = true;
  }
  await busy;
  for (;;) {
    const { value } = await reports.next();
    if (value?.inFlight === 0) break;
  }
  await reports.return?.();
});
