import { createHash } from "node:crypto";
import { type Json, textAt } from "../json.ts";

const NODES = ["00", "01", "02"];

/** The host of a cluster's SRV record: its name, and some letters that all clusters of the project share. */
export function srvHost(groupId: string, name: string): string {
  const letters = createHash("sha256").update(groupId).digest("hex").slice(0, 6);
  return `${name.toLowerCase().slice(0, 23).replace(/-+$/, "")}.${letters}.mongodb.net`;
}

/** Strings without credentials, as a cluster has them once it is ready. */
export function connectionStringsOf(cluster: Json): Json {
  const name = textAt(cluster, "name");
  const host = srvHost(textAt(cluster, "groupId"), name);
  const [label = "", ...domain] = host.split(".");
  const hosts = NODES.map((node) => `${label}-shard-00-${node}.${domain.join(".")}:27017`).join(",");
  const set = `atlas-${createHash("sha256").update(host).digest("hex").slice(0, 6)}-shard-0`;
  return {
    standard: `mongodb://${hosts}/?ssl=true&authSource=admin&replicaSet=${set}`,
    standardSrv: `mongodb+srv://${host}`,
  };
}
