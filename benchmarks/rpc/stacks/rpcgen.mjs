/** The product as an application uses it, and with one feature more or less, to see what each costs. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { selfSigned } from "../../../runtime/test/kit/certificates.mjs";
import { payloads } from "../../payloads.mjs";
import { productOut, project } from "../../setup/paths.mjs";

const serverTls = () => selfSigned({ names: ["IP:127.0.0.1"] });

const load = (path) => import(pathToFileURL(path).href);

const deadline = { timeoutMs: 10_000 };
const withMetadata = { timeoutMs: 10_000, metadata: { "request-id": "8f14e45f-ea9b", tenant: "north" } };

const handler = {
  echo: (message) => message,
  blob: (message) => message,
  *list({ count }) {
    for (let i = 0; i < count; i++) yield payloads.small;
  },
};

/** One way of using the product; `options` as for `serve` and `connect`, `call` for each call. */
function variant(
  feature,
  { call = deadline, serveOptions, connectOptions, handlers = handler, isUnix, isJson, isTls } = {},
) {
  return {
    name: feature === "" ? "rpcgen" : `rpcgen, ${feature}`,
    isStreaming: true,
    isFeature: feature !== "",
    async serve({ tree = project, limits } = {}) {
      const { serve } = await load(join(tree, "runtime/dist/index.js"));
      const { serveBench } = await load(join(productOut(tree), "bench.server.js"));
      const folder = isUnix ? mkdtempSync(join(tmpdir(), "bench-")) : undefined;
      const place = isUnix ? { path: join(folder, "socket") } : { port: 0 };
      const tls = isTls ? serverTls() : undefined;
      const server = await serve({ ...place, tls, services: [serveBench(handlers)], limits, ...serveOptions });
      const close = async () => {
        await server.close({ graceMs: 0 });
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      };
      const shown = tls === undefined ? "" : `#${encodeURIComponent(tls.certificate)}`;
      return { address: `${server.address}${shown}`, close };
    },
    async connect(address, { tree = project, limits } = {}) {
      const { connect, jsonCodec } = await load(join(tree, "runtime/dist/index.js"));
      const { createBenchClient } = await load(join(productOut(tree), "bench.client.js"));
      const { BenchJson } = await load(join(productOut(tree), "bench.methods.js"));
      const codec = isJson ? jsonCodec({ services: [BenchJson] }) : undefined;
      // The address brings the certificate that the server has made for itself.
      const [place, certificate] = address.split("#");
      const tls = certificate === undefined ? undefined : { ca: decodeURIComponent(certificate) };
      const channel = connect(place, { limits, codec, tls, ...connectOptions });
      const client = createBenchClient(channel);
      return {
        echo: (message) => client.echo(message, call),
        blob: async (bytes) => (await client.blob({ data: bytes }, call)).data,
        async list(count, each) {
          for await (const message of client.list({ count })) each(message);
        },
        iterate: (count) => client.list({ count }),
        close: () => channel.close(),
      };
    },
  };
}

const clientPassOn = { one: (call, next) => next(call) };
const serverPassOn = { one: (call, request, next) => next(request) };

export const rpcgenStacks = [
  variant(""),
  variant("no deadline", { call: undefined, connectOptions: { defaultTimeoutMs: Infinity } }),
  variant("async handler", { handlers: { ...handler, echo: async (message) => message } }),
  variant("interceptor in the client", { connectOptions: { interceptors: [clientPassOn] } }),
  variant("interceptor in the server", { serveOptions: { interceptors: [serverPassOn] } }),
  variant("metadata", { call: withMetadata }),
  variant("Unix socket", { isUnix: true }),
  variant("TLS", { isTls: true }),
  variant("JSON codec", { isJson: true }),
];
