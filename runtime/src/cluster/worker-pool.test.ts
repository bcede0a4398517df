/** What becomes of workers, with processes and time in the test's hand. */

import { expect, it } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.js";
import { failureOf, watch } from "../../test/kit/harness.js";
import type { ClusterEvent } from "./cluster-event.js";
import { WorkerPool, type PoolOptions } from "./worker-pool.js";
import type { WorkerSink } from "./worker-process.js";

/** A process that does what the test says. */
class FakeProcess {
  readonly pid: number;
  readonly asked: string[] = [];
  private readonly sink: WorkerSink;

  constructor(pid: number, sink: WorkerSink) {
    this.pid = pid;
    this.sink = sink;
  }

  leave(graceMs: number): void {
    this.asked.push(`leave ${graceMs}`);
  }

  kill(): void {
    this.asked.push("kill");
    this.sink.ended("killed by SIGKILL");
  }

  serves(): void {
    this.sink.said({ rpcgen: "serving" });
  }

  ends(how = "exit code 0"): void {
    this.sink.ended(how);
  }

  fails(why: string): void {
    this.sink.said({ rpcgen: "failed", why });
    this.sink.ended("exit code 1");
  }
}

interface Setup {
  readonly pool: WorkerPool;
  readonly clock: VirtualClock;
  readonly processes: FakeProcess[];
  readonly events: ClusterEvent[];
  at(index: number): FakeProcess;
}

function setUp(changes: Partial<PoolOptions> = {}): Setup {
  const clock = new VirtualClock();
  const processes: FakeProcess[] = [];
  const events: ClusterEvent[] = [];
  const pool = new WorkerPool({
    workers: 2,
    unreadyMs: 0,
    graceMs: 1000,
    startTimeoutMs: 30_000,
    crashesMax: 3,
    clock,
    random: () => 0.5,
    fork: (sink) => {
      const made = new FakeProcess(processes.length, sink);
      processes.push(made);
      return made;
    },
    tell: (event) => void events.push(event),
    ...changes,
  });
  const at = (index: number): FakeProcess => {
    const found = processes[index];
    if (found === undefined) throw new Error(`there are only ${processes.length} processes`);
    return found;
  };
  return { pool, clock, processes, events, at };
}

async function serving(changes: Partial<PoolOptions> = {}): Promise<Setup> {
  const setup = setUp(changes);
  const started = setup.pool.start();
  for (const each of setup.processes) each.serves();
  await started;
  return setup;
}

it("is started when all workers serve", async () => {
  const { pool, clock, at, processes } = setUp();
  const started = watch(pool.start());
  at(0).serves();
  await clock.settle();
  expect([processes.length, started.isSettled]).toEqual([2, false]);
  at(1).serves();
  await clock.settle();
  expect(started.isSettled).toBe(true);
});

it.each<[string, (first: FakeProcess) => void, string]>([
  ["ends", (first) => first.ends("exit code 7"), "the first worker ended before it served (exit code 7)"],
  ["cannot listen", (first) => first.fails("the port is taken"), "(exit code 1: the port is taken)"],
])(
  "gives up at once when the first worker %s before any has served, and leaves nothing behind",
  async (_, act, why) => {
    const { pool, at, processes } = setUp();
    const started = watch(pool.start());
    act(at(0));
    const error = await failureOf(pool.ended);
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining(why) });
    expect(started.error).toBe(error);
    expect(at(1).asked).toContain("kill");
    expect(processes).toHaveLength(2);
  },
);

it("kills a worker that does not come up in time", async () => {
  const { pool, clock, at } = setUp({ startTimeoutMs: 500 });
  const started = watch(pool.start());
  await clock.advance(500);
  expect(at(0).asked).toContain("kill");
  expect(started.error).toMatchObject({ message: expect.stringContaining("within startTimeoutMs = 500") });
});

it("replaces a worker that crashed, waiting longer each time", async () => {
  const { clock, at, processes, events } = await serving();
  at(0).ends("exit code 1");
  await clock.advance(99);
  expect(processes).toHaveLength(2);
  await clock.advance(1);
  expect(processes).toHaveLength(3);
  at(2).ends("exit code 1");
  await clock.advance(159);
  expect(processes).toHaveLength(3);
  await clock.advance(1);
  expect(processes).toHaveLength(4);
  expect(events.filter(({ kind }) => kind === "worker-crashed")).toMatchObject([
    { pid: 0, how: "exit code 1", retryInMs: 100 },
    { pid: 2, how: "exit code 1", retryInMs: 160 },
  ]);
});

it("ends all workers with a clear error when they crash in a loop", async () => {
  const { pool, clock, at, processes, events } = await serving();
  for (let i = 0; i < 4; i++) {
    at(processes.length - 1).ends("exit code 1");
    await clock.advance(1000);
  }
  expect(at(0).asked).toEqual(["leave 1000"]);
  at(0).ends();
  expect(await failureOf(pool.ended)).toMatchObject({
    message: "more than crashesMax = 3 workers crashed within a minute; the last one: exit code 1",
  });
  expect(events.map(({ kind }) => kind)).toContain("gave-up");
  await clock.advance(60_000);
  expect(processes).toHaveLength(5);
});

it("crashes that are far apart are replaced for ever", async () => {
  const { clock, at, processes } = await serving();
  for (let i = 0; i < 10; i++) {
    at(processes.length - 1).ends("exit code 1");
    await clock.advance(100);
    at(processes.length - 1).serves();
    await clock.advance(60_000);
  }
  expect(processes).toHaveLength(12);
});

it("restarts worker by worker: the new one serves before the old one is asked to leave", async () => {
  const { pool, clock, at, processes, events } = await serving();
  const restarted = watch(pool.restart());
  expect([processes.length, at(0).asked.length]).toEqual([3, 0]);
  at(2).serves();
  await clock.settle();
  expect([processes.length, at(0).asked]).toEqual([3, ["leave 1000"]]);
  at(0).ends();
  await clock.settle();
  expect(processes).toHaveLength(4);
  at(3).serves();
  await clock.settle();
  at(1).ends();
  await clock.settle();
  expect(restarted.isSettled).toBe(true);
  expect(restarted.error).toBeUndefined();
  expect(processes).toHaveLength(4);
  expect(events.at(-1)).toEqual({ kind: "restarted", workers: 2 });
});

it("a restart whose new worker does not come up stops, and the old workers go on", async () => {
  const { pool, clock, at, processes, events } = await serving();
  const restarted = watch(pool.restart());
  at(2).fails("bad build");
  await clock.advance(10_000);
  expect(restarted.error).toMatchObject({
    message: "the new worker ended before it served (exit code 1: bad build)",
  });
  expect([at(0).asked, at(1).asked, processes.length]).toEqual([[], [], 3]);
  expect(events.map(({ kind }) => kind)).toContain("restart-failed");
});

it("an old worker that crashes during its replacement is not replaced twice", async () => {
  const { pool, clock, at, processes } = await serving();
  const restarted = watch(pool.restart());
  at(0).ends("exit code 1");
  await clock.advance(1000);
  expect(processes).toHaveLength(3);
  at(2).serves();
  await clock.settle();
  at(3).serves();
  await clock.settle();
  at(1).ends();
  await clock.settle();
  expect(restarted.error).toBeUndefined();
  expect([restarted.isSettled, processes.length]).toEqual([true, 4]);
});

it("restarts that are asked for during one are one more", async () => {
  const { pool, clock, processes, at } = await serving({ workers: 1 });
  const restarts = [pool.restart(), pool.restart(), pool.restart()].map(watch);
  for (let i = 1; i < 3; i++) {
    at(i).serves();
    await clock.settle();
    at(i - 1).ends();
    await clock.settle();
  }
  expect(restarts.every(({ isSettled }) => isSettled)).toBe(true);
  expect(processes).toHaveLength(3);
});

it("a worker that does not end after its grace is killed", async () => {
  const { pool, clock, at } = await serving();
  const closed = watch(pool.close());
  await clock.advance(5999);
  expect(at(0).asked).toEqual(["leave 1000"]);
  await clock.advance(1);
  expect(at(0).asked).toEqual(["leave 1000", "kill"]);
  expect(closed.isSettled).toBe(true);
});

it("closing hurries when it is asked to, and replaces nobody any more", async () => {
  const { pool, clock, at, processes } = await serving();
  at(1).ends("exit code 1");
  void pool.close();
  const closed = watch(pool.close(0));
  expect(at(0).asked).toEqual(["leave 1000", "leave 0"]);
  at(0).ends();
  await clock.advance(60_000);
  expect([closed.isSettled, processes.length]).toEqual([true, 2]);
  await pool.ended;
});

it("closing in the middle of a restart ends it, and every process", async () => {
  const { pool, clock, at } = await serving();
  const restarted = watch(pool.restart());
  const closed = watch(pool.close());
  at(2).serves();
  for (const index of [0, 1, 2]) at(index).ends();
  await clock.settle();
  expect([closed.isSettled, restarted.isSettled]).toEqual([true, true]);
  expect(restarted.error).toBeInstanceOf(Error);
});

it("restarts that fail again and again do not end the workers that serve", async () => {
  const { pool, clock, at, processes, events } = await serving();
  for (let i = 0; i < 10; i++) {
    const restarted = watch(pool.restart());
    at(processes.length - 1).fails("bad build");
    await clock.settle();
    expect(restarted.error).toBeInstanceOf(Error);
  }
  expect([at(0).asked, at(1).asked]).toEqual([[], []]);
  expect(events.map(({ kind }) => kind)).not.toContain("gave-up");
});

it("a replacement whose worker has crashed is itself replaced when it does not come up", async () => {
  const { pool, clock, at, processes } = await serving();
  watch(pool.restart());
  at(0).ends("exit code 1");
  at(2).ends("exit code 1");
  await clock.advance(1000);
  expect(processes).toHaveLength(4);
});
