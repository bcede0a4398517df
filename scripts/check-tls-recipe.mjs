/** Runs the openssl recipe of docs/RUNTIME.md and makes a call with the certificates that come of it. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, serve } from "../runtime/dist/index.js";
import { method, mount } from "../runtime/dist/codegen/v1.js";

const page = readFileSync(new URL("../docs/RUNTIME.md", import.meta.url), "utf8");
const recipe = /<!-- recipe: development certificates -->\s+```sh\n([^]*?)```/.exec(page)?.[1];
if (recipe === undefined) throw new Error("docs/RUNTIME.md has no recipe for development certificates");
if (spawnSync("openssl", ["version"]).status !== 0) {
  console.log("openssl is not installed: nothing was checked");
  process.exit();
}

const folder = mkdtempSync(join(tmpdir(), "rpcgen-recipe-"));
try {
  const made = spawnSync("sh", ["-e"], { cwd: folder, input: recipe, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`the recipe failed:\n${made.stderr}`);
  await call((name) => ({ file: join(folder, name) }));
} finally {
  rmSync(folder, { recursive: true });
}

async function call(file) {
  const info = { name: "ask", wireName: "Ask", shape: "unary", throws: [], timeoutMs: 5000, isIdempotent: false };
  const service = { name: "check.Check", fingerprint: "0123456789abcdef", source: "check.rpc", methods: [info] };
  const encode = (writer, text, position) => writer.string(position, 10, text);
  const decode = (reader) => (reader.tag(), reader.string());
  const answer = (_handler, _index, asked) => {
    decode(asked.reader);
    asked.reply(encode(asked.writer, asked.peer.tls.names.uri[0], asked.begin()));
  };
  const tls = { certificate: file("server.pem"), key: file("server.key"), clientCa: file("ca.pem") };
  const server = await serve({ port: 0, tls, services: [mount(service, {}, answer)] });
  const own = { ca: file("ca.pem"), certificate: file("billing.pem"), key: file("billing.key") };
  const channel = connect(server.address.replace("127.0.0.1", "localhost"), { tls: own });
  const seen = await channel.unary(method(service, 0, encode, decode), "who am I?");
  await channel.close();
  await server.close();
  if (seen !== "spiffe://shop/billing") throw new Error(`the server took the client for ${seen}`);
  console.log(`the recipe of docs/RUNTIME.md works: the server knows its client as ${seen}`);
}
