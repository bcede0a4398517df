/** Every stack that carries calls, by name, in the order of the table. */

import { versionOf } from "../setup/paths.mjs";
import { balancedStack } from "./stacks/balanced.mjs";
import { clusterStack } from "./stacks/cluster.mjs";
import { connectStacks } from "./stacks/connect.mjs";
import { grpcStacks } from "./stacks/grpc.mjs";
import { httpStacks } from "./stacks/http.mjs";
import { limit, limitCallback, limitEarly, limitRaw } from "./stacks/limit.mjs";
import { rpcgenStacks } from "./stacks/rpcgen.mjs";
import { thriftStacks } from "./stacks/thrift.mjs";
import { webSocketStacks } from "./stacks/websocket.mjs";

const [product, ...features] = rpcgenStacks;

/** What CPU per call is compared with. */
export const limitName = limit.name;
export const productName = product.name;

export const allStacks = [
  product,
  limit,
  limitEarly,
  limitCallback,
  limitRaw,
  ...features,
  clusterStack,
  balancedStack,
  ...webSocketStacks,
  ...thriftStacks,
  ...httpStacks,
  ...grpcStacks,
  ...connectStacks,
];

/** The stacks to run, and why others are not. */
export function installedStacks(only, wanted = () => true) {
  const skipped = {};
  const stacks = allStacks.filter((stack) => {
    if (!wanted(stack) || (only !== undefined && !only.some((part) => matches(stack.name, part)))) return false;
    const missing = (stack.packages ?? []).filter((name) => versionOf(name) === undefined);
    if (missing.length > 0) skipped[stack.name] = `${missing.join(", ")} is not installed`;
    return missing.length === 0;
  });
  return { stacks, skipped };
}

// `rpcgen` is the product and not every feature of it.
const matches = (name, part) => name === part || (part !== productName && part !== limitName && name.includes(part));
