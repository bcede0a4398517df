/** Makes Node's options of what users say about TLS to a registry. */

import { readClientMaterial } from "../tls/tls-material.js";
import type { ClientTls, TlsVersion } from "../tls/tls-settings.js";

/** What `node:https` takes. */
export interface TlsRequestOptions {
  readonly servername: string;
  readonly ca?: string[];
  readonly crl?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly minVersion?: TlsVersion;
}

export class HttpTls {
  private readonly tls: ClientTls | undefined;

  constructor(tls: ClientTls | undefined) {
    this.tls = tls;
  }

  /**
   * For one request: files are read each time, so that new certificates are used as soon as they are there. Rejects with
   * `invalid-argument` for PEM that is of no use.
   */
  async options(host: string): Promise<TlsRequestOptions> {
    const { tls } = this;
    const servername = tls?.serverName ?? (/^[\d.]+$|:/.test(host) ? "" : host);
    if (tls === undefined) return { servername };
    const { pairs, authorities, revocations } = await readClientMaterial(tls);
    const [pair] = pairs;
    return {
      servername,
      ...(authorities === undefined ? {} : { ca: [...authorities] }),
      ...(revocations === undefined ? {} : { crl: [...revocations] }),
      ...(pair === undefined ? {} : { cert: pair.certificate, key: pair.key }),
      ...(pair?.passphrase === undefined ? {} : { passphrase: pair.passphrase }),
      ...(tls.minVersion === undefined ? {} : { minVersion: tls.minVersion }),
    };
  }
}
