/** Policies over several servers: calls that one refuses are taken elsewhere, those that it may have done are not. */

import { expect, it } from "vitest";
import type { RpcError } from "../../src/error/rpc-error.js";
import { withFleet } from "../kit/fleet.js";
import { failureOf } from "../kit/harness.js";
import { failure, note } from "./kit.js";

const retried = { methods: { "*": { retry: { attempts: 3, backoffInitialMs: 10 } } } };

it("takes a call that a server refuses to one that has room, whatever the method", () =>
  withFleet(
    {
      servers: 2,
      policies: retried,
      serve: { policies: { methods: { "*": { concurrency: { max: 1 } } } } },
    },
    async ({ echo, servers, clock }) => {
      const [first, second] = servers;
      if (first === undefined || second === undefined) throw new Error("two servers");
      for (const server of servers) {
        server.behave = async (request) => {
          await new Promise<void>((resolve) => void clock.timer(1000, resolve));
          return request;
        };
      }
      const calls = await Promise.allSettled([echo.echo(note("a")), echo.echo(note("b"))]);
      expect(calls.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
      expect([first.calls, second.calls]).toEqual([1, 1]);
      // A third one finds no room anywhere, tries both, and says so.
      const running = [echo.echo(note("a")), echo.echo(note("b"))];
      await new Promise<void>((resolve) => void clock.timer(100, resolve));
      const error = (await failureOf(echo.echo(note("c")))) as RpcError;
      expect(error).toMatchObject({ code: "resource-exhausted", neverProcessed: true });
      expect(new Set(error.attempts.map(({ address }) => address)).size).toBe(2);
      expect(error.attempts).toHaveLength(3);
      await Promise.all(running);
      expect(first.calls + second.calls).toBe(4);
    },
  ));

it("does not take a call elsewhere that a server has failed and that may not be done twice", () =>
  withFleet({ servers: 3, policies: retried }, async ({ echo, servers }) => {
    for (const server of servers) {
      server.behave = () => {
        throw failure("unavailable");
      };
    }
    expect(await failureOf(echo.echo(note()))).toMatchObject({ code: "unavailable" });
    expect(servers.map(({ calls }) => calls).reduce((sum, calls) => sum + calls)).toBe(1);
  }));

it("keeps a call that only its key protects on the server that has it", () =>
  withFleet(
    {
      servers: 3,
      policies: { methods: { "*": { idempotencyKey: true, retry: { attempts: 4, backoffInitialMs: 10 } } } },
    },
    async ({ echo, servers }) => {
      for (const server of servers) {
        server.behave = () => {
          throw failure("unavailable");
        };
      }
      const error = (await failureOf(echo.echo(note()))) as RpcError;
      expect(error.attempts).toHaveLength(4);
      expect(servers.map(({ calls }) => calls).sort()).toEqual([0, 0, 4]);
    },
  ));
