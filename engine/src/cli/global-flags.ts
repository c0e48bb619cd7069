import type { Flag } from "./command.ts";

/** Flags that every command takes, as the official CLI has them. */
export const globalFlags: { readonly [name: string]: Flag } = {
  stack: { short: "s", value: "NAME", summary: "The stack to work on. Default: the selected one" },
  cwd: { short: "C", value: "DIR", summary: "Run as if started in DIR" },
  color: { value: "always|never|raw|auto", summary: "Colour of the output. Default: auto" },
  "non-interactive": { summary: "Never ask" },
  yes: { short: "y", summary: "Answer every question with yes" },
  json: { short: "j", summary: "Print JSON" },
  "config-file": { value: "FILE", summary: "Use this settings file instead of Pulumi.<stack>.yaml" },
  "lock-timeout": {
    value: "DURATION",
    summary: "How long to wait for the stack's lock, for example 30s or 5m. Default: not at all",
  },
  emoji: { short: "e", summary: "Accepted and without effect" },
  verbose: { short: "v", value: "N", summary: "Accepted and without effect" },
  logtostderr: { summary: "Accepted and without effect" },
  logflow: { summary: "Accepted and without effect" },
  tracing: { value: "URL", summary: "Accepted and without effect" },
  profiling: { value: "FILE", summary: "Accepted and without effect" },
  memprofilerate: { value: "N", summary: "Accepted and without effect" },
  "otel-traces": { value: "URL", summary: "Accepted and without effect" },
  "fully-qualify-stack-names": { short: "Q", summary: "Show stacks as organization/project/stack" },
  "disable-integrity-checking": { summary: "Accepted and without effect: state is always checked" },
  help: { short: "h", summary: "Show this help" },
};
