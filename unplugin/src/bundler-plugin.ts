/** What the plug-in is to each bundler. Their own types are not named, so that nobody needs a bundler that they do not use. */

/** For Vite, Rollup and Rolldown. */
export interface RollupPlugin {
  name: string;
}

/** For esbuild. */
export interface EsbuildPlugin {
  name: string;
  setup: (build: object) => void | Promise<void>;
}

/** For webpack and Rspack. */
export interface WebpackPlugin {
  apply: (compiler: object) => void;
}
