import { CommandError, type CommandOptions } from "../../../ops/bootstrap/command.ts";
import type { Machine } from "../../../ops/bootstrap/machine.ts";

export interface FakeMachine extends Machine {
  /** Files by path; what is here exists. */
  readonly files: Map<string, string>;
  readonly programs: Set<string>;
  /** Command lines that were run, in order. */
  readonly ran: string[];
  readonly daemons: string[];
  /** Takes a command line's place; throws to make it fail. */
  onRun: (line: string, options: CommandOptions) => void;
  onDaemon: (line: string) => { ended: boolean; log: string };
}

export interface FakeMachineOptions {
  readonly os?: string;
  readonly isRoot?: boolean;
  readonly env?: { readonly [name: string]: string };
  readonly aptOptions?: { readonly [name: string]: string };
  readonly aptSources?: string;
  readonly files?: { readonly [path: string]: string };
}

const DEBIAN = "PRETTY_NAME=Debian\nID=debian\n";

/** A Debian machine on which nothing is installed. */
export function fakeMachine(options: FakeMachineOptions = {}): FakeMachine {
  const files = new Map(Object.entries({ "/etc/os-release": options.os ?? DEBIAN, ...options.files }));
  const machine: FakeMachine = {
    files,
    programs: new Set(),
    ran: [],
    daemons: [],
    onRun: () => undefined,
    onDaemon: () => ({ ended: false, log: "" }),
    env: options.env ?? {},
    home: "/home/someone",
    isRoot: options.isRoot ?? true,
    read: (path) => files.get(path),
    exists: (path) => files.has(path),
    aptOption: (name) => options.aptOptions?.[name],
    aptSources: () => options.aptSources ?? "",
    find: (program) => (machine.programs.has(program) ? `/usr/bin/${program}` : undefined),
    async run(command, args, runOptions = {}) {
      const line = [command, ...args].join(" ");
      machine.ran.push(line);
      machine.onRun(line, runOptions);
    },
    startDaemon(command, args) {
      const line = [command, ...args].join(" ");
      machine.daemons.push(line);
      const state = machine.onDaemon(line);
      return { hasEnded: () => state.ended, logTail: () => state.log };
    },
  };
  return machine;
}

/** What a command that failed throws. */
export function commandFailure(...tail: string[]): CommandError {
  return new CommandError("command ended with exit code 100", tail);
}
