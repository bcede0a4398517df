/** The handler of gRPC's standard health service, over a server's health board. */

import type { ServerCall } from "../call/server-call.js";
import type { HealthHandler } from "../builtin/gen/grpc/health/v1/health.server.js";
import type { HealthCheckRequest, HealthCheckResponse } from "../builtin/gen/grpc/health/v1/health.types.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { HealthBoard } from "./health.js";

export class HealthService implements HealthHandler {
  /** Calls of `watch` that run. */
  watchers = 0;
  private readonly board: HealthBoard;

  constructor(board: HealthBoard) {
    this.board = board;
  }

  check({ service }: HealthCheckRequest): HealthCheckResponse {
    const status = this.board.status(service);
    if (status !== undefined) return { status };
    throw new RpcError("not-found", `the server knows no service ${plainText(service, 255)}`);
  }

  async *watch({ service }: HealthCheckRequest, call: ServerCall): AsyncGenerator<HealthCheckResponse> {
    const { board } = this;
    let told: string | undefined;
    this.watchers++;
    try {
      for (;;) {
        const status = board.status(service) ?? "SERVICE_UNKNOWN";
        if (status !== told) yield { status };
        // What changed while the answer was on its way has not been told.
        else if (board.changes.isOver || call.signal.aborted) return;
        else await board.changes.next(call.signal);
        told = status;
      }
    } finally {
      this.watchers--;
    }
  }
}
