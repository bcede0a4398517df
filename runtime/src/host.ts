/** Serves calls beside the routes of an HTTP framework, in its process and for as long as it runs. */

export { fastifyRpc } from "./host/fastify.js";
export type { FastifyHost, FastifyRpc } from "./host/fastify.js";
export { nestRpc } from "./host/nest.js";
export type { NestRpc } from "./host/nest.js";
export type { HostedOptions } from "./host/hosted.js";
