import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const services = join(import.meta.dirname, "..", "services");
const names = readdirSync(services).filter((name) => existsSync(join(services, name, "Dockerfile")));

const read = (name: string) => readFileSync(join(services, name, "Dockerfile"), "utf8");

/** Instructions with their continuation lines joined, comments left out. */
function instructions(name: string): string[] {
  const lines = read(name)
    .split("\n")
    .filter((line) => !line.startsWith("#"));
  return lines
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line !== "");
}

/** A stage as it is written, by its name. */
function stage(name: string, wanted: string): string | undefined {
  const stages = read(name).split(/^(?=FROM )/m);
  return stages.find((text) => text.startsWith("FROM ") && text.split("\n")[0]?.endsWith(` AS ${wanted}`));
}

const NETWORK = /\b(apt-get|npm (ci|install)|pip install|mvn)\b/;

describe.each(names)("the Dockerfile of %s", (name) => {
  const all = instructions(name);

  it("builds on the base and the build settings that it is given", () => {
    expect(all.slice(0, 3)).toEqual([
      "ARG BASE=debian:trixie-slim",
      "ARG BUILD_SETTINGS=scratch",
      "FROM ${BUILD_SETTINGS} AS build-settings",
    ]);
    const stages = all.flatMap((line) => /^FROM \S+ AS (\S+)$/.exec(line)?.[1] ?? []);
    const bases = all.flatMap((line) => /^FROM (\S+)/.exec(line)?.[1] ?? []);
    const allowed = ["${BUILD_SETTINGS}", "${BASE}", ...stages];
    expect(bases.filter((base) => !allowed.includes(base))).toEqual([]);
    expect(read(name)).not.toMatch(/^# *syntax *=/m);
  });

  it("mounts the settings wherever it uses the network, and copies them nowhere", () => {
    const runs = all.filter((line) => line.startsWith("RUN ") && NETWORK.test(line));
    expect(runs.length).toBeGreaterThan(0);
    for (const run of runs) {
      expect(run).toContain("--mount=type=bind,from=build-settings,target=/run/build-settings");
      expect(run).toContain("set -e; [ ! -f /run/build-settings/env ] || . /run/build-settings/env;");
    }
    expect(all.filter((line) => /^(COPY|ADD)\b.*build-settings/.test(line))).toEqual([]);
  });

  it("keeps what it downloads in caches", () => {
    for (const run of all.filter((line) => line.includes("apt-get install"))) {
      expect(run).toContain("target=/var/cache/apt,sharing=locked,id=trials-apt-cache");
      expect(run).toContain("target=/var/lib/apt/lists,sharing=locked,id=trials-apt-lists");
      expect(run).toContain("--no-install-recommends");
    }
  });

  it("runs as an ordinary user, its program as the first process", () => {
    const last = all.slice(all.findLastIndex((line) => line.startsWith("FROM ")));
    expect(last).toContain("USER 10001:10001");
    expect(last.find((line) => line.startsWith("ENTRYPOINT"))).toMatch(/^ENTRYPOINT \["/);
  });
});

describe("stages that images share", () => {
  it.each(["java", "maven", "python", "pip"])("are written alike: %s", (wanted) => {
    const texts = names
      .map((name) => stage(name, wanted)?.replace(/\n*(#.*\n)*$/, ""))
      .filter((text) => text);
    expect(texts.length).toBeGreaterThan(1);
    expect(new Set(texts).size).toBe(1);
  });
});
