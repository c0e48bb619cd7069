import { markResources } from "../../state/edit-resources.ts";
import type { ResourceState } from "../../state/resource.ts";
import type { Command } from "../command.ts";
import { printLine } from "../print-json.ts";
import { EDIT_NOTE, editState, givenUrns } from "./edit-state.ts";

const PROTECT_NOTE =
  "This will protect by modifying the stack state directly.\n" +
  "If your program does not also set the 'protect' resource option, Pulumi will unprotect the \n" +
  "resource the next time your program runs (e.g. as part of a `pulumi up`)\n";

interface Mark {
  readonly verb: string;
  readonly summary: string;
  readonly note: string;
  readonly mark: Partial<Pick<ResourceState, "protect" | "taint">>;
  readonly takesAll: boolean;
}

const marks: readonly Mark[] = [
  {
    verb: "protect",
    summary: "Protect resources from being deleted",
    note: PROTECT_NOTE,
    mark: { protect: true },
    takesAll: true,
  },
  {
    verb: "unprotect",
    summary: "Let protected resources be deleted",
    note: EDIT_NOTE,
    mark: { protect: false },
    takesAll: true,
  },
  {
    verb: "taint",
    summary: "Have resources replaced by the next update",
    note: EDIT_NOTE,
    mark: { taint: true },
    takesAll: false,
  },
  {
    verb: "untaint",
    summary: "Take back that resources are to be replaced",
    note: EDIT_NOTE,
    mark: { taint: false },
    takesAll: true,
  },
];

/** Commands that set or clear a mark on resources: all look alike. */
export const stateMarkCommands: readonly Command[] = marks.map(({ verb, summary, note, mark, takesAll }) => ({
  words: ["state", verb],
  summary,
  positionals: "[URN...]",
  flags: takesAll ? { all: { summary: "All resources" } } : {},
  examples: [
    takesAll
      ? `pulumi state ${verb} --all`
      : `pulumi state ${verb} 'urn:pulumi:dev::app::pkg:index:Thing::a'`,
  ],
  async run(args, process) {
    const urns = givenUrns(args);
    const change = (resources: readonly ResourceState[]) => markResources(resources, urns, mark);
    if (!(await editState(args, process, { note, change }))) return 1;
    printLine(urns === "all" ? `All resources ${verb}ed` : `${urns.length} resources ${verb}ed`, process);
    return 0;
  },
}));
