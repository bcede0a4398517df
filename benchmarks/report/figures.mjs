/** Every figure of a result under one name, for budgets and for comparing two runs. */

const figureLists = {
  codec: codecFigures,
  dispatch: dispatchFigures,
  rpc: rpcFigures,
  stream: streamFigures,
  compile: compileFigures,
};

/** The figures of a suite's result: who, what, how much, and whether more is better. */
export function figuresOf(suite, result) {
  return figureLists[suite]?.(result) ?? [];
}

function codecFigures({ codecs }) {
  return codecs.flatMap(({ name, duty, payloads }) =>
    Object.entries(payloads).flatMap(([payload, { encode, decode }]) => {
      const both = 1 / (1 / encode.perSecond + 1 / decode.perSecond);
      const figure = (what, value) => ({
        subject: name,
        duty,
        figure: `${payload} ${what}`,
        value,
        isMoreBetter: true,
      });
      return [figure("encode", encode.perSecond), figure("decode", decode.perSecond), figure("both", both)];
    }),
  );
}

function dispatchFigures({ sizes }) {
  return sizes.flatMap(({ count, ways }) =>
    ways.map(({ way, ns }) => ({ subject: way, figure: `ns of ${count} methods`, value: ns, isMoreBetter: false })),
  );
}

function rpcFigures({ stacks }) {
  return stacks.flatMap(({ name, levels, blob }) => {
    const figure = (what, value, isMoreBetter) => ({ subject: name, figure: what, value, isMoreBetter });
    const ofLevels = Object.entries(levels).flatMap(([level, { cpu, perSecond, p50 }]) => [
      figure(`cpu at ${level}`, cpu, false),
      figure(`calls at ${level}`, perSecond.median, true),
      figure(`p50 at ${level}`, p50, false),
    ]);
    return blob === undefined ? ofLevels : [...ofLevels, figure("1 MiB echoes", blob.median, true)];
  });
}

function streamFigures({ stacks, slow }) {
  const ofStacks = stacks.flatMap(({ name, cpu, perSecond }) => [
    { subject: name, figure: "cpu", value: cpu, isMoreBetter: false },
    { subject: name, figure: "messages", value: perSecond.median, isMoreBetter: true },
  ]);
  const ofSlow = slow.map(({ name, serverGrowth, clientGrowth }) => {
    const value = Math.max(serverGrowth, clientGrowth);
    return { subject: name, figure: "bytes grown for a slow reader", value, isMoreBetter: false };
  });
  return [...ofStacks, ...ofSlow];
}

function compileFigures({ generators }) {
  return generators.flatMap(({ name, ms }) =>
    Object.entries(ms).map(([size, { median }]) => ({
      subject: name,
      figure: `ms of ${size} messages`,
      value: median,
      isMoreBetter: false,
    })),
  );
}
