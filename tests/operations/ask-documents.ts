import { execFileSync } from "node:child_process";

const run = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();

/** Asks the documents of a backend from inside the environment; `question` is Python, asked of pymongo's database `db`. */
export function askDocuments(project: string, backend: "node" | "python", question: string): string {
  const prefix = `${project}-dev-backend`;
  const url = `mongodb://${prefix}-${backend}-documents:27017/trials`;
  const program = `import pymongo; db = pymongo.MongoClient("${url}")["trials"]; print(${question})`;
  const image = run("inspect", "--format", "{{.Image}}", `${prefix}-python`);
  const network = ["--network", `${prefix}-${backend}-data`, "--entrypoint", "python3"];
  return run("run", "--rm", ...network, image, "-c", program);
}
