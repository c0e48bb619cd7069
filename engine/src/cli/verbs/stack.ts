import type { Command } from "../command.ts";

/** The commands by their second word, in the order in which help lists them. */
const parts: { readonly [word: string]: () => Promise<readonly Command[]> } = {
  show: async () => (await import("./stack-show.ts")).stackShowCommands,
  init: async () => [(await import("./stack-init.ts")).stackInitCommand],
  select: async () => [(await import("./stack-select.ts")).stackSelectCommand],
  unselect: async () => [(await import("./stack-select.ts")).stackUnselectCommand],
  ls: async () => [(await import("./stack-ls.ts")).stackListCommand],
  rm: async () => [(await import("./stack-rm.ts")).stackRemoveCommand],
  rename: async () => [(await import("./stack-rm.ts")).stackRenameCommand],
  output: async () => [(await import("./stack-output.ts")).stackOutputCommand],
  export: async () => [(await import("./stack-export.ts")).stackExportCommand],
  import: async () => [(await import("./stack-export.ts")).stackImportCommand],
  history: async () => [(await import("./stack-history.ts")).stackHistoryCommand],
  graph: async () => [(await import("./stack-graph.ts")).stackGraphCommand],
  tag: async () => (await import("./stack-tag.ts")).stackTagCommands,
  "change-secrets-provider": async () => [
    (await import("./stack-change-secrets-provider.ts")).stackChangeSecretsProviderCommand,
  ],
};

/** The one command that the word after `stack` names, or all where it names none or several: a start must stay quick. */
export async function loadStackCommands(word?: string): Promise<readonly Command[]> {
  const part = word !== undefined && Object.hasOwn(parts, word) ? await parts[word]?.() : undefined;
  if (part?.length === 1 && part[0]?.words[1] === word) return part;
  return (await Promise.all(Object.values(parts).map((load) => load()))).flat();
}
