import type { Goal } from "../execute/goal.ts";
import type { PackageRequest } from "../protocol/monitor.ts";
import type { MonitorContext } from "./monitor-context.ts";

/** Where a request names an extension package, its provider must serve that as well. Gives what is recorded of it. */
export async function extendProvider(
  reference: string,
  { packageRef }: PackageRequest,
  { packages, registry }: MonitorContext,
): Promise<Pick<Goal, "extension">> {
  const extension = reference === "" ? undefined : packages.extensionOf(packageRef);
  if (extension === undefined) return {};
  await registry.extend(reference, extension.extension);
  return { extension };
}
