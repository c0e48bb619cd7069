import { execFileSync } from "node:child_process";

export type Backend = "backend-node" | "backend-python";

export const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();

/** What answers in a backend's place. */
export interface StandIn {
  /** Its container. */
  readonly id: string;
  /** Puts the backend back where it was. */
  leave(): void;
}

export interface StandInArgs {
  /** `<project>-<stack>` */
  readonly prefix: string;
  readonly backend: Backend;
  /** Python, which has what the Python backend's image has; listens on 8080. */
  readonly program: string;
  readonly env: { readonly [name: string]: string };
}

/** Takes a backend's place behind the gateway and before the comparator; the backend and its data stay as they are. */
export function takePlace({ prefix, backend, program, env }: StandInArgs): StandIn {
  const name = `${prefix}-${backend}`;
  const image = docker("inspect", "--format", "{{.Image}}", `${prefix}-backend-python`);
  docker("network", "disconnect", `${name}-edge`, name);
  const id = docker(
    ...["run", "--detach", "--label", "trials.test=operations", "--entrypoint", "python3"],
    ...["--network", `${name}-edge`, "--network-alias", name, "--network-alias", backend],
    ...Object.entries({ ...env, PROGRAM: program }).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...[image, "-c", "import os; exec(os.environ['PROGRAM'])"],
  );
  docker("network", "connect", `${name}-data`, id);
  return {
    id,
    leave() {
      docker("rm", "--force", id);
      docker("network", "connect", "--alias", backend, `${name}-edge`, name);
    },
  };
}
