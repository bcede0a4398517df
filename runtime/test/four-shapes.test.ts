/** All shapes of methods, over every transport and in every codec. */

import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { connect, jsonCodec, serve, type ClientChannel, type Server, type ServeOptions } from "../src/index.js";
import { connect as connectSmall } from "../src/web.js";
import { webSocketOfWs } from "./kit/web-client.js";
import { collect, createEchoClient, EchoJson, mountEcho, TooMany, type EchoHandler } from "./kit/echo-service.js";

let name = 0;
const places: Readonly<Record<string, () => Partial<ServeOptions>>> = {
  tcp: () => ({ port: 0 }),
  unix: () => ({ path: join(tmpdir(), `rpcgen-${process.pid}-${++name}.sock`) }),
  WebSocket: () => ({ port: 0, webSocket: {} }),
  "WebSocket with the small client": () => ({ port: 0, webSocket: {} }),
  memory: () => ({ memory: `shapes-${++name}` }),
  "memory in json": () => ({ memory: `shapes-${++name}` }),
};

const open: { server: Server; channel: Pick<ClientChannel, "close"> }[] = [];

async function start(place: string, handler: Partial<EchoHandler> = {}): Promise<ReturnType<typeof createEchoClient>> {
  const server = await serve({ ...places[place]?.(), services: [mountEcho(handler)] });
  const isWebSocket = place.startsWith("WebSocket");
  const address = isWebSocket ? `${server.address.replace("rpc:", "ws:")}/rpc` : server.address;
  if (place.endsWith("small client")) {
    const channel = connectSmall(address, { webSocket: await webSocketOfWs() });
    open.push({ server, channel });
    return createEchoClient(channel);
  }
  const channel = connect(address, place.endsWith("json") ? { codec: jsonCodec({ services: [EchoJson] }) } : {});
  open.push({ server, channel });
  return createEchoClient(channel);
}

afterEach(async () => {
  for (const { server, channel } of open.splice(0)) {
    await channel.close();
    await server.close();
  }
});

describe.each(Object.keys(places))("over %s", (place) => {
  it("a unary call answers with what a sync or an async handler returns", async () => {
    const client = await start(place);
    expect(await client.echo({ text: "hello", count: 3 })).toEqual({ text: "hello", count: 3 });
    const later = await start(place, { echo: async (request) => ({ ...request, count: request.count + 1 }) });
    expect(await later.echo({ text: "hello", count: 3 })).toEqual({ text: "hello", count: 4 });
  });

  it("many calls at once each get their own answer", async () => {
    const client = await start(place, { echo: async (request) => request });
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, count) => client.echo({ text: `n${count}`, count })),
    );
    expect(answers.every((answer, i) => answer.count === i && answer.text === `n${i}`)).toBe(true);
  });

  it("a server stream delivers its messages in order and ends", async () => {
    const client = await start(place);
    const notes = await collect(client.count({ text: "x", count: 2000 }));
    expect(notes.map((note) => note.count)).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    expect(await collect(client.count({ text: "x", count: 0 }))).toEqual([]);
  });

  it("a client stream is received in order and answered once", async () => {
    const client = await start(place);
    const notes = Array.from({ length: 1000 }, (_, count) => ({ text: "", count }));
    expect(await client.sum(notes)).toEqual({ text: "", count: 499_500 });
    expect(await client.sum([])).toEqual({ text: "", count: 0 });
  });

  it("both sides of a bidirectional stream go on independently", async () => {
    const client = await start(place);
    async function* questions(): AsyncGenerator<{ text: string; count: number }> {
      for (let count = 0; count < 300; count++) yield { text: "q", count };
    }
    const answers = await collect(client.chat(questions()));
    expect(answers.map((note) => note.count)).toEqual(Array.from({ length: 300 }, (_, i) => i));
  });

  it("a oneway call settles without an answer, and the handler gets it", async () => {
    const seen: number[] = [];
    const client = await start(place, { log: (note) => void seen.push(note.count) });
    await client.log({ text: "", count: 7 });
    await client.echo({ text: "", count: 0 });
    expect(seen).toEqual([7]);
  });
});

describe.each(Object.keys(places))("over %s", (place) => {
  it("messages of megabytes go through in every direction", async () => {
    const text = "ä".repeat(1_500_000);
    const client = await start(place, {
      log: () => {},
      *count(request) {
        yield request;
        yield request;
      },
    });
    expect((await client.echo({ text, count: 1 })).text === text).toBe(true);
    expect((await collect(client.count({ text, count: 1 }))).map((note) => note.text === text)).toEqual([true, true]);
    expect(
      (
        await client.sum([
          { text, count: 1 },
          { text, count: 2 },
        ])
      ).count,
    ).toBe(3);
    expect(
      (
        await collect(
          client.chat([
            { text, count: 1 },
            { text, count: 2 },
          ]),
        )
      ).length,
    ).toBe(2);
    await client.log({ text, count: 1 });
  });

  it("a declared error arrives as an instance of its class, with its detail", async () => {
    const client = await start(place, {
      echo: () => {
        throw new TooMany({ text: "apples", count: 2 }, "only two");
      },
    });
    const error: unknown = await client.echo({ text: "", count: 0 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TooMany);
    expect(error).toMatchObject({
      code: "resource-exhausted",
      message: "only two",
      method: "/test.v1.Echo/Echo",
      detail: { text: "apples", count: 2 },
    });
  });
});
