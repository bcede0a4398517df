/** Methods: what calls find each other by, what travels both ways, and what callers are promised. */

import type { MethodSchema } from "../../schema/schema.js";
import type { Comparison, CompatRule, ServicePair } from "./comparison.js";
import type { Finding } from "./finding.js";
import type { Found } from "./make-finding.js";
import { makeFinding } from "./make-finding.js";
import { compareCarriers } from "./method-carriers.js";
import { comparePromises } from "./method-promises.js";
import type { MethodPair } from "./pair-methods.js";

export const methods: CompatRule = function* (comparison) {
  for (const service of comparison.services) {
    for (const method of service.removed) {
      if (!isToldAtBase(comparison, service, method, "old")) yield removed(comparison, service, method);
    }
    for (const method of service.added) {
      if (!isToldAtBase(comparison, service, method, "new")) yield added(comparison, service, method);
    }
    for (const pair of service.pairs) {
      if (isToldAtBase(comparison, service, pair.old, "old")) continue;
      yield* comparePair(comparison, service, pair);
    }
  }
};

/** Whether both services inherit from one and the same, of which the method is: what happened to it is told there. */
function isToldAtBase(
  comparison: Comparison,
  { old, new: now }: ServicePair,
  { name }: MethodSchema,
  side: "old" | "new",
): boolean {
  if (old.extends === undefined || now.extends === undefined) return false;
  if (comparison.newName(old.extends) !== now.extends) return false;
  const [build, base] = side === "old" ? [comparison.old, old.extends] : [comparison.new, now.extends];
  const declared = build.schema.declarations.get(base);
  return declared?.kind === "service" && declared.methods.some((method) => method.name === name);
}

function removed(comparison: Comparison, { old, new: now }: ServicePair, method: MethodSchema): Finding {
  return makeFinding("method-removed", {
    name: `${old.name}.${method.name}`,
    subject: `${old.fullName}.${method.name}`,
    levels: ["wire", "source"],
    why: "Calls of old clients are answered with `unimplemented`; stubs and handlers do not know it any more.",
    breaks: ["oldClientNewServer"],
    newPlace: comparison.newPlace(now, now.fullName),
    oldPlace: comparison.oldPlace(method, old.fullName),
    touched: [{ kind: "method", service: old.fullName, name: method.name }],
  });
}

function added(comparison: Comparison, { old, new: now }: ServicePair, method: MethodSchema): Finding {
  return makeFinding("method-added", {
    name: `${now.name}.${method.name}`,
    subject: `${now.fullName}.${method.name}`,
    levels: ["wire", "source"],
    why: "Handlers have to serve it; calls of new clients are answered with `unimplemented` by old servers.",
    breaks: ["newClientOldServer"],
    newPlace: comparison.newPlace(method, now.fullName),
    oldPlace: comparison.oldPlace(old, old.fullName),
    touched: [{ kind: "declaration", fullName: old.fullName }],
  });
}

function* comparePair(comparison: Comparison, service: ServicePair, pair: MethodPair): Iterable<Finding> {
  const { old, new: now } = pair;
  const about = {
    name: `${service.old.name}.${old.name}`,
    subject: `${service.old.fullName}.${old.name}`,
    newPlace: comparison.newPlace(now, service.new.fullName),
    oldPlace: comparison.oldPlace(old, service.old.fullName),
    touched: [{ kind: "method", service: service.old.fullName, name: old.name } as const],
  };
  yield* compareNames(pair, about);
  if (old.shape !== now.shape) {
    yield makeFinding("method-shape-changed", {
      ...about,
      was: shapeWords[old.shape],
      is: shapeWords[now.shape],
      levels: ["wire", "source"],
      why: "The two sides do not agree on the shape when they connect, so that calls are answered with `unimplemented`.",
      breaks: ["oldClientNewServer", "newClientOldServer"],
    });
  }
  yield* compareCarriers(comparison, service, pair, about);
  yield* comparePromises(comparison, pair, about);
}

type About = Pick<Found, "name" | "subject" | "newPlace" | "oldPlace" | "touched">;

const shapeWords: Readonly<Record<MethodSchema["shape"], string>> = {
  unary: "unary",
  serverStream: "server streaming",
  clientStream: "client streaming",
  bidiStream: "streaming both ways",
  oneway: "oneway",
};

function* compareNames({ old, new: now }: MethodPair, about: About): Iterable<Finding> {
  const isOnWire = old.wireName !== now.wireName;
  if (old.name !== now.name) {
    yield makeFinding("method-renamed", {
      ...about,
      is: now.name,
      levels: isOnWire ? ["wire", "source"] : ["source"],
      why: isOnWire
        ? "Neither side finds it by the other's name; stubs and handlers have another name, too."
        : "Calls find it as before, but stubs and handlers have another name.",
      breaks: isOnWire ? ["oldClientNewServer", "newClientOldServer"] : [],
    });
  } else if (isOnWire) {
    yield makeFinding("method-wire-name-changed", {
      ...about,
      was: old.wireName,
      is: now.wireName,
      levels: ["wire"],
      why: "Neither side finds it by the other's name, so that calls are answered with `unimplemented`.",
      breaks: ["oldClientNewServer", "newClientOldServer"],
    });
  }
}
