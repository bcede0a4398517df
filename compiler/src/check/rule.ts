/** What a rule is: it looks at a whole schema and adds what it refuses to the report. */

import type { Report } from "../report/report.js";
import type { Places } from "../schema/places.js";
import type { Schema } from "../schema/schema.js";

export type Rule = (schema: Schema, places: Places, report: Report) => void;
