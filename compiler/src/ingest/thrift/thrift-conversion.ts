/** What the conversion of one `.thrift` file keeps in hand: names, imports, messages that are made on the way, findings. */

import type { Report } from "../../report/report.js";
import type { Span } from "../../source/source-file.js";
import type { Entry } from "../document.js";
import { quotedLines, rpcString } from "../rpc-text.js";
import { rpcPath } from "../rpc-path.js";
import type { TypeNames } from "../type-names.js";
import type { LinkedThrift, ThriftScope, ThriftSymbol } from "./thrift-scope.js";
import type { ThriftAnnotation, ThriftDeclaration } from "./thrift-syntax.js";

/** What is known of all files of one run. */
export interface ThriftRun {
  readonly scope: ThriftScope;
  readonly typeNames: TypeNames;
  /** What the methods of services that were converted are called, inherited ones included. */
  readonly methodNames: Map<ThriftDeclaration, ReadonlySet<string>>;
  readonly report: Report;
}

export class ThriftConversion {
  readonly run: ThriftRun;
  readonly file: LinkedThrift;
  readonly package: string;
  readonly imports: Set<string> = new Set();
  readonly namespaces: Set<string> = new Set();
  /** Messages for what has no type of its own, such as lists in lists; by what they hold. */
  readonly wrappers: Map<string, string> = new Map();
  readonly made: Entry[] = [];
  readonly #told: Map<string, { readonly span: Span; readonly annotation: string; count: number }> = new Map();

  constructor(run: ThriftRun, file: LinkedThrift) {
    this.run = run;
    this.file = file;
    this.package = run.scope.packageOf(file);
  }

  get report(): Report {
    return this.run.report;
  }

  /** How this file writes the name of a declaration; notes that its file has to be imported. */
  write({ file, name }: ThriftSymbol): string {
    if (file === this.file) return name;
    this.imports.add(rpcPath(file.path));
    const packageName = this.run.scope.packageOf(file);
    return packageName === this.package || packageName === "" ? name : `${packageName}.${name}`;
  }

  /** A name that nothing else in the package has. */
  mint(wanted: string, maps: readonly string[] = []): string {
    const declared = { kind: "message", unions: [], maps } as const;
    return this.run.typeNames.claim(this.package, this.file.path, [wanted], declared);
  }

  /** Annotations as `.rpc` has them: `@deprecated`, or in the namespace `thrift`, where plug-ins find them. */
  annotations(annotations: readonly ThriftAnnotation[]): readonly string[] {
    return [
      ...new Set(
        annotations.map(({ name, value, span }) => {
          if (/^(thrift\.)?deprecated$/i.test(name)) {
            return value === undefined || value === "" ? "@deprecated" : `@deprecated(${rpcString(value)})`;
          }
          const written = name.startsWith("thrift.") ? name : `thrift.${name}`;
          this.namespaces.add("thrift");
          this.#tell(name, span, written);
          return `@${written}${value === undefined ? "" : `(${rpcString(value)})`}`;
        }),
      ),
    ];
  }

  /** A comment with what stands in the file; reported as something that means nothing here. */
  optionNote(name: string, span: Span): readonly string[] {
    this.#tell(name, span, "");
    return this.quote(span);
  }

  quote({ source, start, end }: Span): readonly string[] {
    return quotedLines("thrift", source.text.slice(start, end));
  }

  /** Reports what was noted of options and annotations, each once. */
  finish(): void {
    for (const [name, { span, annotation, count }] of this.#told) {
      if (annotation === "") this.report.add("imported-option", span, { name, count });
      else this.report.add("imported-annotation", span, { name, count, annotation: `@${annotation}` });
    }
  }

  #tell(name: string, span: Span, annotation: string): void {
    const known = this.#told.get(name);
    if (known === undefined) this.#told.set(name, { span, annotation, count: 1 });
    else known.count += 1;
  }
}
