import { credentialIn, isCredentialName } from "../credential.ts";
import { containersOf, isKubernetesObject, kindOf, podSpecsOf } from "../pod-spec.ts";
import { listAt, mapAt, type PropertyMap, textAt, textsBelow } from "../property.ts";
import type { JudgedResource, ResourceRule } from "../rule.ts";

/**
 * Packs are handed values with their mark of being secret taken off. So this rule judges places: those where even an
 * encrypted value ends up readable by whoever may look at the object.
 */
export const noSecretsInProperties: ResourceRule = {
  name: "no-secrets-in-properties",
  judges: "resource",
  description:
    "Credentials are not where anybody can read them: config maps, plain variables, labels, annotations, commands, build arguments.",
  remedy: "Put it into a Secret and refer to it (envFrom, secretKeyRef); on Docker into envs, as a secret.",
  level: "mandatory",
  severity: "critical",
  check(resource) {
    if (isKubernetesObject(resource)) return inCluster(resource);
    return [
      ...readable(resource.properties, ["labels", "tags"]),
      ...(resource.type.startsWith("docker:") ? onDocker(resource) : []),
    ];
  },
};

function inCluster(resource: JudgedResource): string[] {
  const { properties } = resource;
  const kind = kindOf(resource);
  if (kind === "Secret") return readable(mapAt(properties, "metadata"), ["labels", "annotations"]);
  const named = [
    ...(kind === "ConfigMap" ? namedIn(mapAt(properties, "data"), "data") : []),
    ...podSpecsOf(resource)
      .flatMap(containersOf)
      .flatMap(({ path, container }) => namedVariables(container, `${path}.env`)),
  ];
  return [...named, ...readable(properties, Object.keys(properties))];
}

function namedVariables(container: PropertyMap, path: string): string[] {
  return listAt(container, "env").flatMap((variable) => {
    const name = textAt(variable, "name") ?? "";
    return textAt(variable, "value") !== undefined && isCredentialName(name)
      ? [`${path} has ${name} as a plain value`]
      : [];
  });
}

function onDocker({ properties }: JudgedResource): string[] {
  const build = mapAt(properties, "build");
  return [
    ...readable(properties, ["command", "entrypoints", "healthcheck", "build"]),
    ...namedIn(mapAt(build, "buildArgs"), "build.buildArgs"),
  ];
}

function namedIn(map: PropertyMap, path: string): string[] {
  return Object.keys(map)
    .filter((name) => isCredentialName(name) && map[name] !== "")
    .map((name) => `${path}.${name} is named like a secret`);
}

/** Texts below some properties that look like credentials. */
function readable(properties: PropertyMap, fields: readonly string[]): string[] {
  return fields
    .flatMap((field) => textsBelow(properties[field], field))
    .flatMap(({ path, text }) => {
      const looks = credentialIn(text);
      return looks === undefined ? [] : [`${path} holds ${looks}`];
    });
}
