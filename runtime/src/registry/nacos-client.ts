/** Speaks Nacos's Open API: forms, answers, and a token that has to be fetched again before it ends. */

import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { readAnswer } from "./endpoint-json.js";
import { asRecord } from "./foreign-metadata.js";
import type { HttpAnswer, HttpClient } from "./http-client.js";
import { statusFailure } from "./http-failure.js";

/** What a request says, by name. */
export type Fields = Readonly<Record<string, string>>;

export class NacosClient {
  private readonly http: HttpClient;
  private readonly contextPath: string;
  private readonly credentials: { readonly user: string; readonly password: string } | undefined;
  private readonly clock: Clock;
  private token: { readonly text: string; readonly until: number } | undefined;
  private fetching: Promise<string> | undefined;

  constructor(
    http: HttpClient,
    contextPath: string,
    credentials: { readonly user: string; readonly password: string } | undefined,
    clock: Clock,
  ) {
    this.http = http;
    this.contextPath = contextPath;
    this.credentials = credentials;
    this.clock = clock;
  }

  /** An answer with status 200; rejects for any other. */
  async send(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    fields: Fields,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const token = await this.currentToken();
    let answer = await this.ask(method, path, fields, token, signal);
    // The token has ended before its time, for instance because Nacos was started again with another key.
    if ((answer.status === 401 || answer.status === 403) && token !== undefined) {
      // Whoever else has found out may have fetched a new one already.
      if (this.token?.text === token) this.token = undefined;
      answer = await this.ask(method, path, fields, await this.currentToken(), signal);
    }
    if (answer.status === 200) return answer;
    // One server of several may be starting, or leaving.
    if (answer.status >= 500) this.http.moveOn(answer.server);
    throw statusFailure(answer);
  }

  private ask(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    fields: Fields,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const query = new URLSearchParams({ ...fields, ...(token === undefined ? {} : { accessToken: token }) });
    return this.http.request({ method, path: `${this.contextPath}${path}?${query.toString()}`, signal });
  }

  private async currentToken(): Promise<string | undefined> {
    if (this.credentials === undefined) return undefined;
    if (this.token !== undefined && this.clock.now() < this.token.until) return this.token.text;
    // All that wait share one login.
    this.fetching ??= this.login().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async login(): Promise<string> {
    const { user = "", password = "" } = this.credentials ?? {};
    const answer = await this.http.request({
      method: "POST",
      path: `${this.contextPath}/v1/auth/login`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ username: user, password }).toString(),
    });
    if (answer.status === 401 || answer.status === 403) {
      throw new RpcError("unauthenticated", `${answer.server} refused the user and password`);
    }
    if (answer.status !== 200) throw statusFailure(answer);
    const { accessToken, tokenTtl } = asRecord(readAnswer(answer.text, answer.server)) ?? {};
    if (typeof accessToken !== "string" || accessToken === "") {
      throw new RpcError("internal", `${answer.server} answered a login without a token`);
    }
    const seconds = typeof tokenTtl === "number" && tokenTtl > 0 ? tokenTtl : 60;
    // A new one in good time, so that none ends on its way.
    this.token = { text: accessToken, until: this.clock.now() + seconds * 900 };
    return accessToken;
  }
}
