import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ControlPlaneError } from "./control-plane-error.ts";

/** Path of the machine's etcd. @throws ControlPlaneError where there is none */
export function findEtcd(path = process.env["PATH"] ?? ""): string {
  const found = [...path.split(delimiter), "/usr/bin", "/usr/sbin"]
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "etcd"))
    .find(isExecutable);
  if (found !== undefined) return found;
  throw new ControlPlaneError("etcd is not installed; on Debian: apt-get install etcd-server");
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
