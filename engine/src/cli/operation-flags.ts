import type { Flag } from "./command.ts";

type Flags = { readonly [name: string]: Flag };

/** The flag of every verb that tells what it shows as JSON, too. */
export const outputFlag: Flags = { output: { value: "default|json", summary: "json is the same as --json" } };

/** Flags of every verb that shows an operation. */
export const displayFlags: Flags = {
  diff: { summary: "Show every property that changes" },
  "event-log": {
    value: "FILE",
    summary: "Write engine events as JSON lines to FILE, or stream them to tcp://HOST:PORT",
  },
  "show-sames": { summary: "Show resources that stay as they are" },
  "show-reads": { summary: "Show resources that are only read" },
  "show-replacement-steps": { summary: "Show the single steps of replacements" },
  "show-full-output": { summary: "Accepted and without effect: outputs are always shown in full" },
  "show-config": { summary: "Show the configuration first, secrets hidden" },
  "show-secrets": {
    summary: "Write secrets in clear into the file of --save-plan; what is shown never has them",
  },
  "show-policy-remediations": { summary: "Show what each policy remediation changes" },
  urns: { summary: "Show URNs instead of names" },
  ...outputFlag,
  "suppress-outputs": { summary: "Leave the stack's outputs out" },
  "suppress-progress": { summary: "Leave out what moves: dots in a log, running resources on a terminal" },
  "suppress-permalink": { value: "true|false", bare: "false", summary: "Accepted and without effect" },
  "suppress-stack-trace": { summary: "Accepted and without effect" },
  "skip-plugin-pre-install": {
    summary: "Accepted and without effect: plugins are found when they are needed",
  },
  neo: { summary: "Accepted and without effect: it needs Pulumi Cloud" },
  copilot: { summary: "Accepted and without effect: it needs Pulumi Cloud" },
  "neo-task-on-failure": { summary: "Accepted and without effect: it needs Pulumi Cloud" },
  debug: {
    short: "d",
    summary: "Show debug messages, too: what the SDK does, and what the program and providers say",
  },
  "exec-kind": { value: "KIND", summary: "How the operation was started; recorded in the history" },
  "exec-agent": {
    value: "NAME",
    summary: "On whose behalf the operation was started; recorded in the history",
  },
};

/** Flags of every operation. */
export const operationFlags: Flags = {
  ...displayFlags,
  parallel: { short: "p", value: "N", summary: "Steps that may run at once. Default: 4 for each processor" },
  message: { short: "m", value: "TEXT", summary: "What the history says about this operation" },
  config: {
    short: "c",
    value: "KEY=VALUE",
    multiple: true,
    summary: "Set this configuration first, and keep it in the stack's settings file",
  },
  "config-path": { summary: "The keys of --config are paths into maps and lists" },
  "skip-config-validation": { summary: "Do not check the configuration against what the project declares" },
  client: { value: "HOST:PORT", summary: "Where an inline program is served" },
  "attach-debugger": {
    value: "program|all",
    bare: "program",
    multiple: true,
    summary: "Let the program's process wait for a debugger before it runs anything",
  },
  "expect-no-changes": { summary: "Fail (exit code 7) when anything changes" },
};

const excludeFlag: Flag = {
  value: "URN",
  multiple: true,
  summary: "All but this resource; * and ** are wildcards",
};

/** Flags that name resources. */
export const targetFlags: Flags = {
  target: { short: "t", value: "URN", multiple: true, summary: "Only this resource; * and ** are wildcards" },
  "target-dependents": { summary: "Also what depends on a --target" },
  exclude: { ...excludeFlag, short: "x" },
  "exclude-dependents": { summary: "Also leave out what depends on an --exclude" },
};

/** The same for `up`, which knows no `-x`. */
export const upTargetFlags: Flags = { ...targetFlags, exclude: excludeFlag };

/** Flags of the operations that change something. */
export const changeFlags: Flags = {
  "skip-preview": { short: "f", summary: "Do not preview first" },
};

/** Flags of the operations that may delete. */
export const deletingFlags: Flags = {
  "ignore-protect": { summary: "Delete and replace protected resources, too" },
};

/** Flags of operations that run a program against a stack. */
export const updateFlags: Flags = {
  ...deletingFlags,
  refresh: { short: "r", summary: "Refresh the state first" },
  replace: { value: "URN", multiple: true, summary: "Replace this resource" },
  "target-replace": { value: "URN", multiple: true, summary: "Only this resource, and replace it" },
  "continue-on-error": { summary: "Go on with what does not depend on a failure" },
  "run-program": { summary: "Refresh with the program, not from the state alone" },
};

/** Flags of operations that policies judge. */
export const policyFlags: Flags = {
  "policy-pack": { value: "DIR", multiple: true, summary: "Judge the operation by this policy pack" },
  "policy-pack-config": {
    value: "FILE",
    multiple: true,
    summary: "JSON with the configuration of the policy pack of the same place",
  },
};

/** Flags of `preview` that keep what it found. */
export const savePlanFlags: Flags = {
  "save-plan": { value: "FILE", summary: "Write what an update would do to FILE, for up --plan" },
};

/** Flags of `up` that hold it to a plan. */
export const planFlags: Flags = {
  plan: { value: "FILE", summary: "Do no more than the plan that preview --save-plan wrote" },
  strict: { summary: "Do no more than the preview before the update found" },
};

/** Flags of the official CLI that would change what happens, and that this engine does not have. */
export const unsupportedFlags: { readonly [flag: string]: string } = {
  "secrets-provider": "it is chosen when the stack is made: pulumi stack init --secrets-provider passphrase",
  remote: "remote operations need Pulumi Cloud",
};
