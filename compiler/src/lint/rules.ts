/** The rules of the linter, by name. */

import { closedEnum } from "./rules/closed-enum.js";
import { declarationName } from "./rules/declaration-name.js";
import { deprecatedReason } from "./rules/deprecated-reason.js";
import { enumValueName } from "./rules/enum-value-name.js";
import { enumValuePrefix } from "./rules/enum-value-prefix.js";
import { enumZeroName } from "./rules/enum-zero-name.js";
import { fieldName } from "./rules/field-name.js";
import { fileName } from "./rules/file-name.js";
import { idAsNumber } from "./rules/id-as-number.js";
import { methodName } from "./rules/method-name.js";
import { missingCode } from "./rules/missing-code.js";
import { missingDocs } from "./rules/missing-docs.js";
import { missingIdempotent } from "./rules/missing-idempotent.js";
import { missingTimeout } from "./rules/missing-timeout.js";
import { moneyAsFloat } from "./rules/money-as-float.js";
import { packageName } from "./rules/package-name.js";
import { packageVersion } from "./rules/package-version.js";
import { preferBuiltin } from "./rules/prefer-builtin.js";
import { reservedGap } from "./rules/reserved-gap.js";
import { sameNameOtherType } from "./rules/same-name-other-type.js";
import { sharedRequest } from "./rules/shared-request.js";
import { streamDocs } from "./rules/stream-docs.js";
import { timeAsNumber } from "./rules/time-as-number.js";
import { tooManyParameters } from "./rules/too-many-parameters.js";
import { unboundedList } from "./rules/unbounded-list.js";
import { unmarkedSecret } from "./rules/unmarked-secret.js";
import type { LintRule } from "./rule.js";

/** In the order of the page on them. */
export const lintRules: readonly LintRule[] = [
  packageName,
  packageVersion,
  fileName,
  declarationName,
  fieldName,
  methodName,
  enumValueName,
  enumValuePrefix,
  enumZeroName,
  closedEnum,
  reservedGap,
  sameNameOtherType,
  unmarkedSecret,
  idAsNumber,
  timeAsNumber,
  moneyAsFloat,
  preferBuiltin,
  tooManyParameters,
  missingIdempotent,
  missingTimeout,
  missingCode,
  deprecatedReason,
  streamDocs,
  missingDocs,
  sharedRequest,
  unboundedList,
];
