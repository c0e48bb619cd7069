import { join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { isFile } from "../find-on-path.ts";
import type { Executable } from "./plugin-project.ts";

type Environment = Executable["env"];

/** Runs the SDK's server, which nothing else ends where its engine is killed: then the pipe to its standard input closes. */
const SERVER = [
  "import os, runpy, sys, threading",
  "threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()",
  'runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)',
].join("\n");

/**
 * What serves the dynamic providers of Python programs: the SDK of the virtual environment that the project's options
 * name, else of `PULUMI_PYTHON_CMD`, else of `python3`.
 * @param env has the options as `PULUMI_RUNTIME_…`
 * @throws UserError `plugin-failed` where the virtual environment is none
 */
export async function pythonServer(directory: string, env: Environment): Promise<Executable> {
  const args = ["-u", "-c", SERVER];
  const named = env["PULUMI_RUNTIME_VIRTUALENV"] || (env["PULUMI_RUNTIME_TOOLCHAIN"] === "uv" ? ".venv" : "");
  if (named === "") return { command: env["PULUMI_PYTHON_CMD"] || "python3", args, env };
  const folder = resolve(directory, named);
  const python = join(folder, "bin/python");
  if (!(await isFile(python))) {
    throw new UserError("plugin-failed", `the virtual environment ${folder} has no bin/python`, {
      help: `Make it: python3 -m venv ${folder} && ${python} -m pip install -r requirements.txt`,
    });
  }
  const { PYTHONHOME: _other, ...rest } = env;
  return { command: python, args, env: { ...rest, PATH: `${join(folder, "bin")}:${env["PATH"] ?? ""}` } };
}
