/** A call with one answer, or, for oneway methods, with none: what an open call is where nothing is added to it. */

export { OpenCall as OneCall } from "./open-call.js";
