import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configured } from "./configured.ts";

let programs: string;

beforeEach(() => {
  programs = mkdtempSync(join(tmpdir(), "renderers-"));
});

afterEach(() => rmSync(programs, { recursive: true }));

/** A program that prints an object with its arguments and the file after `--values`. */
function install(name: string, ending = "exit 0"): void {
  const file = join(programs, name);
  const script = [
    "#!/bin/sh",
    'while [ $# -gt 0 ]; do printf "%s\\n" "$1" >>"$0.args"; [ "$1" = --values ] && cat "$2" >"$0.values"; shift; done',
    'echo "{ apiVersion: v1, kind: ConfigMap, metadata: { name: made } }"',
    ending,
  ];
  writeFileSync(file, script.join("\n"));
  chmodSync(file, 0o755);
}

async function invoke(token: string, args: { [name: string]: string }) {
  const environment = { PATH: `${programs}:/usr/bin:/bin` };
  const { provider } = await configured({ renderYamlToDirectory: "out", namespace: "shop" }, { environment });
  return provider.invoke({ token: `kubernetes:${token}`, args, preview: false });
}

function read(name: string): string {
  return readFileSync(join(programs, name), "utf8");
}

const made = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "made", namespace: "shop" } };
const chart = (options: object) => invoke("helm:template", { jsonOpts: JSON.stringify(options) });

describe("a chart", () => {
  it("is rendered by helm with what the program asks for; its values are in no command line", async () => {
    install("helm");
    const answer = await chart({
      chart: "web",
      release_name: "r",
      values: { password: "p" },
      api_versions: ["a/v1", "b/v1"],
      kube_version: "v1.30.0",
      fetch_opts: {
        repo: "https://charts.example",
        version: "1.2.3",
        ca_file: "ca.pem",
        devel: true,
        verify: true,
      },
    });
    expect(answer.result).toEqual({ result: [made] });
    const args = read("helm.args").trimEnd().split("\n");
    expect(args.filter((_, index) => index !== 6).join(" ")).toBe(
      "template r web --namespace shop --values --kube-version v1.30.0 --api-versions a/v1 --api-versions b/v1 " +
        "--include-crds --skip-tests --repo https://charts.example --version 1.2.3 --ca-file ca.pem --devel --verify",
    );
    expect(read("helm.values")).toBe('{"password":"p"}');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("helm-values-"))).toEqual([]);
  });

  it("comes with hooks of tests and without definitions where the program says so", async () => {
    install("helm");
    await chart({
      path: ".",
      release_name: "r",
      skip_crd_rendering: true,
      include_test_hook_resources: true,
    });
    expect(read("helm.args")).not.toMatch(/--include-crds|--skip-tests|--kube-version/);
  });

  it("that helm refuses fails with helm's words", async () => {
    install("helm", "echo 'no such chart' >&2; exit 1");
    await expect(chart({ path: "x", release_name: "r" })).rejects.toThrow(
      "the chart x cannot be rendered: no such chart",
    );
  });
});

describe("a Kustomize directory", () => {
  it.each([
    ["kustomize", "build here"],
    ["kubectl", "kustomize here"],
  ])("is rendered by %s", async (program, args) => {
    install(program);
    const answer = await invoke("kustomize:directory", { directory: "here" });
    expect(answer.result).toEqual({ result: [made] });
    expect(read(`${program}.args`).trimEnd().replaceAll("\n", " ")).toBe(args);
  });

  it("fails with the end of a program that says nothing", async () => {
    install("kustomize", "exit 7");
    await expect(invoke("kustomize:directory", { directory: "here" })).rejects.toThrow("Command failed");
  });
});
