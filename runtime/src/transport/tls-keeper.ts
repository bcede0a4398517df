/** Keeps a server's certificates: loads them, loads them again when their files change, and tells when they end. */

import { Alarm, type Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { thrownText } from "../error/plain-text.js";
import type { TlsEvent } from "../events.js";
import { commonOptions, createIdentity, expiryEvents, type TlsIdentity } from "./tls-context.js";
import { namesFiles, readServerMaterial, wrong } from "../tls/tls-material.js";
import { certificateText } from "./tls-peer.js";
import { defaultCheckFilesMs, defaultWarningDays, type ServerTls } from "../tls/tls-settings.js";

/** Certificates that are in use, and the settings that they came with. */
export interface LoadedTls {
  readonly settings: ServerTls;
  /** The main one first. */
  readonly identities: readonly TlsIdentity[];
  readonly digest: string;
}

// Files that have just changed may be half written, or the key may follow the certificate: they have to hold still.
const settleMs = 1000;
const dayMs = 86_400_000;

export class TlsKeeper {
  private readonly clock: Clock;
  private readonly tell: (event: TlsEvent) => void;
  private readonly use: (loaded: LoadedTls) => void;
  private readonly fileAlarm: Alarm;
  private readonly expiryAlarm: Alarm;
  private loaded: LoadedTls | undefined;
  /** Counts what was asked for, so that what was overtaken is not put to use. */
  private turn = 0;
  private isStopped = false;
  /** What the files held when they were last seen to differ, and what of them was refused. */
  private candidate: string | undefined;
  private refused: string | undefined;

  constructor(clock: Clock, tell: (event: TlsEvent) => void, use: (loaded: LoadedTls) => void) {
    this.clock = clock;
    this.tell = tell;
    this.use = use;
    this.fileAlarm = new Alarm(clock, () => void this.look());
    this.expiryAlarm = new Alarm(clock, () => this.tellExpiry());
  }

  /** Loads for the first time. */
  async start(settings: ServerTls): Promise<void> {
    this.take(await load(settings));
  }

  /** Loads again, with new settings or from the same files. Where that fails the old certificates stay. */
  async reload(settings?: ServerTls): Promise<void> {
    const turn = ++this.turn;
    let loaded: LoadedTls;
    try {
      loaded = await load(settings ?? this.settings());
    } catch (thrown) {
      const error = RpcError.is(thrown) ? thrown : wrong("tls", thrownText(thrown, "reading the certificates"), thrown);
      this.tell({ kind: "tls-reload-failed", error });
      throw error;
    }
    if (this.isStopped || turn !== this.turn) return;
    this.take(loaded);
    const certificates = loaded.identities.map(({ certificate }) => certificateText(certificate));
    this.tell({ kind: "tls-reloaded", certificates });
  }

  stop(): void {
    this.isStopped = true;
    this.fileAlarm.cancel();
    this.expiryAlarm.cancel();
  }

  private settings(): ServerTls {
    if (this.loaded === undefined) throw new RpcError("internal", "no certificates have been loaded yet");
    return this.loaded.settings;
  }

  private take(loaded: LoadedTls): void {
    this.loaded = loaded;
    this.candidate = this.refused = undefined;
    this.use(loaded);
    this.tellExpiry();
    this.fileAlarm.cancel();
    this.lookLater();
  }

  private tellExpiry(): void {
    const { settings, identities } = this.loaded ?? { settings: undefined, identities: [] };
    const days = settings?.expiryWarningDays ?? defaultWarningDays;
    for (const event of expiryEvents(identities, this.clock, days)) this.tell(event);
    this.expiryAlarm.cancel();
    if (!this.isStopped) this.expiryAlarm.noLaterThan(this.clock.now() + dayMs);
  }

  private lookLater(): void {
    const settings = this.settings();
    const everyMs = settings.checkFilesMs ?? defaultCheckFilesMs;
    if (this.isStopped || everyMs === false || !namesFiles(settings)) return;
    this.fileAlarm.noLaterThan(this.clock.now() + (this.candidate === undefined ? everyMs : settleMs));
  }

  private async look(): Promise<void> {
    const { turn } = this;
    const seen = await digestOf(this.settings());
    if (this.isStopped || turn !== this.turn) return;
    if (seen === this.loaded?.digest) this.candidate = this.refused = undefined;
    else if (seen === this.refused) this.candidate = undefined;
    else if (seen !== this.candidate) this.candidate = seen;
    else {
      this.candidate = undefined;
      this.refused = seen;
      // It has told what is wrong, and tells it again when the files are wrong in another way.
      await this.reload().catch(() => {});
    }
    if (!this.isStopped) this.lookLater();
  }
}

async function load(settings: ServerTls): Promise<LoadedTls> {
  const given: unknown = settings;
  if (typeof given !== "object" || given === null) throw wrong("tls", "wants { certificate, key }");
  const { clientCa, clientCertificates, crl, checkFilesMs = defaultCheckFilesMs } = settings;
  if (clientCa === undefined && (clientCertificates ?? crl) !== undefined) {
    throw wrong("tls", "clientCertificates and crl are about clients' certificates, and want clientCa");
  }
  if (checkFilesMs !== false && !(checkFilesMs >= 10)) throw wrong("tls.checkFilesMs", "wants 10 or more, or false");
  const material = await readServerMaterial(settings);
  const common = commonOptions(material, settings.minVersion);
  return { settings, identities: material.pairs.map((pair) => createIdentity(pair, common)), digest: material.digest };
}

/** What the files hold now, or why they cannot be read. */
async function digestOf(settings: ServerTls): Promise<string> {
  try {
    return (await readServerMaterial(settings)).digest;
  } catch (error) {
    return thrownText(error, "reading the certificates");
  }
}
