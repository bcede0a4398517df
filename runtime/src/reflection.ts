/** For tools that call servers without generated code: what a server offers, and calls whose messages are JSON text. */

export { GenericError, genericError, genericJson, genericMethod } from "./call/generic-json.js";
export { reflect } from "./client/reflect.js";
