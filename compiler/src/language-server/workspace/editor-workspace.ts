/** All open folders and documents: which projects they belong to, and what is known of each file. */

import { findConfig } from "../../project/config-file.js";
import type { ConfigLookup, LoadedConfig } from "../../project/config-file.js";
import type { Host } from "../../project/host.js";
import { directoryOf, pathInside } from "../../project/logical-path.js";
import type { LoadedFile } from "../../project/load.js";
import { OpenDocuments } from "./open-documents.js";
import { Project, readStandardLibrary } from "./project.js";
import type { View } from "./project.js";

/** The world outside, given by whoever starts the server. */
export interface WorkspaceWorld {
  /** A host on the disk, with a working directory. */
  readonly createHost: (workingDirectory: string) => Host;
  /** Loads the configuration at a path afresh; never throws. */
  readonly loadConfig: (host: Host, path: string) => Promise<ConfigLookup>;
}

/** A file and the project through which it is seen. */
export interface SeenFile {
  readonly project: Project;
  readonly view: View;
  readonly file: LoadedFile;
}

type ConfigState = Exclude<ConfigLookup, { kind: "none" }>;

export class EditorWorkspace {
  readonly documents: OpenDocuments;
  readonly #world: WorkspaceWorld;
  readonly #disk: Host;
  readonly #folders: Set<string> = new Set();
  /** By path of the configuration. */
  readonly #configs: Map<string, Promise<ConfigState>> = new Map();
  readonly #loaded: Map<string, ConfigState> = new Map();
  /** Whole projects, by path of the configuration or else of the folder. */
  readonly #wholes: Map<string, Project> = new Map();
  /** Projects of one open file that belongs to no whole one, by its path. */
  readonly #strays: Map<string, Project> = new Map();
  /** The nearest configuration, by directory. */
  readonly #nearest: Map<string, ReturnType<typeof findConfig>> = new Map();
  #library: View | undefined;
  #generation = 0;
  #isStale = true;
  #settling: Promise<void> | undefined;

  constructor(world: WorkspaceWorld) {
    this.#world = world;
    this.#disk = world.createHost("/");
    this.documents = new OpenDocuments(this.#disk);
  }

  addFolder(path: string): void {
    this.#folders.add(this.#disk.find(path)?.realPath ?? path);
    this.filesChanged();
  }

  removeFolder(path: string): void {
    this.#folders.delete(this.#disk.find(path)?.realPath ?? path);
    this.filesChanged();
  }

  /** The text of an open document changed, or a document was opened or closed. */
  textChanged(path: string): void {
    for (const project of this.projects()) if (project.changed(path)) this.#isStale = true;
  }

  /** Files have come or gone at some paths; undefined means anywhere. */
  filesChanged(paths?: readonly string[]): void {
    for (const project of this.projects()) project.replan(paths);
    this.#nearest.clear();
    this.#isStale = true;
  }

  /** A configuration was written, created or deleted. */
  configsChanged(): void {
    this.#generation += 1;
    this.#nearest.clear();
    this.#configs.clear();
    this.#loaded.clear();
    this.#wholes.clear();
    this.#strays.clear();
    this.#isStale = true;
  }

  projects(): readonly Project[] {
    return [...this.#wholes.values(), ...this.#strays.values()];
  }

  /** What is known of each project; call `settle` before. */
  views(): readonly (View & { readonly project: Project })[] {
    return this.projects().flatMap((project) => {
      const { view } = project;
      return view === undefined ? [] : [{ ...view, project }];
    });
  }

  /** Configurations and plans that are wrong: where, and the sentence. */
  problems(): readonly { readonly path: string; readonly reason: string; readonly isPlan: boolean }[] {
    const invalid = [...this.#loaded.values()].flatMap((state) =>
      state.kind === "invalid" ? [{ path: state.path, reason: state.reason, isPlan: false }] : [],
    );
    const unplanned = [...this.#wholes.values()].flatMap(({ problem, options }) =>
      problem === undefined || options.config === undefined
        ? []
        : [{ path: options.config.path, reason: problem, isPlan: true }],
    );
    return [...invalid, ...unplanned];
  }

  /** Everything that ships with the compiler, imported or not. */
  standardLibrary(): View {
    this.#library ??= readStandardLibrary(this.#disk);
    return this.#library;
  }

  /** Every project in which a file stands; call `settle` before. */
  seen(path: string): readonly SeenFile[] {
    return this.projects().flatMap((project) => {
      const { view } = project;
      const file = view?.files.get(path);
      return view === undefined || file === undefined ? [] : [{ project, view, file }];
    });
  }

  /** Loads configurations as far as needed and gives every open document a project. */
  async settle(): Promise<void> {
    while (this.#isStale || this.#settling !== undefined) {
      this.#settling ??= this.#settleOnce().finally(() => {
        this.#settling = undefined;
      });
      await this.#settling;
    }
  }

  async #settleOnce(): Promise<void> {
    this.#isStale = false;
    for (const folder of this.#folders) await this.#addWhole(folder, undefined);
    for (const path of [...this.documents.paths()]) await this.#addWhole(directoryOf(path), path);
    if (!this.#isStale) this.#assignStrays();
  }

  /** Marks that documents were opened or closed. */
  documentsChanged(): void {
    this.#isStale = true;
  }

  async #addWhole(directory: string, document: string | undefined): Promise<void> {
    const found = this.#findConfig(directory);
    if (found.kind === "found") {
      const generation = this.#generation;
      const state = await this.#config(found.path);
      if (state.kind === "loaded" && generation === this.#generation)
        this.#whole(found.path, directoryOf(found.path), state.loaded);
    } else if (found.kind === "invalid") {
      this.#loaded.set(found.path, found);
    } else {
      const folder = document === undefined ? directory : this.#folderOf(document);
      // Without a configuration, what `rpcgen check` looks at is the folder `rpc`.
      if (folder !== undefined && this.#disk.find(`${folder}/rpc`)?.kind === "directory")
        this.#whole(folder, folder, undefined);
    }
  }

  #whole(key: string, directory: string, config: LoadedConfig | undefined): void {
    if (this.#wholes.has(key)) return;
    const disk = this.#world.createHost(directory);
    this.#wholes.set(key, new Project({ disk, overlays: this.documents.overlays, config, entries: [] }));
  }

  #assignStrays(): void {
    const isWhole = (path: string): boolean =>
      [...this.#wholes.values()].some((project) => project.view?.files.has(path) === true);
    const strays = [...this.documents.paths()].filter((path) => !isWhole(path));
    for (const path of this.#strays.keys()) if (!strays.includes(path)) this.#strays.delete(path);
    for (const path of strays) if (!this.#strays.has(path)) this.#strays.set(path, this.#stray(path));
  }

  /** The file alone, by the nearest configuration if that can be, else as if it were compiled in its own directory. */
  #stray(path: string): Project {
    const { overlays } = this.documents;
    const found = this.#findConfig(directoryOf(path));
    const state = found.kind === "found" ? this.#loaded.get(found.path) : undefined;
    if (state?.kind === "loaded") {
      const disk = this.#world.createHost(directoryOf(state.loaded.path));
      const project = new Project({ disk, overlays, config: state.loaded, entries: [path] });
      if (project.problem === undefined) return project;
    }
    const disk = this.#world.createHost(this.#folderOf(path) ?? directoryOf(path));
    return new Project({ disk, overlays, config: undefined, entries: [path] });
  }

  #folderOf(path: string): string | undefined {
    const folders = [...this.#folders].filter((folder) => pathInside(folder, path) !== undefined);
    return folders.sort((a, b) => b.length - a.length)[0];
  }

  async #config(path: string): Promise<ConfigState> {
    const loading = this.#configs.get(path) ?? this.#load(path);
    this.#configs.set(path, loading);
    return await loading;
  }

  #findConfig(directory: string): ReturnType<typeof findConfig> {
    const found = this.#nearest.get(directory) ?? findConfig(this.#disk, directory);
    this.#nearest.set(directory, found);
    return found;
  }

  async #load(path: string): Promise<ConfigState> {
    const generation = this.#generation;
    const lookup = await this.#world.loadConfig(this.#world.createHost(directoryOf(path)), path);
    const state: ConfigState =
      lookup.kind === "none" ? { kind: "invalid", path, reason: "there is no such file" } : lookup;
    // What was read before the file changed again is not the configuration any more.
    if (generation === this.#generation) this.#loaded.set(path, state);
    return state;
  }
}
