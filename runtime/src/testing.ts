/** Behind `@rpcgen/runtime/testing`: networks, clocks and faults for tests of whole clients and servers. */

export type { EventTrace } from "./testing/event-trace.js";
export { startFaultProxy } from "./testing/fault-proxy.js";
export type {
  FaultProxy,
  FaultProxyOptions,
  ProxyCounters,
  ProxyDirection,
  ProxyWelcome,
} from "./testing/fault-proxy.js";
export { inProcess, inProcessChannel } from "./testing/in-process.js";
export type { InProcessChannel, InProcessOptions } from "./testing/in-process.js";
export type { LinkFaults } from "./testing/link-faults.js";
export type { Expected, ExpectedArguments } from "./testing/mock/expected.js";
export { mock, MockError } from "./testing/mock/mock.js";
export type {
  Mock,
  MockControls,
  MockedAnswers,
  MockedCall,
  MockedCount,
  MockedMethod,
  MockOf,
  MockOptions,
} from "./testing/mock/mock.js";
export type { ProxyFaults } from "./testing/proxy-faults.js";
export { createRecorder } from "./testing/recording/call-recorder.js";
export type { CallRecorder, RecorderOptions, RecordingSink } from "./testing/recording/call-recorder.js";
export { parseRecording } from "./testing/recording/recording.js";
export type { RecordedCall, RecordedError, RecordedMessage, Recording } from "./testing/recording/recording.js";
export { readRecording, recordCalls } from "./testing/recording/recording-file.js";
export type { RecordCallsOptions } from "./testing/recording/recording-file.js";
export { replayCalls } from "./testing/recording/replay-calls.js";
export type { ReplayOptions } from "./testing/recording/replay-calls.js";
export { ReplayError, verifyCall, verifyCalls } from "./testing/recording/verify-calls.js";
export type { VerifyOptions } from "./testing/recording/verify-calls.js";
export { samples } from "./testing/sample/sample.js";
export type { SampleFactory, SampleOptions, SampleOverrides } from "./testing/sample/sample.js";
export { SampleError } from "./testing/sample/sample-error.js";
export { randomFrom } from "./testing/seeded-random.js";
export { simulate } from "./testing/simulate.js";
export type { SimulationOptions } from "./testing/simulate.js";
export type { TestHost } from "./testing/test-host.js";
export { createTestNetwork } from "./testing/test-network.js";
export type { TestNetwork, TestNetworkOptions, Way } from "./testing/test-network.js";
export { VirtualClock } from "./testing/virtual-clock.js";
