/** Which methods a connection knows by which numbers: each service is bound once, right before its first call. */

import { RpcError } from "../error/rpc-error.js";
import { bindOf, encodeBind } from "../frame/control.js";
import { FrameType } from "../frame/frame.js";
import type { ServiceInfo } from "../method/method.js";
import type { Outbox } from "../session/outbox.js";

const indexesMax = 65_536;

export class Bindings {
  private readonly outbox: Outbox;
  private readonly bases = new Map<ServiceInfo, number>();
  private next = 0;
  // Most clients call one service after the other, so the last one is asked for first.
  private lastService: ServiceInfo | undefined;
  private lastBase = 0;

  constructor(outbox: Outbox) {
    this.outbox = outbox;
  }

  /** The index of a service's first method; sends BIND where the service is new to the connection. */
  base(service: ServiceInfo): number {
    if (service === this.lastService) return this.lastBase;
    const base = this.bases.get(service) ?? this.bind(service);
    this.lastService = service;
    this.lastBase = base;
    return base;
  }

  private bind(service: ServiceInfo): number {
    const base = this.next;
    if (base + service.methods.length > indexesMax) {
      throw new RpcError(
        "resource-exhausted",
        `a connection can bind ${indexesMax} methods; ${service.name} is too much`,
      );
    }
    const { outbox } = this;
    const p = outbox.open(FrameType.bind, 0, base, 0);
    outbox.close(encodeBind(outbox.writer, bindOf(service), p));
    this.next += service.methods.length;
    this.bases.set(service, base);
    return base;
  }
}
