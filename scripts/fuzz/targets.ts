/** Everything that can be fuzzed, in one list. */

import type { FuzzTarget } from "./target.js";
import { frame } from "./targets/frame.js";
import { reader } from "./targets/reader.js";
import { consul, etcd, hub } from "./targets/registry-answers.js";
import { endpoints, zookeeper } from "./targets/registries.js";
import { clientSession, serverSession, session } from "./targets/sessions.js";
import { web } from "./targets/web.js";
import { idl, json, policies, protoImport } from "./targets/texts.js";

export const targets: readonly FuzzTarget[] = [
  frame,
  reader,
  session,
  serverSession,
  clientSession,
  web,
  endpoints,
  zookeeper,
  etcd,
  consul,
  hub,
  policies,
  idl,
  protoImport,
  json,
];
