import type { Command } from "./command.ts";

interface Verb {
  readonly summary: string;
  /** Loaded only when the verb is called: a start must stay quick. */
  load(): Promise<readonly Command[]>;
}

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
};

/** Other spellings of the first word. */
export const verbAliases: { readonly [alias: string]: string } = {
  update: "up",
  pre: "preview",
  down: "destroy",
  dn: "destroy",
  history: "stack history",
};
