/** How this runtime calls itself in HELLO. */

export const implementation = "rpcgen-node/0.1.0";

/** The same of the small client for browsers. */
export const webImplementation = "rpcgen-web/0.1.0";
