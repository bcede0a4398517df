/** Servers that are drained while streams of requests are opened without a pause: none of them fails. */

import { expect, onTestFinished, test } from "vitest";
import { connect, serve, type Server } from "../src/index.js";
import { collect, createEchoClient, mountEcho, type EchoClient, type Note } from "./kit/echo-service.js";
import { ListedServers } from "./kit/fleet.js";

const note = { text: "part", count: 1 };

async function* parts(): AsyncGenerator<Note> {
  for (let i = 0; i < 3; i++) {
    yield note;
    if (i === 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function upload({ sum, chat }: EchoClient, number: number): Promise<void> {
  const count = number % 2 === 0 ? (await sum(parts())).count : (await collect(chat(parts()))).length;
  if (count !== 3) throw new Error(`an upload lost parts: ${count} of 3`);
}

test("a server is drained under 50 uploads a turn, five times over, and no call fails", async () => {
  const start = (): Promise<Server> => serve({ port: 0, services: [mountEcho()] });
  let servers = [await start(), await start()];
  const list = new ListedServers(servers.map(({ address }) => address));
  const channel = connect({ resolver: list, service: "test.v1.Echo" });
  onTestFinished(async () => {
    await channel.close();
    await Promise.all(servers.map((server) => server.close({ graceMs: 0 })));
  });
  const echo = createEchoClient(channel);
  await echo.echo(note);
  const failures: string[] = [];
  let made = 0;
  let isOver = false;
  const load = (async () => {
    const running = new Set<Promise<void>>();
    while (!isOver) {
      for (let i = 0; i < 50; i++) {
        const call: Promise<void> = upload(echo, made++)
          .catch((error: unknown) => void failures.push(String(error)))
          .finally(() => running.delete(call));
        running.add(call);
      }
      await new Promise((resolve) => setImmediate(resolve));
      // As many as can be on their way at once, whatever the machine is busy with.
      while (running.size > 400) await Promise.race(running);
    }
    await Promise.all(running);
  })();
  for (let drain = 0; drain < 5; drain++) {
    await expect.poll(() => channel.members().filter(({ state }) => state === "ready").length).toBe(2);
    const seen = made;
    await expect.poll(() => made, { timeout: 10_000 }).toBeGreaterThan(seen + 1000);
    const [old, other] = servers as [Server, Server];
    const next = await start();
    servers = [other, next];
    await old.close();
    list.set(servers.map(({ address }) => address));
  }
  isOver = true;
  await load;
  expect(failures).toEqual([]);
  expect(made).toBeGreaterThan(5000);
}, 60_000);
