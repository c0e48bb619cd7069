import type { OperationOptions } from "../src/operation.ts";
import type { OperationSpec } from "./scenario.ts";
import { REFERENCE } from "./world.ts";

/** The options of an operation as the engine takes them. Names become globs that find them under any parent. */
export function operationOptions(spec: OperationSpec): OperationOptions {
  const { object } = spec;
  return {
    preview: false,
    parallel: spec.parallel ?? 8,
    // The programs are small: that many of their resources never wait.
    lookAheadFrom: 0,
    continueOnError: spec.continueOnError ?? false,
    refresh: spec.refresh ?? false,
    runProgram: spec.runProgram ?? false,
    targets: (spec.targets ?? []).map(globOf),
    excludes: (spec.excludes ?? []).map(globOf),
    replaces: (spec.replaces ?? []).map(globOf),
    targetDependents: spec.targetDependents ?? false,
    excludeDependents: false,
    excludeProtected: spec.excludeProtected ?? false,
    ignoreProtect: false,
    expectNoChanges: false,
    clearPendingCreates: false,
    importPendingCreates: {},
    imports: object === undefined ? [] : [importOf(object)],
    message: "",
  };
}

function globOf(name: string): string {
  return `urn:pulumi:${REFERENCE.stack}::${REFERENCE.project}::**::${name}`;
}

/** Named, as the engine would otherwise look for packages on the real disk. */
const DEFAULT_PROVIDER = `urn:pulumi:${REFERENCE.stack}::${REFERENCE.project}::pulumi:providers:fake::default`;

function importOf({
  id,
  type,
  name,
}: NonNullable<OperationSpec["object"]>): OperationOptions["imports"][number] {
  return {
    ...{ type, name, id, parent: undefined, provider: DEFAULT_PROVIDER, version: "", pluginDownloadURL: "" },
    ...{ properties: undefined, component: false, remote: false, protect: false },
  };
}
