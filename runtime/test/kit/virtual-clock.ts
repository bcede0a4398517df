/** The clock of tests, under its old name. */

export { VirtualClock } from "../../src/testing/virtual-clock.js";
