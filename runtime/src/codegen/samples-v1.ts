/** The door through which generated sample factories enter the runtime: apart from the other one, since programs do not need it. */

export { sample } from "../testing/sample/sample.js";
export type { SampleOptions, SampleOverrides } from "../testing/sample/sample.js";
export type { SampleShape } from "../testing/sample/sample-shape.js";
