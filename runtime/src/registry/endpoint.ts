/** Where one server of a service is, as registries know it and as pickers weigh it. */

/** Whether a server wants calls: `unhealthy` ones come back by themselves, `draining` ones are about to leave. */
export type EndpointHealth = "healthy" | "unhealthy" | "draining";

/** One server of a service. */
export interface Endpoint {
  /** What `connect` takes: `rpc://host:port`, `rpcs://host:port`, `unix:/path` or `memory:name`. Names the server, too. */
  readonly address: string;
  /** Its share of the calls, relative to the others': a whole number from 0 (none) to 65,535; 100 where nothing is said. */
  readonly weight: number;
  /** Where it stands, for instance `eu-west-1a`; "" where nothing is said. */
  readonly zone: string;
  readonly health: EndpointHealth;
  /** Whatever else its registry knows, for instance a version or a group. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** What a user has to say of an endpoint; the rest has defaults. */
export interface EndpointInit {
  readonly address: string;
  readonly weight?: number | undefined;
  readonly zone?: string | undefined;
  readonly health?: EndpointHealth | undefined;
  readonly metadata?: Readonly<Record<string, string>> | ReadonlyMap<string, string> | undefined;
}
