import type { Goal } from "../execute/goal.ts";

/** A goal that asks for nothing but a resource: every option at its zero value. */
export const emptyGoal: Omit<Goal, "type" | "name"> = {
  custom: false,
  inputs: {},
  parent: "",
  provider: "",
  dependencies: [],
  propertyDependencies: {},
  aliases: [],
  protect: false,
  retainOnDelete: false,
  deleteBeforeReplace: undefined,
  ignoreChanges: [],
  replaceOnChanges: [],
  hideDiff: [],
  additionalSecretOutputs: [],
  customTimeouts: {},
  importId: "",
  deletedWith: "",
  replaceWith: [],
  replacementTrigger: undefined,
  resourceHooks: {},
  sourcePosition: "",
  stackTrace: [],
};
