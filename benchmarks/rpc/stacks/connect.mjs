/** connect-node: its own protocol over HTTP/1.1 and HTTP/2, and gRPC's over HTTP/2. */

import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { payloads } from "../../payloads.mjs";
import { peersOut } from "../../setup/paths.mjs";

const schemas = () => import(pathToFileURL(join(peersOut, "protobuf-es/bench_pb.js")).href);

function connectStack(name, httpVersion, transportName) {
  return {
    name,
    isStreaming: true,
    packages: ["@connectrpc/connect-node", "@bufbuild/protobuf"],
    async serve() {
      const { connectNodeAdapter } = await import("@connectrpc/connect-node");
      const { create } = await import("@bufbuild/protobuf");
      const { Bench, SmallSchema } = await schemas();
      const small = create(SmallSchema, payloads.small);
      const adapter = connectNodeAdapter({
        routes: (router) =>
          router.service(Bench, {
            echo: (message) => message,
            blob: (message) => message,
            async *list({ count }) {
              for (let i = 0; i < count; i++) yield small;
            },
          }),
      });
      const server = httpVersion === "2" ? createHttp2(adapter) : createHttp1(adapter);
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
    },
    async connect(baseUrl) {
      const connectNode = await import("@connectrpc/connect-node");
      const { createClient } = await import("@connectrpc/connect");
      const { create } = await import("@bufbuild/protobuf");
      const { Bench, SmallSchema } = await schemas();
      const transport = connectNode[transportName]({ baseUrl, httpVersion });
      const client = createClient(Bench, transport);
      const small = create(SmallSchema, payloads.small);
      return {
        echo: () => client.echo(small),
        blob: async (bytes) => (await client.blob({ data: bytes })).data,
        async list(count, each) {
          for await (const message of client.list({ count })) each(message);
        },
        iterate: (count) => client.list({ count }),
        close: () => {},
      };
    },
  };
}

export const connectStacks = [
  connectStack("connect, gRPC over HTTP/2", "2", "createGrpcTransport"),
  connectStack("connect, HTTP/2", "2", "createConnectTransport"),
  connectStack("connect, HTTP/1.1", "1.1", "createConnectTransport"),
];
