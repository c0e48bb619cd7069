import { UserError } from "../../errors.ts";
import { compareUtf8 } from "../../state/go-json.ts";
import type { Command } from "../command.ts";
import { outputFlag } from "../operation-flags.ts";
import { wantsJson } from "../operation-options.ts";
import { printJson, printLine } from "../print-json.ts";
import { requiredArgument } from "../refuse-arguments.ts";
import { openStackSession } from "../stack-session.ts";
import { renderTable } from "../table.ts";

export const stackTagCommands: readonly Command[] = [
  {
    words: ["stack", "tag", "get"],
    summary: "Print a tag of a stack",
    positionals: "NAME",
    flags: {},
    async run(args, process) {
      const name = requiredArgument(args);
      const session = await openStackSession(args, process);
      const value = (await session.store.tags())[name];
      if (value === undefined) {
        throw new UserError("no-tag", `stack tag '${name}' not found for stack '${session.name}'`);
      }
      printLine(value, process);
      return 0;
    },
  },
  {
    words: ["stack", "tag", "ls"],
    aliases: ["list"],
    summary: "List the tags of a stack",
    flags: outputFlag,
    async run(args, process) {
      const { store } = await openStackSession(args, process);
      const tags = await store.tags();
      if (wantsJson(args)) printJson(tags, process);
      else {
        const rows = Object.entries(tags).sort(([a], [b]) => compareUtf8(a, b));
        process.stdout.write(
          renderTable(
            ["NAME", "VALUE"],
            rows.map((cells) => ({ cells })),
          ),
        );
      }
      return 0;
    },
  },
  {
    words: ["stack", "tag", "rm"],
    aliases: ["remove", "delete"],
    summary: "Remove a tag of a stack",
    positionals: "NAME",
    flags: {},
    async run(args, process) {
      const name = requiredArgument(args);
      const { store } = await openStackSession(args, process);
      const { [name]: _removed, ...others } = await store.tags();
      await store.setTags(others);
      return 0;
    },
  },
  {
    words: ["stack", "tag", "set"],
    summary: "Set a tag of a stack",
    positionals: "NAME VALUE",
    flags: {},
    async run(args, process) {
      const [name, value] = [requiredArgument(args), requiredArgument(args, 1)];
      const { store } = await openStackSession(args, process);
      await store.setTags({ ...(await store.tags()), [name]: value });
      return 0;
    },
  },
];
