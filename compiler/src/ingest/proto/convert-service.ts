/** Services of `.proto` to services of `.rpc`, with the same paths and the same bytes for every kind of stream. */

import { entry } from "../document.js";
import type { Entry } from "../document.js";
import { docsOf, sideNoteOf } from "../remarks.js";
import { rpcString } from "../rpc-text.js";
import type { ForeignName } from "../token-reader.js";
import { freeMethodName } from "../type-names.js";
import type { Conversion } from "./conversion.js";
import { keptRemarks } from "./message-work.js";
import { convertOwnMethod, writeNamed } from "./convert-own-method.js";
import { methodComment, methodMeaning, methodRemarks, optionsOf } from "./method-parts.js";
import type { ServiceWork } from "./method-parts.js";
import { convertOptions } from "./convert-options.js";
import type { ProtoSymbol } from "./proto-scope.js";
import type { ProtoMethod, ProtoService } from "./proto-syntax.js";

export function convertService(service: ProtoService, symbol: ProtoSymbol, conversion: Conversion): Entry {
  const options = service.items.flatMap((item) => (item.kind === "option" ? [item.option] : []));
  const { annotations, marks } = convertOptions(options, symbol.fullName, conversion);
  const own = conversion.ownOptions(options, "service");
  const base = own?.text("extends");
  const extended = base === undefined ? undefined : writeNamed(base, "service", service.name, conversion);
  const name = conversion.run.names.get(symbol) ?? service.name.text;
  const work: ServiceWork = { conversion, symbol, name, methodNames: new Set(), wireNames: new Set() };
  const items = service.items.flatMap((item): readonly Entry[] => {
    if (item.kind === "method") {
      const own = conversion.ownOptions(optionsOf(item), "method");
      if (own?.isTrue("is_inherited") === true) return [];
      return [own === undefined ? convertMethod(item, work) : convertOwnMethod(item, own, work)];
    }
    return item.kind === "loose" ? [entry({ notes: item.paragraphs })] : keptRemarks(item.remarks);
  });
  return entry({
    notes: service.remarks.detached,
    marks,
    docs: docsOf(service.remarks),
    sideNote: sideNoteOf(service.remarks),
    annotations: own?.annotations(conversion.namespaces) ?? annotations,
    text: `service ${name}${extended === undefined ? "" : ` extends ${extended}`}`,
    items,
  });
}

function convertMethod(method: ProtoMethod, work: ServiceWork): Entry {
  const { conversion, symbol, methodNames, wireNames } = work;
  if (wireNames.has(method.name.text)) {
    conversion.report.add("imported-duplicate", method.name.span, { name: method.name.text });
    return methodComment(method);
  }
  const { name, needsName } = freeMethodName(method.name.text, methodNames);
  const input = direction(method.input, method.isInputStream, `${name}Request`, method, work);
  const output = direction(method.output, method.isOutputStream, `${name}Response`, method, work);
  if (input === undefined || output === undefined) return methodComment(method);
  wireNames.add(method.name.text);
  methodNames.add(name);
  const { annotations, marks } = convertOptions(optionsOf(method), symbol.fullName, conversion, methodMeaning);
  return entry({
    ...methodRemarks(method),
    marks,
    annotations: [...(needsName ? [`@name(${rpcString(method.name.text)})`] : []), ...annotations],
    text: `${name}(${input}): ${output === "" ? "void" : output}`,
  });
}

/** What stands for one side of a method; "" where an empty message that the compiler makes will do. */
function direction(
  type: ForeignName,
  isStream: boolean,
  madeName: string,
  method: ProtoMethod,
  work: ServiceWork,
): string | undefined {
  const { conversion, symbol, name } = work;
  const isMessage = ({ kind }: ProtoSymbol): boolean => kind === "message";
  const found = conversion.run.scope.find(type.text, symbol.fullName, conversion.file, isMessage);
  const isEmpty = found?.file === undefined && found?.fullName === "google.protobuf.Empty";
  if (isEmpty && !isStream) {
    const made = name + madeName.slice(0, 1).toUpperCase() + madeName.slice(1);
    if (conversion.run.typeNames.claimMade(conversion.package, conversion.file.path, made)) return "";
  }
  const written = found === undefined ? undefined : conversion.write(found);
  if (written !== undefined) return `${isStream ? "stream " : ""}${written}`;
  const what = `method \`${method.name.text}\` is kept as a comment`;
  conversion.report.add("imported-type-unknown", type.span, { type: type.text, what });
  return undefined;
}
