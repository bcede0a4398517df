/** Names of enum values in `.proto`, where they are siblings of their enum and of the values of all other enums. */

import { snakeCase } from "../../schema/naming.js";
import type { EnumSchema, Schema } from "../../schema/schema.js";

/**
 * A value keeps its name, which JSON shows, unless something else in its package has the same one; then all values of
 * its enum get the enum's name in front, as Protobuf's style guide has it.
 */
export class EnumValueNames {
  readonly #prefixed: Set<string> = new Set();

  constructor(schema: Schema) {
    const owners = new Map<string, Map<string, EnumSchema | undefined>>();
    for (const file of schema.files) {
      const names = owners.get(file.package) ?? new Map<string, EnumSchema | undefined>();
      owners.set(file.package, names);
      for (const list of [file.messages, file.unions, file.errors, file.services, file.enums]) {
        for (const { name } of list) this.#claim(names, name, undefined);
      }
      for (const declaration of file.enums) {
        for (const value of declaration.values) this.#claim(names, value.name, declaration);
      }
    }
  }

  /** What a value of an enum is called in `.proto`. */
  nameOf(declaration: EnumSchema, valueName: string): string {
    if (!this.#prefixed.has(declaration.fullName)) return valueName;
    return `${snakeCase(declaration.name).toUpperCase()}_${valueName}`;
  }

  #claim(names: Map<string, EnumSchema | undefined>, name: string, claimant: EnumSchema | undefined): void {
    if (!names.has(name)) {
      names.set(name, claimant);
      return;
    }
    for (const side of [names.get(name), claimant]) if (side !== undefined) this.#prefixed.add(side.fullName);
  }
}
