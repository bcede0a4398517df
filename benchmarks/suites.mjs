/** The suites by name, in the order in which all of them run. */

import { codecSuite } from "./codec/suite.mjs";
import { compileSuite } from "./compile/suite.mjs";
import { dispatchSuite } from "./dispatch/suite.mjs";
import { growthSuite } from "./growth/suite.mjs";
import { rpcSuite } from "./rpc/suite.mjs";
import { streamSuite } from "./stream/suite.mjs";

export const suites = {
  codec: codecSuite,
  dispatch: dispatchSuite,
  rpc: rpcSuite,
  stream: streamSuite,
  compile: compileSuite,
  growth: growthSuite,
};

/** What is measured where: without names of machines or people. */
export function environment() {
  return { node: process.versions.node, v8: process.versions.v8, system: `${process.platform} ${process.arch}` };
}
