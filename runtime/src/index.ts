/** The public face of the runtime: what applications import. */

// `await using` needs a type that a project's `lib` may not have.
/// <reference lib="esnext.disposable" preserve="true" />

export { DecodeError } from "./bytes/decode-error.js";
export { EncodeError } from "./bytes/encode-error.js";
export { createChannel } from "./call/channel.js";
export { defaultTimeoutMs } from "./call/default-timeout.js";
export type { ChannelOptions } from "./call/channel.js";
export type {
  CallRecord,
  CallTap,
  ChannelTaps,
  Instrument,
  ServerTaps,
  TurnedAway,
  WatchedChannel,
  WatchedMember,
  WatchedServer,
} from "./call/instrument.js";
export { jsonCodec } from "./client/json-codec.js";
export type { JsonCodecOptions } from "./client/json-codec.js";
export type { CodecName, MessageCodec } from "./call/message-codec.js";
export { Metadata } from "./call/metadata.js";
export type { MetadataInit } from "./call/metadata.js";
export type { CallOptions, CallPolicy, Caller, Channel, Interceptor, OutgoingCall } from "./call/outgoing-call.js";
export type { Mount, Peer, ServerCall, ServerInterceptor } from "./call/server-call.js";
export { validateRequests } from "./call/validate.js";
export type { BackoffOptions } from "./backoff.js";
export { connect } from "./client/connect.js";
export type { ClientChannel, ConnectOptions, ConnectTarget } from "./client/connect-options.js";
export type { FleetOptions, OutlierOptions, SlowStartOptions } from "./client/fleet/fleet-options.js";
export type { LinkState } from "./client/link.js";
export type { MemberView, Obstacle } from "./client/member-view.js";
export { systemClock } from "./clock.js";
export type { Clock, Timer } from "./clock.js";
export { fromBytes, toBytes } from "./codec/binary.js";
export type { Codec } from "./codec/full-codec.js";
export { TypeRegistry } from "./codec/json/json-codec.js";
export type { JsonReadOptions, JsonWriteOptions } from "./codec/json/json-codec.js";
export { JsonReadError, JsonWriteError } from "./codec/json/json-error.js";
export type { JsonInput, JsonObject, JsonValue } from "./codec/json/json-value.js";
export { fromJson, fromJsonString, toJson, toJsonString } from "./codec/json/json.js";
export type { JsonTextOptions } from "./codec/json/json.js";
export { InvalidMessageError } from "./codec/rules/check.js";
export type { Violation } from "./codec/rules/check.js";
export type { ServiceRules } from "./method/service-rules.js";
export { DeclaredError, RpcError } from "./error/rpc-error.js";
export type { Attempt, RpcErrorFacts } from "./error/rpc-error.js";
export type { StatusCode } from "./error/status.js";
export type { Counters, Observer, RegistryEvent, RuntimeEvent, TlsEvent } from "./events.js";
export type { FleetEvent } from "./fleet-event.js";
export type { AnonymousPeer, AuthorisedPeer, CertificateNames, TlsPeer } from "./identity.js";
export type { LimitName, LimitOptions } from "./limits.js";
export type {
  CachePolicy,
  ConcurrencyLimit,
  DeduplicatePolicy,
  HedgePolicy,
  MethodPolicy,
  RateLimit,
  RetryPolicy,
} from "./method/method-policy.js";
export type { ErrorJson, MethodJson, ServiceJson } from "./method/service-json.js";
export type { Method, MethodInfo, MethodShape, ServiceInfo } from "./method/method.js";
export { redactAnswer, redactRequest } from "./method/redact-call.js";
export type { MethodSecrets } from "./method/method.js";
export type { PolicyOptions } from "./client/policy-gate.js";
export type { PolicySource } from "./resilience/policy-source.js";
export type {
  BreakerPolicy,
  ChannelPolicy,
  ClientCodeRule,
  ClientPolicies,
  ClientRule,
  Fallback,
  PolicyDocument,
  RetryBudget,
  Rules,
  ServerPolicies,
  ServerRule,
} from "./resilience/policies.js";
export type { Health, ServingStatus } from "./server/health.js";
export type { HealthCheck } from "./server/health-checks.js";
export type { HealthOptions } from "./server/health-keeper.js";
export type { Endpoint, EndpointHealth, EndpointInit } from "./registry/endpoint.js";
export type { Registrar, Registration, Registry, Resolver, ResolverSink, Watch } from "./registry/registry.js";
export { drainOnSignals } from "./server/drain-on-signals.js";
export type { Drainable, DrainOptions } from "./server/drain-on-signals.js";
export type { RegisterOptions } from "./server/registry-entries.js";
export { redact } from "./secret/redact.js";
export type { RedactOptions, Shown } from "./secret/redact.js";
export type { SecretField, SecretFields, Secrets } from "./secret/secret-fields.js";
export { serve } from "./server/server.js";
export type { CloseOptions } from "./server/close-options.js";
export type { Server, ServeOptions } from "./server/serve-options.js";
export type { WebSocketOptions } from "./server/open-listener.js";
export type { ServerPolicyOptions } from "./server/policy-guard.js";
export type { KeepaliveOptions } from "./session/keepalive.js";
export type { HttpServer } from "./transport/mounted.js";
export type { Network, NetworkOpening, NetworkPlace } from "./transport/network.js";
export type { Listener, ListenerSink, Transport, TransportSink } from "./transport/transport.js";
export type { ClientTls, Pem, ServerTls, TlsCertificate, TlsVersion } from "./tls/tls-settings.js";
