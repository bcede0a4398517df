/** Maps a client's method indexes to this server's, once per service and connection, and explains what is missing. */

import type { Dispatch, Mount } from "../call/server-call.js";
import { plainText } from "../error/plain-text.js";
import { wireShapes, type Bind } from "../frame/control.js";
import type { MethodInfo, ServiceInfo } from "../method/method.js";

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
}

/** Why a bound method cannot be called: the sentence that its callers get. */
export interface MissingRoute {
  readonly explanation: string;
}

/** The routes of each mounted service, made once per server. */
export type RouteTable = ReadonlyMap<string, { readonly mount: Mount; readonly routes: readonly Route[] }>;

/** Names longer than this are refused: they are kept for as long as the connection lives. */
const nameUnitsMax = 255;

export function createRoutes(mounts: readonly Mount[]): RouteTable {
  return new Map(
    mounts.map((mount) => {
      const { service, handler, dispatch } = mount;
      const routes = service.methods.map((info, index) => ({
        service,
        info,
        index,
        handler,
        dispatch,
        path: `/${service.name}/${info.wireName}`,
      }));
      return [service.name, { mount, routes }];
    }),
  );
}

/** One route or explanation for each of the client's methods, in the client's order. */
export function bindRoutes(table: RouteTable, bind: Bind, address: string): readonly (Route | MissingRoute)[] {
  const served = table.get(bind.service);
  if (served === undefined) {
    const explanation = `the server does not offer ${plainText(bind.service, nameUnitsMax)}\n  the server at ${address} serves ${offered(table)}`;
    return bind.methods.map(() => ({ explanation }));
  }
  if (served.mount.service.fingerprint === bind.fingerprint && bind.methods.length === served.routes.length) {
    return served.routes;
  }
  return bind.methods.map((method) => {
    const route = served.routes.find((candidate) => candidate.info.wireName === method.name);
    if (route === undefined) return { explanation: explainMissing(served.mount.service, bind, method.name, address) };
    const shape = wireShapes[method.shape];
    return route.info.shape === shape ? route : { explanation: explainShape(route, bind, shape, address) };
  });
}

function explainMissing(service: ServiceInfo, bind: Bind, name: string, address: string): string {
  const path = `${service.name}/${plainText(name, nameUnitsMax)}`;
  return `the server does not offer ${path}\n  ${bothSides(service, bind, address)}, without ${missingNames(service, bind)})`;
}

function explainShape(route: Route, bind: Bind, shape: string | undefined, address: string): string {
  const { service, info } = route;
  const change = `${service.name}/${info.wireName} is ${info.shape} at the server and ${shape ?? "unknown"} at the client`;
  return `${change}\n  ${bothSides(service, bind, address)})`;
}

function bothSides(service: ServiceInfo, bind: Bind, address: string): string {
  const source = plainText(bind.source.split("/").at(-1) ?? "", nameUnitsMax);
  const client = `this client was generated from ${source} ${short(bind.fingerprint)} (${count(bind.methods.length)})`;
  return `${client}; the server at ${address} serves ${short(service.fingerprint)} (${count(service.methods.length)}`;
}

// Callers know methods by the names of their functions, so that is how the list names them.
function missingNames(service: ServiceInfo, bind: Bind): string {
  const offeredNames = new Set(service.methods.map((method) => method.wireName));
  const missing = bind.methods.filter((method) => !offeredNames.has(method.name));
  const names = missing.slice(0, 3).map(({ name }) => plainText(name.slice(0, 1).toLowerCase() + name.slice(1), 64));
  return missing.length > 3 ? `${names.join(", ")} and ${missing.length - 3} more` : names.join(", ");
}

function offered(table: RouteTable): string {
  const names = [...table.keys()].slice(0, 5).join(", ");
  return table.size > 5 ? `${names} and ${table.size - 5} more` : names === "" ? "nothing" : names;
}

function short(fingerprint: string): string {
  return plainText(fingerprint.slice(0, 6));
}

function count(methods: number): string {
  return methods === 1 ? "1 method" : `${methods} methods`;
}
