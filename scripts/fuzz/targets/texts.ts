/** Fuzzes what people write: policy files, `.rpc` and `.proto` files, messages in JSON. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { importForeign } from "../../../compiler/src/ingest/import-foreign.js";
import { diagnosticCountMax, Report } from "../../../compiler/src/report/report.js";
import { createSourceFile } from "../../../compiler/src/source/source-file.js";
import { parse } from "../../../compiler/src/syntax/parse.js";
import { fromJsonString, JsonReadError, RpcError, toJsonString } from "../../../runtime/src/index.js";
import { checkPolicies } from "../../../runtime/src/resilience/read-policies.js";
import { NoteCodec } from "../../../runtime/test/kit/echo-service.js";
import { damagedText } from "../mutate.js";
import { broken, type FuzzTarget } from "../target.js";

const policyTexts = [
  '{"client":{"methods":{"*":{"timeoutMs":500,"retry":{"attemptsMax":3}},"shop.v1.Orders/Place":{"retry":false}},"channel":{"retryBudget":{"ratio":0.2,"perSecond":10},"breaker":{"failures":5,"openMs":5000}}}}',
  '{"server":{"methods":{"*":{"rateLimit":{"perSecond":100},"concurrency":{"max":10}}},"total":{"concurrency":{"max":100}}}}',
  '{"client":{"methods":{"a.B/*":{"hedge":{"delayMs":20}}},"channel":{"connectionsMax":3}},"server":{}}',
];

export const policies: FuzzTarget = {
  name: "policies",
  about: "policy files: read, or refused in words with invalid-argument",
  generate: (chance) => [damagedText(chance.oneOf(policyTexts), chance)],
  run([text]) {
    try {
      checkPolicies(String(text));
    } catch (error) {
      if (!RpcError.is(error) || error.code !== "invalid-argument") throw error;
    }
  },
};

let language: string | undefined;

/** An example of everything that the language has. */
function everything(): string {
  language ??= readFileSync(join(process.cwd(), "compiler/test/corpus/parse/right/language.rpc"), "utf8");
  return language;
}

export const idl: FuzzTarget = {
  name: "idl",
  about: "the parser of .rpc files: reports, never throws, and its places are within the text",
  generate: (chance) => [damagedText(everything(), chance)],
  run([part]) {
    const text = String(part);
    const report = new Report();
    parse(createSourceFile("fuzz.rpc", text), report);
    const { diagnostics } = report.findings();
    if (diagnostics.length > diagnosticCountMax) broken(`${diagnostics.length} diagnostics`);
    for (const { span, message } of diagnostics) {
      if (span !== undefined && !(span.start >= 0 && span.end >= span.start && span.end <= text.length)) {
        broken(`"${message}" is at ${span.start} to ${span.end} of ${text.length}`);
      }
    }
  },
};

const proto = `syntax = "proto3";
package a.b.v1;
import "google/protobuf/timestamp.proto";
// A thing.
message Thing { reserved 5, 7 to 9; string name = 1; repeated int32 n = 2 [packed = true]; map<string, Thing> m = 3; oneof o { bool x = 4; bytes y = 6; } }
enum Kind { option allow_alias = true; KIND_NONE = 0; KIND_A = 1; KIND_B = 1; }
service Things { rpc Get(Thing) returns (stream Thing) { option deprecated = true; } }
`;

export const protoImport: FuzzTarget = {
  name: "proto",
  about: "the import of .proto files: reports, and never throws",
  generate: (chance) => [damagedText(proto, chance)],
  run([text]) {
    importForeign(
      [createSourceFile("fuzz.proto", String(text))],
      () => undefined,
      { hasExactTimes: false },
      new Report(),
    );
  },
};

const notes = [
  '{"text":"a","count":1}',
  '{"text":"\\ud83d\\ude00\\u0000","count":"4294967295"}',
  '{"count":1e2,"text":null}',
];

export const json: FuzzTarget = {
  name: "json",
  about: "messages in JSON: read or refused with a JsonReadError, and what was read is written and read back the same",
  generate: (chance) => [damagedText(chance.oneOf(notes), chance)],
  run([text]) {
    let note;
    try {
      note = fromJsonString(NoteCodec, String(text));
    } catch (error) {
      if (!(error instanceof JsonReadError)) throw error;
      return;
    }
    const again = fromJsonString(NoteCodec, toJsonString(NoteCodec, note));
    if (again.text !== note.text || again.count !== note.count) broken(`${JSON.stringify(note)} came back otherwise`);
  },
};
