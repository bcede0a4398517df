/** How the services of a server are doing: what is said of them, what is found out, and who is told of changes. */

import type { Changes } from "../changes.js";

/** How a service is doing; `UNKNOWN` is for whoever cannot tell yet. */
export type ServingStatus = "SERVING" | "NOT_SERVING" | "UNKNOWN";

/** What a server says of itself to whoever asks its health service. */
export interface Health {
  /**
   * Says how a service is doing, by its full name; "" is the whole server, and while that is `NOT_SERVING`, so are all of its
   * services. Whoever watches is told at once. Every mounted service begins as `SERVING`; other names may be set, too.
   */
  set(service: string, status: ServingStatus): void;
  /** What clients are told as of now; undefined for a name that is neither mounted nor set. */
  status(service: string): ServingStatus | undefined;
}

export class HealthBoard implements Health {
  /** Tells when any status may have changed. */
  readonly changes: Changes;
  private readonly said: Map<string, ServingStatus>;
  private readonly found = new Map<string, ServingStatus>();
  private isLeaving = false;
  private isBlocked = false;

  constructor(services: readonly string[], changes: Changes) {
    this.changes = changes;
    this.said = new Map(["", ...services].map((name) => [name, "SERVING"]));
  }

  set(service: string, status: ServingStatus): void {
    this.said.set(service, status);
    this.changes.tell();
  }

  status(service: string): ServingStatus | undefined {
    const said = this.said.get(service);
    if (said === undefined) return undefined;
    if (this.isLeaving || this.isBlocked || said === "NOT_SERVING") return "NOT_SERVING";
    const found = this.found.get(service) ?? "SERVING";
    if (found === "NOT_SERVING") return found;
    if (service !== "" && this.status("") === "NOT_SERVING") return "NOT_SERVING";
    return said === "UNKNOWN" ? said : found;
  }

  /** What a check of the server's own has found out, beside what is said. */
  find(service: string, status: ServingStatus): void {
    this.found.set(service, status);
    if (!this.said.has(service)) this.said.set(service, "SERVING");
    this.changes.tell();
  }

  /** The event loop is kept busy for too long, or no longer is. */
  block(isBlocked: boolean): void {
    this.isBlocked = isBlocked;
    this.changes.tell();
  }

  /** From here on nothing is served, whatever anybody says. */
  leave(): void {
    this.isLeaving = true;
    this.changes.tell();
  }
}
