/** How this runtime calls itself in HELLO. */

export const implementation = "rpcgen-node/0.1.0";
