/** Counts what users wrote. */

import type { Counts } from "../compiler/src/project/manifest.js";
import type { Schema } from "../compiler/src/schema/schema.js";

/** Neither the standard library nor messages that the compiler made up count. */
export function countsOf(schema: Schema): Counts {
  const own = schema.files.filter(({ isStandard }) => !isStandard);
  const services = own.flatMap((file) => file.services);
  return {
    services: services.length,
    methods: services.reduce((sum, { methods }) => sum + methods.length, 0),
    messages: own.flatMap(({ messages }) => messages).filter(({ isSynthetic }) => !isSynthetic).length,
  };
}
