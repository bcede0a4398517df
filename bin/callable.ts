/** Finds what a user wants to call: a service and a method by their names, among those of the project or of the server. */

import type { ServiceInfo } from "@rpcgen/runtime";
import { methodName } from "../compiler/src/emit/names.js";
import { didYouMean } from "../compiler/src/report/did-you-mean.js";
import type { Schema } from "../compiler/src/schema/schema.js";
import { UsageError } from "./exit-code.js";

/** A method in its service. */
export interface Callable {
  readonly service: ServiceInfo;
  readonly index: number;
}

/** The services of a schema, as far as calls with JSON have to know them. */
export function servicesOf(schema: Schema): readonly ServiceInfo[] {
  return schema.files.flatMap((file) =>
    file.services.map(({ fullName, fingerprint, methods }) => ({
      name: fullName,
      fingerprint,
      source: file.path,
      methods: methods.map((method) => ({
        name: methodName(method),
        wireName: method.wireName,
        shape: method.shape,
        throws: [],
        timeoutMs: method.timeoutMs,
        isIdempotent: method.isIdempotent,
      })),
    })),
  );
}

/** Service and method of `Orders.place`, `shop.v1.Orders.place` or `/shop.v1.Orders/Place`. */
export interface WantedName {
  readonly service: string;
  readonly method: string;
}

/** Throws a UsageError for what names no method. */
export function parseWanted(text: string): WantedName {
  const match = /^\/?([\w.]+)[/.](\w+)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new UsageError(
      `${JSON.stringify(text)} names no method`,
      "write Orders.place or shop.orders.v1.Orders/Place",
    );
  }
  return { service: match[1], method: match[2] };
}

/** The services that a name may mean: by the whole name, or by its last part. */
export function servicesNamed(services: readonly ServiceInfo[], name: string): readonly ServiceInfo[] {
  const whole = services.filter((service) => service.name === name);
  return whole.length > 0 ? whole : services.filter((service) => service.name.endsWith(`.${name}`));
}

/** Throws a UsageError where there is none of that name, or more than one. */
export function findCallable(
  services: readonly ServiceInfo[],
  { service: name, method: wanted }: WantedName,
): Callable {
  const [service, ...others] = servicesNamed(services, name);
  if (service === undefined) {
    throw new UsageError(
      `there is no service ${name}`,
      proposal(
        name,
        services.map((one) => one.name.replace(/^.*\./, "")),
      ),
    );
  }
  if (others.length > 0) {
    const names = [service, ...others].map((one) => one.name);
    throw new UsageError(`${name} may be ${names.join(" or ")}`, "write the whole name");
  }
  const index = service.methods.findIndex((method) => method.name === wanted || method.wireName === wanted);
  if (index >= 0) return { service, index };
  const names = service.methods.map((method) => method.name);
  throw new UsageError(`${service.name} has no method ${wanted}`, proposal(wanted, names));
}

function proposal(wanted: string, names: readonly string[]): string {
  const similar = didYouMean(wanted, names);
  if (similar !== undefined) return `did you mean ${similar}?`;
  return names.length === 0 ? "there is none at all" : `there are ${[...new Set(names)].slice(0, 20).join(", ")}`;
}
