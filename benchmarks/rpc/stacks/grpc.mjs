/** gRPC in Node: grpc-js with two codecs, and nice-grpc on top of it. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { payloads } from "../../payloads.mjs";
import { peersOut } from "../../setup/paths.mjs";

const large = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** A grpc-js server and client over whatever definition `makeDefinition` gives. */
function grpcStack(name, packages, makeDefinition) {
  return {
    name,
    isStreaming: true,
    packages,
    async serve() {
      const { default: grpc } = await import("@grpc/grpc-js");
      const server = new grpc.Server(large);
      server.addService(await makeDefinition(), {
        echo: (call, callback) => callback(null, call.request),
        blob: (call, callback) => callback(null, call.request),
        list: (call) => streamOut(call, call.request.count),
      });
      const port = await new Promise((resolve, reject) => {
        const credentials = grpc.ServerCredentials.createInsecure();
        server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
      });
      return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
    },
    async connect(address) {
      const { default: grpc } = await import("@grpc/grpc-js");
      const Client = grpc.makeGenericClientConstructor(await makeDefinition(), "bench.v1.Bench");
      const client = new Client(address, grpc.credentials.createInsecure(), large);
      const call = (method, request) =>
        new Promise((resolve, reject) =>
          client[method](request, (error, answer) => (error ? reject(error) : resolve(answer))),
        );
      return {
        echo: (message) => call("echo", message),
        blob: async (bytes) => (await call("blob", { data: bytes })).data,
        list: (count, each) =>
          new Promise((resolve, reject) => {
            client.list({ count }).on("data", each).on("end", resolve).on("error", reject);
          }),
        iterate: (count) => client.list({ count }),
        close: () => client.close(),
      };
    },
  };
}

/** Writes as fast as the stream takes it. */
function streamOut(call, count) {
  let sent = 0;
  const more = () => {
    while (sent < count) {
      sent++;
      if (!call.write(payloads.small)) return call.once("drain", more);
    }
    call.end();
  };
  more();
}

const grpcLoader = grpcStack("grpc-js, proto-loader", ["@grpc/grpc-js", "@grpc/proto-loader"], async () => {
  const loader = await import("@grpc/proto-loader");
  const definition = await loader.load(join(peersOut, "proto/bench.proto"), { keepCase: false });
  return definition["bench.v1.Bench"];
});

const grpcStatic = grpcStack("grpc-js, static codec", ["@grpc/grpc-js", "protobufjs"], async () => {
  const { bench } = await import(pathToFileURL(join(peersOut, "protobufjs/bench.mjs")).href);
  const { Small, Blob, Range } = bench.v1;
  const method = (name, In, Out, responseStream = false) => ({
    path: `/bench.v1.Bench/${name}`,
    requestStream: false,
    responseStream,
    requestSerialize: (message) => In.encode(message).finish(),
    requestDeserialize: (bytes) => In.decode(bytes),
    responseSerialize: (message) => Out.encode(message).finish(),
    responseDeserialize: (bytes) => Out.decode(bytes),
  });
  return {
    echo: method("Echo", Small, Small),
    blob: method("Blob", Blob, Blob),
    list: method("List", Range, Small, true),
  };
});

const niceGrpc = {
  name: "nice-grpc",
  isStreaming: true,
  packages: ["nice-grpc", "ts-proto"],
  async serve() {
    const { createServer } = await import("nice-grpc");
    const { BenchDefinition } = await import(pathToFileURL(join(peersOut, "ts-proto/bench.js")).href);
    const server = createServer(large);
    server.add(BenchDefinition, {
      echo: async (message) => message,
      blob: async (message) => message,
      async *list({ count }) {
        for (let i = 0; i < count; i++) yield payloads.small;
      },
    });
    const port = await server.listen("127.0.0.1:0");
    return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
  },
  async connect(address) {
    const { createChannel, createClient } = await import("nice-grpc");
    const { BenchDefinition } = await import(pathToFileURL(join(peersOut, "ts-proto/bench.js")).href);
    const channel = createChannel(address, undefined, large);
    const client = createClient(BenchDefinition, channel);
    return {
      echo: (message) => client.echo(message),
      blob: async (bytes) => (await client.blob({ data: bytes })).data,
      async list(count, each) {
        for await (const message of client.list({ count })) each(message);
      },
      iterate: (count) => client.list({ count }),
      close: () => channel.close(),
    };
  },
};

export const grpcStacks = [grpcLoader, grpcStatic, niceGrpc];
