import { UserError } from "../errors.ts";
import type { LoadContext, PolicyPackSource } from "./load-policy-pack.ts";
import type { PolicyHost } from "./policy-pack.ts";

export interface PolicyHostOptions extends LoadContext {
  readonly packs: readonly PolicyPackSource[];
}

/** Runs policy packs that are folders on this machine. */
export function createPolicyHost({ packs, ...context }: PolicyHostOptions): PolicyHost {
  return {
    count: packs.length,
    async load(subject) {
      // Most operations have no packs: they do not pay for the schema validator.
      const { loadPolicyPack } = await import("./load-policy-pack.ts");
      const settled = await Promise.allSettled(packs.map((pack) => loadPolicyPack(pack, subject, context)));
      const loaded = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      const failed = settled.find((one) => one.status === "rejected");
      const problems = loaded.flatMap(({ pack, problems }) =>
        problems.map(
          (problem) => `validating policy config: ${pack.info.name} ${pack.info.version}  ${problem}`,
        ),
      );
      if (failed === undefined && problems.length === 0) return loaded.map(({ pack }) => pack);
      await Promise.all(loaded.map(({ pack }) => pack.close()));
      if (failed !== undefined) throw failed.reason;
      for (const message of problems.sort()) {
        context.onOutput({ severity: "error", message: `${message}\n`, streamId: 0 });
      }
      throw new UserError("policy-config-invalid", "validating policy config");
    },
  };
}
