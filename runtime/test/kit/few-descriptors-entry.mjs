/** A server that may open few files, for tests that let them run out. Its one argument is how many; needs `prlimit`. */

import { spawnSync } from "node:child_process";
import { serve } from "@rpcgen/runtime";
import { mount } from "@rpcgen/runtime/codegen/v1";

const say = (words) => console.log(JSON.stringify(words));
const facts = { shape: "unary", throws: [], timeoutMs: undefined, isIdempotent: false };
const service = {
  name: "test.v1.Pids",
  fingerprint: "fedcba9876543210",
  source: "test/pids.rpc",
  methods: [{ name: "ask", wireName: "Ask", ...facts }],
};
const dispatch = (_handler, _index, call) => call.reply(call.writer.uint32(call.begin(), 8, process.pid));
const observe = (event) => event.kind === "accept-failed" && say({ kind: event.kind, message: event.error.message });
const server = await serve({ port: 0, services: [mount(service, {}, dispatch)], observe });
// Not before it listens: starting opens more files than serving does.
const limit = process.argv[2];
const lowered = spawnSync("prlimit", ["--pid", String(process.pid), `--nofile=${limit}:${limit}`]);
say({ kind: lowered.status === 0 ? "address" : "no prlimit", address: server.address });
