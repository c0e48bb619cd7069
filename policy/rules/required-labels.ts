import { isKubernetesObject, podSpecsOf } from "../pod-spec.ts";
import { listAt, mapAt, textAt, UNKNOWN, valueAt } from "../property.ts";
import type { JudgedResource, ResourceRule, RuleSettings } from "../rule.ts";

const LABELLED_ON_DOCKER = ["container:Container", "network:Network", "volume:Volume"].map(
  (type) => `docker:index/${type}`,
);

/** Who looks at a machine or a cluster can tell whose everything is. */
export const requiredLabels: ResourceRule = {
  name: "required-labels",
  judges: "resource",
  description:
    "Objects in a cluster, their pods, and containers, networks and volumes on Docker say whose they are.",
  remedy: "Take the labels from the platform's one place for them.",
  level: "mandatory",
  severity: "low",
  settings: {
    kubernetes: {
      description: "Labels of everything in a cluster.",
      type: "array",
      items: { type: "string" },
      default: ["name", "instance", "part-of", "managed-by"].map((label) => `app.kubernetes.io/${label}`),
    },
    docker: {
      description: "Labels of everything on Docker that can have them.",
      type: "array",
      items: { type: "string" },
      default: ["trials.project", "trials.stack", "trials.role"],
    },
  },
  check(resource, settings) {
    if (LABELLED_ON_DOCKER.includes(resource.type)) return onDocker(resource, settings);
    return isKubernetesObject(resource) ? onKubernetes(resource, settings) : [];
  },
};

function onDocker({ properties }: JudgedResource, settings: RuleSettings): string[] {
  if (properties["labels"] === UNKNOWN) return [];
  const present = listAt(properties, "labels").map((label) => textAt(label, "label"));
  return missing(listAt(settings, "docker"), present, "labels");
}

function onKubernetes(resource: JudgedResource, settings: RuleSettings): string[] {
  const templates = podSpecsOf(resource).filter(({ owner }) => owner !== resource.properties);
  const places = [
    { path: "metadata", labelled: resource.properties },
    ...templates.map(({ path, owner }) => ({ path: path.replace(/spec$/, "metadata"), labelled: owner })),
  ];
  return places.flatMap(({ path, labelled }) => {
    if (valueAt(labelled, "metadata", "labels") === UNKNOWN) return [];
    const present = Object.keys(mapAt(labelled, "metadata", "labels"));
    return missing(listAt(settings, "kubernetes"), present, `${path}.labels`);
  });
}

function missing(
  wanted: readonly unknown[],
  present: readonly (string | undefined)[],
  place: string,
): string[] {
  const absent = wanted.filter((label) => !present.includes(String(label)));
  return absent.length === 0 ? [] : [`${place} is without ${absent.join(", ")}`];
}
