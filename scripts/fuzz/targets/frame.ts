/** Fuzzes what makes frames of chunks: however bytes are cut, the same frames come out, or the same error. */

import { FrameError } from "../../../runtime/src/frame/frame-error.js";
import { FrameJoiner } from "../../../runtime/src/frame/frame-joiner.js";
import { frameBytes } from "../../../runtime/test/kit/raw-peer.js";
import { cutAtRandom, damagedBytes } from "../mutate.js";
import { broken, type Chance, type FuzzTarget, type Part } from "../target.js";

const payloadMax = 200_000;

function randomFrames(chance: Chance): Uint8Array {
  const frames = Array.from({ length: 1 + chance.below(6) }, () => {
    const payload = new Uint8Array(chance.oneOf([0, 1, 7, 300, chance.below(9000)])).fill(chance.below(256));
    return frameBytes(chance.below(12), chance.below(256), chance.below(65_536), chance.below(2 ** 31), payload);
  });
  return Buffer.concat(frames);
}

function framesOf(chunks: readonly Part[]): string {
  const seen: string[] = [];
  const joiner = new FrameJoiner(payloadMax, ({ type, flags, method, stream, buffer, start, end }) => {
    seen.push([type, flags, method, stream, Buffer.from(buffer.subarray(start, end)).toString("base64")].join(" "));
  });
  try {
    for (const chunk of chunks) joiner.push(chunk as Uint8Array);
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    seen.push(error.code);
  }
  return seen.join("\n");
}

export const frame: FuzzTarget = {
  name: "frame",
  about: "frames out of chunks: any cut gives the same frames, and nothing but a FrameError is thrown",
  generate: (chance) => cutAtRandom(damagedBytes(randomFrames(chance), chance), chance),
  run(parts) {
    const whole = Buffer.concat(parts as readonly Uint8Array[]);
    if (framesOf(parts) !== framesOf([whole])) broken("the cut changes what comes out");
  },
};
