/** The WebSocket that the platform has; where it has none, one of `ws` that shows no more than a platform's. */

import { loadWs, type WsPackage } from "../../src/transport/ws-package.js";

function withoutExtras(WebSocket: WsPackage["WebSocket"]): unknown {
  return function (url: string, protocol: string): object {
    const inner = new WebSocket(url, [protocol], { perMessageDeflate: false });
    inner.binaryType = "arraybuffer";
    const hidden = ["terminate", "pause", "resume"];
    return new Proxy(inner, {
      get(target, name) {
        if (typeof name === "string" && hidden.includes(name)) return undefined;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
      set: (target, name, value) => Reflect.set(target, name, value, target),
    });
  };
}

/** A constructor as `globalThis.WebSocket` is one. */
export const platformWebSocket: unknown =
  Reflect.get(globalThis, "WebSocket") ?? withoutExtras((await loadWs("this test")).WebSocket);
