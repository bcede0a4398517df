/** What binding costs a server: a client may bind thousands of methods that are not there. */

import { expect, it } from "vitest";
import { EchoService, mountEcho } from "../../test/kit/echo-service.js";
import type { BindMethod } from "../frame/control.js";
import { bindRoutes, createRoutes } from "./binding.js";

it("looks at each name a bounded number of times, and explains only what is asked for", () => {
  let looks = 0;
  const methods = Array.from({ length: 5000 }, (_, i): BindMethod => ({
    get name() {
      looks++;
      return `M${i}`;
    },
    shape: 0,
  }));
  const bind = { service: EchoService.name, fingerprint: "another", source: "echo.rpc", methods };
  const bound = bindRoutes(createRoutes([mountEcho()]), bind, "memory:here");
  expect(looks).toBeLessThanOrEqual(3 * methods.length);
  const last = bound.at(-1);
  if (last === undefined || !("explanation" in last)) throw new Error("the last method is not served");
  expect(last.explanation()).toBe(
    "the server does not offer test.v1.Echo/M4999\n" +
      "  this client was generated from echo.rpc anothe (5000 methods); " +
      "the server at memory:here serves 012345 (5 methods, without m0, m1, m2 and 4997 more)",
  );
});
