import type { Command } from "./command.ts";

interface Verb {
  readonly summary: string;
  /** Loaded only when the verb is called: a start must stay quick. With the verb's next word, if that is to be called, perhaps only what that calls. */
  load(word?: string): Promise<readonly Command[]>;
}

const loadMisc = async () => (await import("./verbs/misc.ts")).miscCommands;

/** The first word of every command. */
export const verbs: { readonly [word: string]: Verb } = {
  preview: {
    summary: "Show what an update would do",
    load: async () => (await import("./verbs/preview.ts")).previewCommands,
  },
  up: {
    summary: "Create or update the resources of a stack",
    load: async () => (await import("./verbs/up.ts")).upCommands,
  },
  refresh: {
    summary: "Bring the recorded state up to what exists",
    load: async () => (await import("./verbs/refresh.ts")).refreshCommands,
  },
  destroy: {
    summary: "Delete all resources of a stack",
    load: async () => (await import("./verbs/destroy.ts")).destroyCommands,
  },
  import: {
    summary: "Take existing resources into a stack",
    load: async () => (await import("./verbs/import.ts")).importCommands,
  },
  stack: {
    summary: "Make, select, show, export, rename and remove stacks",
    load: async (word) => (await import("./verbs/stack.ts")).loadStackCommands(word),
  },
  config: {
    summary: "Read and change a stack's configuration",
    load: async () => (await import("./verbs/config.ts")).configCommands,
  },
  state: {
    summary: "Mend a stack's recorded state",
    load: async () => (await import("./verbs/state.ts")).stateCommands,
  },
  cancel: { summary: "Remove a stack's lock", load: loadMisc },
  login: { summary: "Choose the folder that holds the stacks", load: loadMisc },
  logout: { summary: "Forget that choice", load: loadMisc },
  whoami: { summary: "Show who works here, and where", load: loadMisc },
  policy: {
    summary: "Judge recorded resources by policy packs",
    load: async () => (await import("./verbs/policy.ts")).policyCommands,
  },
  plugin: {
    summary: "List, install and remove plugins",
    load: async () => (await import("./verbs/plugin.ts")).pluginCommands,
  },
  install: {
    summary: "Install what a program depends on, and its plugins",
    load: async () => (await import("./verbs/install.ts")).installCommands,
  },
  about: {
    summary: "Show versions, backend and stack",
    load: async () => (await import("./verbs/about.ts")).aboutCommands,
  },
  version: {
    summary: "Show the version of the official CLI that this one stands for",
    load: async () => (await import("./verbs/version.ts")).versionCommands,
  },
};

/** Other spellings of the first word. */
export const verbAliases: { readonly [alias: string]: string } = {
  update: "up",
  pre: "preview",
  down: "destroy",
  dn: "destroy",
  history: "stack history",
};
