import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { AlertRules } from "../platforms/kubernetes/monitoring.ts";

const FOLDER = "services/prometheus/rules";

/** The rules that the Docker environments have, and those for a cluster's own objects. */
export function readAlertRules(): AlertRules {
  const files = ["recording.yml", "alerts.yml", "kubernetes.yml"];
  const read = (file: string) => parse(readFileSync(`${FOLDER}/${file}`, "utf8")) as AlertRules;
  return { groups: files.flatMap((file) => read(file).groups) };
}
