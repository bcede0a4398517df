/** How the parser decides by the next token: each decision is worked out when a file first needs it, and kept as a set. */

import { Alternation, LLkLookaheadStrategy, NonTerminal, Option, Repetition, Terminal } from "chevrotain";
import type { ILookaheadStrategy, IOrAlt, IProduction, IToken, Rule, TokenType } from "chevrotain";

type OfAlternation = ILookaheadStrategy["buildLookaheadForAlternation"];
type OfOptional = ILookaheadStrategy["buildLookaheadForOptional"];

/** What the parser offers to its own decisions. */
interface Looking {
  LA(ahead: number): IToken;
}

/** What some part of a rule may begin with. */
interface Beginning {
  /** Kinds of tokens, those below a parent kind included, by their index. */
  readonly kinds: ReadonlySet<number>;
  /** Whether the part may be nothing, so that whatever stands behind it may be next. */
  readonly isOptional: boolean;
}

/**
 * Chevrotain's own strategy works out rows of any length for all rules before the first file is read, which takes longer
 * than to read most files. This grammar decides by one token and by gates, and most files use few of its decisions.
 */
export class OneTokenLookahead extends LLkLookaheadStrategy {
  readonly #ofRules: Map<Rule, Beginning> = new Map();

  constructor() {
    super({ maxLookahead: 1 });
  }

  override buildLookaheadForAlternation(options: Parameters<OfAlternation>[0]): ReturnType<OfAlternation> {
    const find = (): readonly Beginning[] =>
      partOf(options.rule, Alternation, options.prodOccurrence).definition.map((part) => this.#beginningOf(part));
    let beginnings: readonly Beginning[] | undefined;
    return function (this: Looking, alternatives: readonly IOrAlt<unknown>[] = []) {
      beginnings ??= find();
      const kind = this.LA(1).tokenType.tokenTypeIdx;
      const index = beginnings.findIndex(
        (beginning, at) => begins(beginning, kind) && alternatives[at]?.GATE?.call(this) !== false,
      );
      return index === -1 ? undefined : index;
    };
  }

  override buildLookaheadForOptional(options: Parameters<OfOptional>[0]): ReturnType<OfOptional> {
    const { rule, prodOccurrence, prodType } = options;
    if (prodType !== "Option" && prodType !== "Repetition") throw new Error(`the grammar has no use for ${prodType}`);
    const find = (): Beginning =>
      this.#beginningOfAll(partOf(rule, prodType === "Option" ? Option : Repetition, prodOccurrence).definition);
    let beginning: Beginning | undefined;
    return function (this: Looking) {
      beginning ??= find();
      return begins(beginning, this.LA(1).tokenType.tokenTypeIdx);
    };
  }

  #beginningOf(part: IProduction): Beginning {
    if (part instanceof Terminal) return { kinds: new Set(kindsBelow(part.terminalType)), isOptional: false };
    if (part instanceof NonTerminal) return this.#beginningOfRule(part.referencedRule);
    if (part instanceof Alternation) {
      const beginnings = part.definition.map((alternative) => this.#beginningOf(alternative));
      return {
        kinds: new Set(beginnings.flatMap(({ kinds }) => [...kinds])),
        isOptional: beginnings.some(({ isOptional }) => isOptional),
      };
    }
    const isLoose = part instanceof Option || part instanceof Repetition;
    const { kinds, isOptional } = this.#beginningOfAll(definitionOf(part));
    return { kinds, isOptional: isOptional || isLoose };
  }

  #beginningOfRule(rule: Rule): Beginning {
    const known = this.#ofRules.get(rule);
    if (known !== undefined) return known;
    const beginning = this.#beginningOfAll(rule.definition);
    this.#ofRules.set(rule, beginning);
    return beginning;
  }

  /** Of parts that follow each other. */
  #beginningOfAll(parts: readonly IProduction[]): Beginning {
    const kinds = new Set<number>();
    for (const part of parts) {
      const beginning = this.#beginningOf(part);
      for (const kind of beginning.kinds) kinds.add(kind);
      if (!beginning.isOptional) return { kinds, isOptional: false };
    }
    return { kinds, isOptional: true };
  }
}

function begins({ kinds, isOptional }: Beginning, kind: number | undefined): boolean {
  return isOptional || (kind !== undefined && kinds.has(kind));
}

function kindsBelow({ tokenTypeIdx = -1, categoryMatches = [] }: TokenType): readonly number[] {
  return [tokenTypeIdx, ...categoryMatches];
}

/** Which of a rule's decisions of one sort is meant: their numbers tell them apart within the rule. */
function partOf<T extends Alternation | Option | Repetition>(
  rule: Rule,
  sort: new (...options: never) => T,
  occurrence: number,
): T {
  const search = (parts: readonly IProduction[]): T | undefined => {
    for (const part of parts) {
      if (part instanceof sort && part.idx === occurrence) return part;
      const found = search(part instanceof NonTerminal ? [] : definitionOf(part));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const found = search(rule.definition);
  if (found === undefined) throw new Error(`rule ${rule.name} has no such decision`);
  return found;
}

function definitionOf(part: IProduction): readonly IProduction[] {
  const definition: unknown = "definition" in part ? part.definition : undefined;
  // Chevrotain does not say in its types that every part that holds others holds them here.
  return Array.isArray(definition) ? (definition as readonly IProduction[]) : [];
}
