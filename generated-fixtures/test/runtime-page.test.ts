/** The recipes of docs/RUNTIME.md, run. */

import { Metadata, RpcError, connect, createChannel, jsonCodec, serve } from "@rpcgen/runtime";
import type { Caller, ClientChannel } from "@rpcgen/runtime";
import { expect, onTestFinished, test, vi } from "vitest";
import { createGreeterClient } from "../gen/greeter/greeter.client.js";
import { GreeterJson } from "../gen/greeter/greeter.methods.js";
import { serveGreeter } from "../gen/greeter/greeter.server.js";
import { collect, twoSides } from "./two-sides.js";

test("a client interceptor adds metadata, the handler reads it and answers with its own", async () => {
  const { channel } = await twoSides(
    [
      serveGreeter({
        greet(_request, call) {
          call.responseMetadata.append("served-by", "here");
          return { text: call.metadata.get("authorization") ?? "nobody" };
        },
        greetOften: (_request, call) => [{ text: call.metadata.get("authorization") ?? "nobody" }],
      }),
    ],
    "memory",
    {},
    {
      interceptors: [
        {
          one: (call, next) => next({ ...call, metadata: withToken(call.metadata) }),
          many: (call, next) => next({ ...call, metadata: withToken(call.metadata) }),
        },
      ],
    },
  );
  const greeter = createGreeterClient(channel);
  const seen: (string | undefined)[] = [];
  const onMetadata = (metadata: Metadata): void => void seen.push(metadata.get("served-by"));
  expect((await greeter.greet({ name: "x" }, { onMetadata })).text).toBe("Bearer t");
  expect(seen).toEqual(["here"]);
  expect(await collect(greeter.greetOften({ name: "x" }))).toEqual([{ text: "Bearer t" }]);
});

function withToken(metadata: Metadata | undefined): Metadata {
  const own = Metadata.from(metadata ?? {});
  own.append("authorization", "Bearer t");
  return own;
}

test("a client that names a service's JSON speaks it, and a server that wants none says so", async () => {
  const services = [serveGreeter({ greet: ({ name }) => ({ text: `Hello, ${name}!` }), greetOften: () => [] })];
  const codec = jsonCodec({ services: [GreeterJson] });
  const { channel } = await twoSides(services, "memory", {}, { codec });
  expect((await createGreeterClient(channel).greet({ name: "Ann" })).text).toBe("Hello, Ann!");
  const strict = await twoSides(services, "memory", { codecs: ["protobuf"] }, { codec });
  const refused = await createGreeterClient(strict.channel)
    .greet({ name: "Ann" })
    .catch((error: unknown) => error);
  expect(RpcError.is(refused) && refused.code).toBe("failed-precondition");
});

test("a server that is not there is told at once, or when the call's time is over", async () => {
  const server = await serve({ port: 0, services: [] });
  await server.close();
  const hasty = connect(server.address, { failFast: true });
  const patient = connect(server.address, { defaultTimeoutMs: 300 });
  onTestFinished(() => Promise.all([hasty.close(), patient.close()]).then(() => undefined));
  const failure = (channel: ClientChannel): Promise<unknown> =>
    createGreeterClient(channel)
      .greet({ name: "Ann" })
      .catch((error: unknown) => error);
  const nobody = expect.stringContaining("nothing listens there (ECONNREFUSED)");
  expect(await failure(hasty)).toMatchObject({ code: "unavailable", message: nobody, neverProcessed: true });
  expect(await failure(patient)).toMatchObject({ code: "deadline-exceeded", message: nobody, neverProcessed: true });
});

test("a mock is a caller with two functions", async () => {
  const mock: Caller = {
    one: async <_In, Out>() => ({ text: "mocked" }) as Out,
    async *many() {},
    close: async () => {},
  };
  const greeter = createGreeterClient(createChannel(mock));
  expect((await greeter.greet({ name: "x" })).text).toBe("mocked");
  expect(await collect(greeter.greetOften({ name: "x" }))).toEqual([]);
});

test("a mistake in a handler is printed where nobody takes it, and the client learns nothing of it", async () => {
  const print = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => print.mockRestore());
  const server = await serve({
    memory: "mistaken",
    services: [
      serveGreeter({
        greet() {
          throw new TypeError("the password is 1234");
        },
        greetOften: () => [],
      }),
    ],
  });
  const channel = connect(server.address);
  const failure = await createGreeterClient(channel)
    .greet({ name: "x" })
    .catch((error: unknown) => error);
  expect(RpcError.is(failure) && failure.code).toBe("internal");
  expect(String(failure)).not.toContain("1234");
  expect(print.mock.calls).toHaveLength(1);
  expect(print.mock.calls[0]?.[0]).toBe("rpcgen: the handler of /greeter.v1.Greeter/Greet failed:");
  expect(print.mock.calls[0]?.[1]).toBeInstanceOf(TypeError);
  await channel.close();
  await server.close();
});
