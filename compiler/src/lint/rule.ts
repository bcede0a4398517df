/** What a rule of the linter is, and what it looks at. */

import type { Code, ParametersOf } from "../report/catalog.js";
import type { Diagnostic } from "../report/diagnostic.js";
import { createDiagnostic } from "../report/report.js";
import type { Details } from "../report/report.js";
import type { Places } from "../schema/places.js";
import type { FileSchema, Schema } from "../schema/schema.js";
import type { Span } from "../source/source-file.js";

/** What a project may set of a rule, by name; a default says by its type what is taken instead. */
export type RuleOptions = Readonly<Record<string, number | readonly string[]>>;

/** What a rule looks at. The schema holds imported files, too; findings are wanted about `files` only. */
export interface LintSubject {
  readonly schema: Schema;
  readonly places: Places;
  readonly files: readonly FileSchema[];
}

/** Adds a finding of the rule. Without a span there is nothing to point at, and the finding is dropped. */
export type AddFinding<C extends Code> = (
  span: Span | undefined,
  parameters: ParametersOf<C>,
  details?: Details,
) => void;

export interface LintRule {
  readonly code: Code;
  /** Whether it is on where a project says nothing. */
  readonly isDefault: boolean;
  readonly options: RuleOptions;
  /** Whether its fixes change no behaviour, so that `--fix` may carry them out unasked. */
  readonly hasSafeFixes: boolean;
  readonly run: (subject: LintSubject, options: RuleOptions) => readonly Diagnostic[];
}

interface RuleDefinition<C extends Code, O extends RuleOptions> {
  readonly code: C;
  /** True where left out. */
  readonly isDefault?: boolean;
  readonly options?: O;
  readonly hasSafeFixes?: boolean;
  readonly check: (subject: LintSubject, add: AddFinding<C>, options: O) => void;
}

/** A rule from its code, its defaults and what it does. */
export function defineRule<C extends Code, O extends RuleOptions = Readonly<Record<never, never>>>(
  definition: RuleDefinition<C, O>,
): LintRule {
  const { code, isDefault = true, hasSafeFixes = false, check } = definition;
  const defaults: RuleOptions = definition.options ?? {};
  return {
    code,
    isDefault,
    hasSafeFixes,
    options: defaults,
    run: (subject, options) => {
      const found: Diagnostic[] = [];
      const add: AddFinding<C> = (span, parameters, details) => {
        if (span !== undefined) found.push(createDiagnostic(code, span, parameters, details));
      };
      // Settings are checked against the defaults before any rule runs, so they have the types of these.
      check(subject, add, { ...defaults, ...options } as O);
      return found;
    },
  };
}
