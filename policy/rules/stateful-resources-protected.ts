import { isReproducible } from "../../contracts/reproducible.ts";
import { kindOf } from "../pod-spec.ts";
import type { JudgedResource, ResourceRule, RuleSettings } from "../rule.ts";

const STATEFUL_TYPES = [
  "mongodbatlas:index/project:Project",
  "mongodbatlas:index/advancedCluster:AdvancedCluster",
  "mongodbatlas:index/flexCluster:FlexCluster",
  "mongodbatlas:index/cluster:Cluster",
  "mongodbatlas:index/serverlessInstance:ServerlessInstance",
  "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
  "aura:index:Instance",
];
const STATEFUL_KINDS = ["PersistentVolumeClaim", "PersistentVolume"];

/** The first of the four guards of what holds data. */
export const statefulResourcesProtected: ResourceRule = {
  name: "stateful-resources-protected",
  judges: "resource",
  description:
    "What holds data is protected: Atlas projects, clusters and backup schedules, Aura instances, volume claims but those whose annotation `trials.content: reproducible` says that the program makes their content again.",
  remedy: "Give the resource the option protect: true; taking it away is a change of its own, with a review.",
  level: "mandatory",
  severity: "critical",
  settings: {
    dockerVolumes: {
      description:
        "`protected`: Docker volumes, too. `retained`: they outlive their stack instead, which packs are not shown.",
      type: "string",
      default: "retained",
    },
  },
  check(resource, settings) {
    if (!isStateful(resource, settings) || resource.isProtected) return [];
    return ["holds data and is not protected"];
  },
};

function isStateful(resource: JudgedResource, settings: RuleSettings): boolean {
  const { type } = resource;
  if (type === "docker:index/volume:Volume") return settings["dockerVolumes"] === "protected";
  if (STATEFUL_KINDS.includes(kindOf(resource))) return !isReproducible(resource.properties);
  return STATEFUL_TYPES.includes(type);
}
