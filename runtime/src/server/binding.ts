/** Maps a client's method indexes to this server's, once per service and connection, and explains what is missing. */

import { jsonDispatch, type JsonDispatch } from "../call/json-dispatch.js";
import type { CodecName } from "../call/message-codec.js";
import type { Dispatch, Mount } from "../call/server-call.js";
import type { JsonWireOptions } from "../codec/json/json-wire.js";
import { plainText } from "../error/plain-text.js";
import { wireShapes, type Bind } from "../frame/control.js";
import { Flag } from "../frame/frame.js";
import type { MethodInfo, MethodShape, ServiceInfo } from "../method/method.js";
import type { ServiceJson } from "../method/service-json.js";

/** A method that a connection may call. */
export interface Route {
  readonly service: ServiceInfo;
  readonly info: MethodInfo;
  /** Index in the dispatch table. */
  readonly index: number;
  readonly handler: object;
  readonly dispatch: Dispatch<never>;
  /** `/package.Service/Method`, the one name that interceptors, observers and metrics see. */
  readonly path: string;
  /** Those of NO_BODY and ONEWAY that a request of its shape has. */
  readonly shapeFlags: number;
}

/** Why a bound method cannot be called: the sentence that its callers get. */
export interface MissingRoute {
  explanation(): string;
}

/** The routes of each mounted service, made once per server and codec. */
export type RouteTable = ReadonlyMap<string, ServedService>;

interface ServedService {
  readonly mount: Mount;
  /** Empty where the service has no such codec. */
  readonly routes: readonly Route[];
  readonly lacksCodec: boolean;
  /** Part of every server, and so no answer to the question what this one serves. */
  readonly isBuiltIn: boolean;
}

export interface RouteOptions extends JsonWireOptions {
  readonly isBuiltIn?: boolean | undefined;
}

// No name in an IDL is longer; what a peer sends may be.
const nameUnitsMax = 255;

export function createRoutes(
  mounts: readonly Mount[],
  codec: CodecName = "protobuf",
  options: RouteOptions = {},
): RouteTable {
  const { isBuiltIn = false } = options;
  return new Map(
    mounts.map((mount) => {
      const { service, handler, json } = mount;
      const spoken =
        codec === "protobuf" ? { methods: service.methods, dispatch: mount.dispatch } : inJson(json, options);
      const { methods, dispatch } = spoken ?? { methods: [], dispatch: mount.dispatch };
      const routes = methods.map((info, index) => {
        const path = `/${service.name}/${info.wireName}`;
        return { service, info, index, handler, dispatch, path, shapeFlags: shapeFlags(info.shape) };
      });
      return [service.name, { mount, routes, lacksCodec: spoken === undefined, isBuiltIn }];
    }),
  );
}

function shapeFlags(shape: MethodShape): number {
  if (shape === "oneway") return Flag.oneway;
  return shape === "clientStream" || shape === "bidiStream" ? Flag.noBody : 0;
}

function inJson(json: ServiceJson | undefined, options: JsonWireOptions): JsonDispatch | undefined {
  return json === undefined ? undefined : jsonDispatch(json, options);
}

/** One route or explanation for each of the client's methods, in the client's order. */
export function bindRoutes(table: RouteTable, bind: Bind, address: string): readonly (Route | MissingRoute)[] {
  const served = table.get(bind.service);
  if (served === undefined) {
    const text = `the server does not offer ${shown(bind.service)}\n  the server at ${address} serves ${offered(table)}`;
    const missing = { explanation: (): string => text };
    return bind.methods.map(() => missing);
  }
  if (served.lacksCodec) {
    const text = `the server offers ${served.mount.service.name} in protobuf only: its mount has no JSON`;
    const missing = { explanation: (): string => text };
    return bind.methods.map(() => missing);
  }
  if (served.mount.service.fingerprint === bind.fingerprint && bind.methods.length === served.routes.length) {
    return served.routes;
  }
  const { service } = served.mount;
  const byName = new Map(served.routes.map((route) => [route.info.wireName, route]));
  // What all explanations of one BIND share is made once, and each of them only for a call that needs it: a client
  // may bind thousands of methods that are not there.
  const sides = bothSides(service, bind, address);
  const without = missingNames(byName, bind);
  return bind.methods.map(({ name, shape: number }) => {
    const route = byName.get(name);
    const shape = wireShapes[number];
    const known = shown(name);
    if (route === undefined)
      return { explanation: () => explainMissing(service, known, `${sides}, without ${without})`) };
    return route.info.shape === shape ? route : { explanation: () => explainShape(route, shape, `${sides})`) };
  });
}

function explainMissing(service: ServiceInfo, name: string, sides: string): string {
  return `the server does not offer ${service.name}/${name}\n  ${sides}`;
}

function explainShape({ service, info }: Route, shape: string | undefined, sides: string): string {
  const change = `${service.name}/${info.wireName} is ${info.shape} at the server and ${shape ?? "unknown"} at the client`;
  return `${change}\n  ${sides}`;
}

function bothSides(service: ServiceInfo, bind: Bind, address: string): string {
  const source = shown(bind.source.split("/").at(-1) ?? "");
  const client = `this client was generated from ${source} ${short(bind.fingerprint)} (${count(bind.methods.length)})`;
  return `${client}; the server at ${address} serves ${short(service.fingerprint)} (${count(service.methods.length)}`;
}

// Callers know methods by the names of their functions, so that is how the list names them.
function missingNames(byName: ReadonlyMap<string, Route>, bind: Bind): string {
  const missing = bind.methods.filter((method) => !byName.has(method.name));
  const names = missing
    .slice(0, 3)
    .map(({ name }) => plainText(name.slice(0, 1).toLowerCase() + name.slice(1, nameUnitsMax), 64));
  return missing.length > 3 ? `${names.join(", ")} and ${missing.length - 3} more` : names.join(", ");
}

function offered(table: RouteTable): string {
  const own = [...table.values()].filter(({ isBuiltIn }) => !isBuiltIn).map(({ mount }) => mount.service.name);
  const names = own.slice(0, 5).join(", ");
  return own.length > 5 ? `${names} and ${own.length - 5} more` : names === "" ? "nothing" : names;
}

// Explanations live as long as their connection, and a part that was cut from a long text would hold on to all of it.
function shown(name: string): string {
  return name.length > nameUnitsMax ? `a name of ${name.length} characters` : plainText(name);
}

function short(fingerprint: string): string {
  return plainText(fingerprint.slice(0, 6));
}

function count(methods: number): string {
  return methods === 1 ? "1 method" : `${methods} methods`;
}
