/** What may be said of how a server closes. */

export interface CloseOptions {
  /**
   * How long running calls may take once the server takes no more; 10 s where left out. Afterwards they fail with
   * `unavailable`.
   */
  readonly graceMs?: number | undefined;
  /**
   * How long the server goes on as usual after it has said that it is about to leave, so that clients that watch its health or
   * a registry turn away before it takes no more calls. What `serve` was told where left out, or 0.
   */
  readonly unreadyMs?: number | undefined;
}
