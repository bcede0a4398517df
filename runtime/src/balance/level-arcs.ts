/** Moves the points of a ring by parts of their arcs, so that everybody's share of it is what his weight says. */

const turn = 2 ** 32;
// Shares that are off by less than this are left alone; a ring with few points may not come so close.
const within = 0.002;
const roundsMax = 12;
// Of what would do if all neighbours stood still. They give way, too, and with all of it two neighbours would only change places.
const step = 0.7;

/**
 * An owner who has too much presses on his neighbours, and the points between them give way to the difference of pressures; a
 * point never passes another one. Since a member that comes or leaves changes pressures but little, it moves few keys of others.
 *
 * `points` are in order, and each ends an arc that belongs to its owner.
 */
export function levelArcs(points: Uint32Array, owners: Uint32Array, weights: readonly number[]): void {
  const arcs = arcsOf(points);
  const give = giveOf(arcs, owners);
  const pressures = findPressures(arcs, give, owners, weights);
  const last = points.length - 1;
  for (let k = 0; k <= last; k++) {
    const moved = at(points, k) - flow(k, give, owners, pressures);
    // The first and the last point stay on their sides of the place where counting begins.
    points[k] = Math.min(turn - 1, Math.max(0, Math.round(moved)));
  }
}

const at = (list: Uint32Array | Float64Array, index: number): number => list[index] ?? 0;

function arcsOf(points: Uint32Array): Float64Array {
  const before = at(points, points.length - 1) - turn;
  return Float64Array.from(points, (point, k) => point - (k === 0 ? before : at(points, k - 1)));
}

/** How far each point can give way: half of the shorter arc beside it, and not at all between arcs of one owner. */
function giveOf(arcs: Float64Array, owners: Uint32Array): Float64Array {
  return arcs.map((arc, k) => {
    const next = k + 1 < arcs.length ? k + 1 : 0;
    return owners[k] === owners[next] ? 0 : Math.min(arc, at(arcs, next)) / 2;
  });
}

/** How far the point moves back, out of its owner's arc; below zero it moves forward. */
function flow(k: number, give: Float64Array, owners: Uint32Array, pressures: Float64Array): number {
  const next = k + 1 < owners.length ? k + 1 : 0;
  const difference = at(pressures, at(owners, k)) - at(pressures, at(owners, next));
  return at(give, k) * Math.min(1, Math.max(-1, difference));
}

function findPressures(
  arcs: Float64Array,
  give: Float64Array,
  owners: Uint32Array,
  weights: readonly number[],
): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const wanted = weights.map((weight) => (turn * weight) / total);
  const pressures = new Float64Array(weights.length);
  const gives = new Float64Array(weights.length);
  for (let k = 0; k < owners.length; k++) {
    for (const owner of [at(owners, k), at(owners, k + 1 < owners.length ? k + 1 : 0)]) {
      gives[owner] = at(gives, owner) + at(give, k);
    }
  }
  let before = Infinity;
  for (let round = 0; round < roundsMax; round++) {
    const shares = sharesOf(arcs, give, owners, pressures);
    let worst = 0;
    for (const [owner, target] of wanted.entries()) {
      const excess = at(shares, owner) - target;
      worst = Math.max(worst, Math.abs(excess) / target);
      if (at(gives, owner) > 0) pressures[owner] = at(pressures, owner) + (step * excess) / at(gives, owner);
    }
    // Somebody may have too few points to get what he is to have; after four rounds the others have it.
    if (worst < within || (round >= 4 && worst > before * 0.9)) break;
    before = worst;
  }
  return pressures;
}

function sharesOf(arcs: Float64Array, give: Float64Array, owners: Uint32Array, pressures: Float64Array): Float64Array {
  const shares = new Float64Array(pressures.length);
  for (let k = 0; k < arcs.length; k++) {
    const owner = at(owners, k);
    const next = at(owners, k + 1 < owners.length ? k + 1 : 0);
    const moved = flow(k, give, owners, pressures);
    shares[owner] = at(shares, owner) + at(arcs, k) - moved;
    shares[next] = at(shares, next) + moved;
  }
  return shares;
}
