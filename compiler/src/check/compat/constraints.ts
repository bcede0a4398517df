/** Constraints and `@secret`: promises about values that code on either side relies on. */

import type { Annotation, Described } from "../../schema/schema.js";
import type { Comparison, CompatRule, OwnerPair } from "./comparison.js";
import { fieldLabel } from "./comparison.js";
import { common, matchFields, packageOf } from "./field-pair.js";
import type { Finding } from "./finding.js";
import { unionsOf } from "./inline-unions.js";
import { makeFinding } from "./make-finding.js";
import type { Found } from "./make-finding.js";

export const constraints: CompatRule = function* (comparison) {
  for (const owner of comparison.owners) {
    const { same, added } = matchFields(owner);
    // Servers check what is said of requests, and only of those.
    const isRequest = comparison.roles(owner.old.fullName, owner.new.fullName).has("request");
    for (const pair of same) {
      yield* compareAnnotations(pair.old, pair.new, isRequest, common(comparison, pair));
    }
    for (const field of added) {
      if (annotationOf(field, "required") === undefined) continue;
      yield makeFinding("constraint-tightened", {
        ...aboutMember(comparison, owner, field),
        was: "not there at all",
        is: "`@required`",
        ...tightened(isRequest),
        why: "Old callers do not know that they have to fill it.",
        newPlace: comparison.newPlace(field, owner.new.fullName),
        oldPlace: comparison.oldPlace(owner.old, owner.old.fullName),
      });
    }
    for (const union of unionsOf(owner.old)) {
      const now = unionsOf(owner.new).find(({ name }) => name === union.name);
      if (now === undefined) continue;
      yield* compareAnnotations(union, now, isRequest, {
        ...aboutMember(comparison, owner, union),
        newPlace: comparison.newPlace(now, owner.new.fullName),
        oldPlace: comparison.oldPlace(union, owner.old.fullName),
      });
    }
  }
};

type About = Pick<Found, "name" | "subject" | "newPlace" | "oldPlace" | "touched">;

function aboutMember(
  comparison: Comparison,
  owner: OwnerPair,
  member: { readonly name: string },
): Pick<About, "name" | "subject"> {
  return {
    name: fieldLabel(owner, member, packageOf(comparison, owner)),
    subject: `${owner.fullName}.${member.name}`,
  };
}

/** Whom a tightened rule breaks: with requests, old clients whose calls are refused now. */
function tightened(isRequest: boolean): Pick<Found, "levels" | "breaks"> {
  return isRequest ? { levels: ["wire", "source"], breaks: ["oldClientNewServer"] } : { levels: ["source"] };
}

function* compareAnnotations(old: Described, now: Described, isRequest: boolean, about: About): Iterable<Finding> {
  for (const [name, isTighter] of comparisons) {
    const [was, is] = [annotationOf(old, name), annotationOf(now, name)];
    if (textOf(was) === textOf(is)) continue;
    const isTightened = was === undefined || (is !== undefined && isTighter(was, is));
    yield makeFinding(isTightened ? "constraint-tightened" : "constraint-loosened", {
      ...about,
      was: textOf(was) ?? "anything",
      is: textOf(is) ?? "anything",
      ...(isTightened ? tightened(isRequest) : { levels: ["source"] }),
      why: isTightened
        ? isRequest
          ? "Servers refuse requests that break it, and old clients may send such."
          : "What old code may send breaks a promise that new code relies on."
        : "What new callers may send breaks a promise that old code relies on.",
    });
  }
  if (annotationOf(old, "secret") !== undefined && annotationOf(now, "secret") === undefined) {
    const why = "What left its value out of logs may print it now.";
    yield makeFinding("secret-removed", { ...about, levels: ["source"], why });
  }
}

/** By annotation: whether the second one, which differs from the first, allows less. */
const comparisons: readonly (readonly [string, (was: Annotation, is: Annotation) => boolean])[] = [
  ["min", (was, is) => compareNumbers(numberAt(is, 0), numberAt(was, 0)) > 0],
  ["max", (was, is) => compareNumbers(numberAt(is, 0), numberAt(was, 0)) < 0],
  ["minLength", (was, is) => compareNumbers(numberAt(is, 0), numberAt(was, 0)) > 0],
  ["maxLength", (was, is) => compareNumbers(numberAt(is, 0), numberAt(was, 0)) < 0],
  [
    "items",
    (was, is) =>
      compareNumbers(numberAt(is, 0), numberAt(was, 0)) > 0 || compareNumbers(numberAt(is, 1), numberAt(was, 1)) < 0,
  ],
  // Nobody can tell which of two patterns allows more.
  ["pattern", () => true],
  ["unique", () => true],
  ["required", () => true],
];

function annotationOf(thing: Described, name: string): Annotation | undefined {
  return thing.annotations.find((annotation) => annotation.name === name);
}

function numberAt(annotation: Annotation, index: number): string {
  const argument = annotation.args[index];
  return argument?.kind === "number" ? argument.value : "0";
}

/** Below, at or above zero, as the first is less than, equal to or greater than the second; exact for whole numbers. */
function compareNumbers(a: string, b: string): number {
  const isWhole = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
  const [x, y] = isWhole ? [BigInt(a), BigInt(b)] : [Number(a), Number(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function textOf(annotation: Annotation | undefined): string | undefined {
  if (annotation === undefined) return undefined;
  const args = annotation.args.map((argument) => {
    if (argument.kind === "duration") return `${argument.milliseconds}ms`;
    return argument.kind === "string" ? JSON.stringify(argument.value) : String(argument.value);
  });
  return `\`@${annotation.name}${args.length === 0 ? "" : `(${args.join(", ")})`}\``;
}
