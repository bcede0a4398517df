/** Services: as many methods as an index can tell apart, and deadlines that a timer can hold. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import type { MethodSchema, ServiceSchema } from "../../schema/schema.js";
import type { Rule } from "../rule.js";

/** Dispatch indexes travel as 16-bit numbers. */
const methodCountMax = 65_535;
/** The longest delay of a JavaScript timer; a longer one fires at once. */
const timeoutMsMax = 2_147_483_647;

export const services: Rule = (schema, places, report) => {
  for (const service of schema.files.flatMap((file) => file.services)) {
    if (service.methods.length > methodCountMax) {
      report.add("too-many-methods", places.of(service), {
        name: service.name,
        count: service.methods.length,
        countMax: methodCountMax,
      });
    }
    checkTimeout(service, places, report);
    for (const method of service.methods) checkTimeout(method, places, report);
  }
};

function checkTimeout(thing: ServiceSchema | MethodSchema, places: Places, report: Report): void {
  const index = thing.annotations.findIndex((annotation) => annotation.name === "timeout");
  const duration = thing.annotations[index]?.args[0];
  if (duration?.kind !== "duration") return;
  const { milliseconds } = duration;
  if (milliseconds >= 1 && milliseconds <= timeoutMsMax) return;
  report.add("annotation-argument", places.item(thing, "argument", index), {
    name: "timeout",
    reason: "takes a duration from 1ms to 24 days",
  });
}
