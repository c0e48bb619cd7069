import { describe, expect, it } from "vitest";
import { type Judged, judge } from "../../../ops/drift/severity.ts";

const CONTAINER = "docker:index/container:Container";
const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const VOLUME = "docker:index/volume:Volume";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";

describe("how much a finding matters", () => {
  it.each<[what: string, judged: Partial<Judged>, severity: string, rule: string]>([
    ["data that are gone", { kind: "deleted", type: CLUSTER }, "critical", "what holds data is gone"],
    ["a safeguard that is gone", { kind: "deleted", type: ROLE }, "critical", "a safeguard is gone"],
    ["anything else that is gone", { kind: "deleted" }, "critical", "what the program needs is gone"],
    [
      "a stranger's role",
      { kind: "unmanaged", type: ROLE },
      "critical",
      "somebody has access whom nobody manages",
    ],
    ["a stranger", { kind: "unmanaged" }, "warning", "nobody manages it"],
    [
      "a volume that was made anew",
      { type: VOLUME, property: "content", live: "made anew at 03:10" },
      "critical",
      "the data are no longer those of the release",
    ],
    [
      "a volume whose mark is gone",
      { type: VOLUME, property: "content", live: null },
      "warning",
      "nothing proves that the data are those of the release",
    ],
    ["a paused instance", { property: "status", live: "paused" }, "critical", "it does not run"],
    [
      "an instance that changes",
      { property: "status", live: "updating" },
      "warning",
      "it runs otherwise than reviewed",
    ],
    [
      "an instance without a status",
      { property: "status", live: null },
      "warning",
      "it runs otherwise than reviewed",
    ],
    [
      "other rights in a pod",
      { property: "spec.template.spec.hostNetwork" },
      "critical",
      "the isolation is another",
    ],
    [
      "a new port",
      { property: "ports[80/tcp]", recorded: null, live: "127.0.0.1:80" },
      "critical",
      "open to more than before",
    ],
    [
      "a port on every address",
      { property: "ports[80/tcp]", live: "[::]:80" },
      "critical",
      "open to more than before",
    ],
    ["another network", { property: "networkMode" }, "critical", "it is reached, or reaches, otherwise"],
    ["another mount", { property: "mounts[/data]" }, "critical", "it sees other data"],
    ["a role's rules", { type: ROLE, property: "rules[0].verbs" }, "critical", "a safeguard is another"],
    ["a role's binding", { type: ROLE, property: "subject" }, "critical", "a safeguard is another"],
    ["a role's labels", { type: ROLE, property: "metadata.labels" }, "info", "names and labels only"],
    ["backups", { type: CLUSTER, property: "backupEnabled" }, "critical", "a safeguard is another"],
    ["an object made anew", { property: "id" }, "warning", "made anew outside of the program"],
    ["a variable", { property: "envs[LOG_LEVEL]" }, "warning", "it runs with another configuration"],
    ["what no rule knows", { property: "" }, "warning", "it is otherwise than reviewed"],
  ])("%s", (_, judged, severity, rule) => {
    const whole: Judged = {
      kind: "changed",
      type: CONTAINER,
      property: "memory",
      recorded: "1",
      live: "2",
      ...judged,
    };
    expect(judge(whole)).toEqual({ severity, rule });
  });
});
