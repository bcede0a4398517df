/** Reads the text of a policy file: strictly, within bounds, and without ever failing in a way that it does not say. */

import { JsonReadError } from "../codec/json/json-error.js";
import { parseJson } from "../codec/json/json-text.js";
import { RpcError } from "../error/rpc-error.js";
import { checkDocument } from "./check-policies.js";
import type { PolicyDocument } from "./policies.js";

/** In characters. */
export const policyTextMax: number = 4 * 1024 * 1024;
const groupsMax = 100_000;

/** What a policy file's text says. Throws nothing but an `invalid-argument` RpcError, whatever the text is. */
export function checkPolicies(text: string): PolicyDocument {
  if (text.length > policyTextMax) throw wrong(`is longer than ${policyTextMax} characters`);
  let json: unknown;
  try {
    json = parseJson(text, groupsMax);
  } catch (error) {
    if (!(error instanceof JsonReadError)) throw error;
    throw wrong(`cannot be read: ${error.message}`);
  }
  return checkDocument(json);
}

function wrong(what: string): RpcError {
  return new RpcError("invalid-argument", `the policy ${what}`);
}
