/** Fields, union members, inline unions and parameters are camelCase. */

import type { Described } from "../../schema/schema.js";
import { camelCase, renaming } from "../name-words.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";
import { ownFields } from "../written.js";

export const fieldName: LintRule = defineRule({
  code: "field-name",
  check: (subject, add) => {
    const look = (thing: Described): void => {
      const { name } = thing;
      if (/^[a-z][A-Za-z0-9]*$/.test(name)) return;
      add(subject.places.of(thing), { name }, renaming(name, camelCase(name)));
    };
    for (const { field } of ownFields(subject)) look(field);
    for (const file of subject.files) {
      for (const { members } of [...file.messages, ...file.errors]) {
        for (const member of members) if (member.kind === "inlineUnion") look(member);
      }
    }
  },
});
