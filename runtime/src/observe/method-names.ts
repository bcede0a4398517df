/** Names of methods for labels: those that are mounted or generated, up to a number of them; all others are `other`. */

import type { MethodInfo, ServiceInfo } from "../method/method.js";
import { other } from "./metric.js";

/** Keeps something for each method. */
export class PerMethod<State> {
  private readonly byInfo = new WeakMap<MethodInfo, State>();
  private readonly byName = new Map<string, State>();
  private readonly create: (name: string) => State;
  private readonly max: number;
  private rest: State | undefined;

  constructor(max: number, create: (name: string) => State) {
    this.max = max;
    this.create = create;
  }

  /** Of this method. A method of one codec and its twin of another are one. */
  of(service: Pick<ServiceInfo, "name">, info: MethodInfo): State {
    const known = this.byInfo.get(info);
    if (known !== undefined) return known;
    const state = this.named(`${service.name}/${info.wireName}`);
    this.byInfo.set(info, state);
    return state;
  }

  /** By its path, where it is known already; else of all others. */
  at(path: string | undefined): State {
    return (path === undefined ? undefined : this.byName.get(path.slice(1))) ?? this.others;
  }

  get others(): State {
    return (this.rest ??= this.create(other));
  }

  private named(name: string): State {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    if (this.byName.size >= this.max) return this.others;
    const state = this.create(name);
    this.byName.set(name, state);
    return state;
  }
}
