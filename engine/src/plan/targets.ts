import type { ResourceState } from "../state/resource.ts";
import { allDependencies } from "./dependencies.ts";

/** A set of URNs given as literals and globs. Without any entry it constrains nothing and contains everything. */
export class UrnTargets {
  private readonly literals: ReadonlySet<string>;
  private readonly globs: readonly RegExp[];
  private constructor(literals: ReadonlySet<string>, globs: readonly RegExp[]) {
    this.literals = literals;
    this.globs = globs;
  }

  static of(patterns: readonly string[]): UrnTargets {
    const globs = patterns.filter((pattern) => pattern.includes("*"));
    const literals = patterns.filter((pattern) => !pattern.includes("*"));
    return new UrnTargets(new Set(literals), globs.map(globExpression));
  }

  get isConstrained(): boolean {
    return this.literals.size > 0 || this.globs.length > 0;
  }

  get literalUrns(): readonly string[] {
    return [...this.literals];
  }

  has(urn: string): boolean {
    if (!this.isConstrained) return true;
    return this.literals.has(urn) || this.globs.some((glob) => glob.test(urn));
  }

  /** The same targets and one more. */
  with(urn: string): UrnTargets {
    return new UrnTargets(new Set([...this.literals, urn]), this.globs);
  }
}

/** `**` matches anything, `*` anything but a colon, the rest itself. */
function globExpression(pattern: string): RegExp {
  const parts = pattern.split("**").map((part) => part.split("*").map(escapeExpression).join("[^:]*"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** True where a resource has its provider, its parent or a dependency among the targets. */
export function dependsOnTargets(resource: ResourceState, targets: UrnTargets): boolean {
  return targets.isConstrained && allDependencies(resource).some((urn) => targets.has(urn));
}
