import { completionScripts, type Shell, shells } from "./completion/scripts.ts";
import { type Candidates, suggest } from "./completion/suggest.ts";
import { UserError } from "./errors.ts";
import { root } from "./paths.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";
import { listStacks } from "./workspace.ts";

type Verbs = { readonly [name: string]: () => Promise<Verb> };

/** `./infra completion`, which knows the table of verbs that it is in. */
export function completionVerb(verbs: Verbs): Verb {
  return {
    name: "completion",
    usage: "SHELL [WORD…]",
    summary: "print what makes bash, zsh or fish complete commands, flags, stacks and releases",
    flags: { json: { type: "boolean", default: false, summary: "machine-readable output" } },
    examples: [
      'echo "source <($PWD/infra completion bash)" >> ~/.bashrc',
      "source <(./infra completion zsh)",
      "./infra completion fish | source",
    ],
    run: (args, output) => complete(args, output, verbs),
  };
}

/** The shells' scripts ask with `suggest -- WORD…`. */
async function complete(args: VerbArguments, output: Output, verbs: Verbs): Promise<number> {
  const [shell = "", ...words] = args.positionals;
  const json = args.flags["json"] === true;
  if (shell === "suggest") {
    const found = await suggest(words, candidatesOf(verbs));
    output.stdout.write(json ? `${JSON.stringify(found)}\n` : found.map((word) => `${word}\n`).join(""));
    return 0;
  }
  if (!isShell(shell)) {
    throw new UserError("usage", `there is no completion for ${shell}`, {
      help: `there is one for ${shells.join(", ")}`,
    });
  }
  const script = completionScripts[shell];
  output.stdout.write(json ? `${JSON.stringify({ shell, script })}\n` : script);
  return 0;
}

function isShell(name: string): name is Shell {
  return (shells as readonly string[]).includes(name);
}

function candidatesOf(verbs: Verbs): Candidates {
  return {
    verbs: Object.keys(verbs),
    loadVerb: async (name) => (Object.hasOwn(verbs, name) ? verbs[name]?.() : undefined),
    placeholder: async (name, words) => (await placeholders[name]?.(words)) ?? [],
  };
}

type Listing = (words: readonly string[]) => Promise<readonly string[]>;

/** Of the stack that the line names, read beside the engine: that would take a second. */
const listReleases: Listing = async (words) => {
  const { listReleaseNumbers } = await import("./completion/release-numbers.ts");
  return listReleaseNumbers(words.find((word) => listStacks(root).includes(word)));
};

/** What stands for the names in usage lines. */
const placeholders: { readonly [name: string]: Listing } = {
  STACK: async () => listStacks(root),
  SHELL: async () => shells,
  ENGINE: async () => ["auto", "official", "embedded"],
  SUITE: async () => (await import("./test/suites.ts")).suites.map(({ name }) => name),
  RELEASE: listReleases,
  N: listReleases,
  OTHER: listReleases,
};
