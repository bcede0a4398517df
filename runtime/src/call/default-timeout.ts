/** How long calls with one answer may take where neither the call nor the IDL says anything. */
export const defaultTimeoutMs = 30_000;
