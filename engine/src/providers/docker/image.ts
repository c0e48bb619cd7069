import { existsSync } from "node:fs";
import { arch } from "node:os";
import { isAbsolute, join, relative, resolve } from "node:path";
import {
  Computed,
  containsUnknowns,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../../protocol/property-value.ts";
import type {
  CheckFailure,
  CheckRequest,
  CheckResult,
  DiffRequest,
  DiffResult,
  PropertyDiff,
} from "../provider.ts";
import { locateContext, readIgnoreRules } from "./build-context.ts";
import { buildImage } from "./build-image.ts";
import { contextDigest } from "./context-digest.ts";
import { daemonText, failure } from "./daemon-error.ts";
import type { ResourceHandler } from "./handler.ts";
import { pushImage } from "./image-push.ts";
import { findImage } from "./images.ts";
import type { CallContext } from "./kind.ts";
import { findMapAt, flagAt, sameValue, textAt, textMapAt, textsAt, unwrapMap } from "./values.ts";

const GO_ARCHITECTURES: { readonly [name: string]: string } = { x64: "amd64", ia32: "386" };

/** `docker:index/image:Image`: built from a local context and pushed unless `skipPush`; deleting leaves the image. */
export const imageHandler: ResourceHandler = {
  type: "docker:index/image:Image",
  check: checkImage,
  diff: diffImage,
  previewCreate: (request) => request.inputs,
  previewUpdate: (request) => request.newInputs,
  create: async (context, request) => {
    const inputs = unwrapMap(request.inputs);
    return { id: textAt(inputs, "imageName"), outputs: await makeImage(context, inputs) };
  },
  update: async (context, request) => ({ outputs: await makeImage(context, unwrapMap(request.newInputs)) }),
  delete: async () => {},
  // Building it again under the same name leaves no second image.
  findInterrupted: async () => ({ kind: "absent" }),
  read: async (_context, request) => ({ id: request.id, inputs: request.inputs, outputs: request.state }),
};

const INPUTS = new Set(["imageName", "registry", "build", "skipPush", "buildOnPreview"]);

async function checkImage(request: CheckRequest, directory: string): Promise<CheckResult> {
  const news = unwrapMap(request.news);
  const failures: CheckFailure[] = Object.keys(news)
    .filter((key) => !INPUTS.has(key) && !key.startsWith("__"))
    .map((key) => ({
      property: "",
      reason: `Invalid or unknown key. Examine values at '${request.name}.${key}'.`,
    }));
  const name = news["imageName"];
  if (name === undefined) failures.push({ property: "", reason: "Missing required property 'imageName'" });
  if (typeof name === "string" && !flagAt(news, "skipPush") && !name.includes("/")) {
    failures.push({
      property: "imageName",
      reason: `"${name}" names no registry; give the whole name, such as docker.io/${name}, or set skipPush`,
    });
  }
  const build = await checkBuild(news["build"], directory, failures);
  return { inputs: { ...news, buildOnPreview: flagAt(news, "buildOnPreview"), build }, failures };
}

/** Defaults, and the hash of the context: a changed file shows as a changed input. */
async function checkBuild(
  value: PropertyValue | undefined,
  directory: string,
  failures: CheckFailure[],
): Promise<PropertyValue> {
  if (value instanceof Computed) return value;
  const given: PropertyMap = isPropertyMap(value) ? value : {};
  const context = given["context"] ?? ".";
  const dockerfile =
    given["dockerfile"] ?? (typeof context === "string" ? join(context, "Dockerfile") : new Computed());
  const platform = given["platform"] ?? `linux/${GO_ARCHITECTURES[arch()] ?? arch()}`;
  const build = { ...given, context, dockerfile, platform };
  if (typeof context !== "string" || typeof dockerfile !== "string") return build;
  const file = resolve(directory, dockerfile);
  const folder = resolve(directory, context);
  if (existsSync(file)) {
    const digest = await contextDigest(folder, file, readIgnoreRules(file, folder));
    return { ...build, contextDigest: digest };
  }
  const nested = join(context, dockerfile);
  const hint =
    !isAbsolute(dockerfile) && existsSync(resolve(directory, nested))
      ? `. Try setting \`dockerfile\` to "${nested}"`
      : "";
  failures.push({
    property: "build",
    reason: `could not open dockerfile at relative path "${dockerfile}": no such file${hint}`,
  });
  return build;
}

/** Whatever changes is built again in place; new registry logins change nothing. */
function diffImage(request: DiffRequest): DiffResult {
  const recorded = unwrapMap(request.oldOutputs)["__inputs"];
  const olds = isPropertyMap(recorded) ? recorded : unwrapMap(request.oldInputs);
  const news = unwrapMap(request.newInputs);
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  const changed = keys.filter((key) => !sameValue(comparable(key, olds[key]), comparable(key, news[key])));
  const detailed = changed.map((key): [string, PropertyDiff] => {
    const kind = key in olds ? (key in news ? "update" : "delete") : "add";
    return [key, { kind, inputDiff: false }];
  });
  return {
    changes: changed.length > 0 ? "some" : "none",
    replaceKeys: [],
    stableKeys: [],
    changedKeys: changed,
    deleteBeforeReplace: false,
    detailedDiff: Object.fromEntries(detailed),
  };
}

function comparable(key: string, value: PropertyValue | undefined): PropertyValue | undefined {
  return key === "registry" && isPropertyMap(value) ? (value["server"] ?? null) : value;
}

async function makeImage(context: CallContext, inputs: PropertyMap): Promise<PropertyMap> {
  const name = textAt(inputs, "imageName");
  const build = findMapAt(inputs, "build") ?? {};
  const source = locateContext(
    textAt(build, "context"),
    resolve(context.directory, textAt(build, "dockerfile")),
    context.directory,
  );
  await buildImage(context, source, imageBuildOptions(name, build)).catch((error: unknown) => {
    throw failure(`error building image ${name}: ${daemonText(error)}`);
  });
  const registry = findMapAt(inputs, "registry") ?? {};
  const image = await findImage(context, name);
  const repoDigest = flagAt(inputs, "skipPush")
    ? (image?.Id ?? "")
    : await pushImage(context, name, registry);
  return {
    dockerfile: relative(source.folder, source.dockerfile),
    context: textAt(build, "context"),
    baseImageName: name,
    registryServer: textAt(registry, "server"),
    imageName: name,
    platform: textAt(build, "platform"),
    repoDigest,
    __inputs: new Secret(inputs),
  };
}

function imageBuildOptions(name: string, build: PropertyMap) {
  const args = Object.entries(textMapAt(build, "args")).filter(([, value]) => !containsUnknowns(value));
  const optional = { target: "target", platform: "platform", networkmode: "network" };
  const texts = Object.entries(optional).map(([theirs, ours]) => [theirs, textAt(build, ours)]);
  return {
    ...Object.fromEntries(texts.filter(([, value]) => value !== "")),
    version: textAt(build, "builderVersion") === "BuilderV1" ? ("1" as const) : ("2" as const),
    t: [name],
    rm: true,
    forcerm: true,
    buildargs: Object.fromEntries(args),
    extrahosts: textsAt(build, "addHosts"),
    cachefrom: JSON.stringify(textsAt(findMapAt(build, "cacheFrom") ?? {}, "images")),
  };
}
