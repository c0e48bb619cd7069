import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../ops/paths.ts";

interface Import {
  readonly file: string;
  /** A path below the root for our own files, else a package name. */
  readonly target: string;
  readonly typeOnly: boolean;
}

const OURS = [
  "contracts",
  "src",
  "engine/src",
  "engine/build",
  "engine/simulate",
  "ops",
  "simulators",
  "providers",
  "policy",
];
const FORMS = [
  /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm,
  /()\bimport\(\s*["']([^"']+)["']\s*\)/g,
];

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"),
    )
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  return FORMS.flatMap((form) => [...text.matchAll(form)]).map(([, type, specifier = ""]) => ({
    file,
    target: specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : specifier,
    typeOnly: type !== undefined && type !== "",
  }));
}

const imports = OURS.flatMap(filesBelow).flatMap(importsOf);

/** Imports made below `folder` that `allowed` does not admit. */
function violations(folder: string, allowed: (found: Import) => boolean): string[] {
  return imports
    .filter(({ file }) => file.startsWith(`${folder}/`))
    .filter((found) => !allowed(found))
    .map(({ file, target }) => `${file} -> ${target}`);
}

const below = (target: string, ...folders: string[]) =>
  folders.some((folder) => target.startsWith(`${folder}/`));
/** Interfaces of platforms and what several of them share lie directly in their folder. */
const isShared = (target: string) =>
  ["src/names.ts", "src/quantities.ts"].includes(target) || dirname(target) === "src/platforms";
const isOurs = (target: string) =>
  below(target, "contracts", "src", "engine", "ops", "policy", "providers", "simulators", "services");

describe("import rules", () => {
  it("are checked on real imports", () => {
    expect(imports.length).toBeGreaterThan(300);
    expect(
      imports.some(({ file, target }) => file === "src/index.ts" && target === "src/environments/dev.ts"),
    ).toBe(true);
  });

  it("contracts know zod and each other only", () => {
    expect(violations("contracts", ({ target }) => target === "zod" || below(target, "contracts"))).toEqual(
      [],
    );
  });

  it("settings and catalogue know no resources and no components; only read.ts asks Pulumi for configuration", () => {
    const allowed = ({ file, target }: Import) =>
      target === "zod" ||
      target === "src/quantities.ts" ||
      below(target, "contracts", dirname(file)) ||
      (file === "src/settings/read.ts" && target === "@pulumi/pulumi");
    expect(violations("src/settings", allowed)).toEqual([]);
    expect(violations("src/catalogue", allowed)).toEqual([]);
  });

  it("components take the platform as an argument and never name a concrete one", () => {
    const allowed = ({ target, typeOnly }: Import) =>
      !isOurs(target) ||
      below(target, "contracts", "src/components") ||
      isShared(target) ||
      (below(target, "src/catalogue") && typeOnly);
    expect(violations("src/components", allowed)).toEqual([]);
  });

  it("platforms know neither each other nor components, settings or environments", () => {
    for (const platform of readdirSync(join(root, "src/platforms"), { withFileTypes: true })) {
      if (!platform.isDirectory()) continue;
      const folder = `src/platforms/${platform.name}`;
      const allowed = ({ target, typeOnly }: Import) =>
        !isOurs(target) ||
        below(target, folder, "contracts") ||
        isShared(target) ||
        (below(target, "src/catalogue") && typeOnly);
      expect(violations(folder, allowed)).toEqual([]);
    }
  });

  it("the program imports neither the engine nor the operations", () => {
    expect(
      violations("src", ({ target }) => !below(target, "engine", "ops") && target !== "@trials/engine"),
    ).toEqual([]);
  });

  it("the engine imports nothing of the project", () => {
    expect(violations("engine/src", ({ target }) => !isOurs(target) || below(target, "engine/src"))).toEqual(
      [],
    );
  });

  it("simulators stand alone: they know neither each other nor the adapters they stand opposite", () => {
    for (const folder of ["simulators/atlas-admin", "simulators/aura", "simulators/kubernetes"]) {
      const allowed = ({ file, target }: Import) =>
        !isOurs(target) || below(target, folder) || file.endsWith(".test.ts");
      expect(violations(folder, allowed)).toEqual([]);
    }
  });

  it("provider plugins stand alone", () => {
    const allowed = ({ file, target }: Import) =>
      !isOurs(target) || below(target, "providers/aura") || file.endsWith(".test.ts");
    expect(violations("providers/aura", allowed)).toEqual([]);
  });

  it("the policy pack knows contracts only, for the prices; its tests run it on the engine", () => {
    const allowed = ({ file, target }: Import) =>
      !isOurs(target) || below(target, "policy", "contracts") || below(file, "policy/tests");
    expect(violations("policy", allowed)).toEqual([]);
  });

  it("the simulator imports the engine, which does not know it", () => {
    const allowed = ({ target }: Import) => !isOurs(target) || below(target, "engine/src", "engine/simulate");
    expect(violations("engine/simulate", allowed)).toEqual([]);
  });

  it("engine/plan does no I/O: it imports engine types and itself only", () => {
    const allowed = ({ target, typeOnly }: Import) =>
      below(target, "engine/src/plan") ||
      [
        "engine/src/errors.ts",
        "engine/src/protocol/property-value.ts",
        "engine/src/state/resource.ts",
      ].includes(target) ||
      (below(target, "engine/src") && typeOnly);
    expect(violations("engine/src/plan", allowed)).toEqual([]);
  });

  it("engine/grpc knows nothing of engines, and HTTP/2 below it nothing of calls", () => {
    const allowed =
      (...folders: string[]) =>
      ({ target }: Import) =>
        target.startsWith("node:") || target === "engine/src/errors.ts" || below(target, ...folders);
    expect(violations("engine/src/grpc", allowed("engine/src/grpc"))).toEqual([]);
    expect(violations("engine/src/grpc/http2", allowed("engine/src/grpc/http2"))).toEqual([]);
  });

  it("operations know the program through contracts only, and engines through the Automation API only", () => {
    const allowed = ({ target }: Import) =>
      target === "@trials/engine/automation" ||
      (!isOurs(target) && !target.startsWith("@trials/engine")) ||
      below(target, "contracts", "ops");
    expect(violations("ops", allowed)).toEqual([]);
  });
});

describe("the tree", () => {
  it("has no file over 400 lines", () => {
    const long = OURS.flatMap(filesBelow).filter(
      (file) => readFileSync(join(root, file), "utf8").split("\n").length > 400,
    );
    expect(long).toEqual([]);
  });
});
