import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CommandLine } from "./command-line.ts";

let line: CommandLine;
let plugins = "";

beforeEach(() => {
  line = new CommandLine();
  plugins = join(line.folder, "home/plugins");
});

interface Entry {
  readonly name: string;
  readonly type?: "file" | "directory" | "symlink" | "fifo";
  readonly content?: string;
  readonly linkname?: string;
}

async function archive(...entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, type = "file", content = "", linkname } of entries) {
    tar.entry({ name, type, mode: 0o755, ...(linkname !== undefined && { linkname }) }, content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

function write(name: string, content: Buffer | string, mode = 0o644): string {
  const path = join(line.folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe("plugin install", () => {
  it("unpacks an archive, and only the one that was meant", async () => {
    const content = await archive(
      { name: "bin", type: "directory" },
      { name: "pulumi-resource-mine", content: "#!/bin/sh\n" },
      { name: "bin/alias", type: "symlink", linkname: "../pulumi-resource-mine" },
    );
    const file = write("mine.tar.gz", content);
    const command = `plugin install resource mine v1.0.0 --file ${file}`;
    const wrong = await line.run(`${command} --checksum ${"0".repeat(64)}`);
    expect(wrong.stderr).toContain(`invalid checksum, expected ${"0".repeat(64)}, actual `);
    expect(readdirSync(plugins)).toEqual([]);
    const checksum = createHash("sha256").update(content).digest("hex");
    expect(await line.run(`${command} --checksum ${checksum}`)).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "[resource plugin mine-1.0.0] installing\n",
    });
    const folder = join(plugins, "resource-mine-v1.0.0");
    expect(statSync(join(folder, "pulumi-resource-mine")).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(folder, "bin/alias"), "utf8")).toBe("#!/bin/sh\n");
    expect(readdirSync(plugins)).toEqual(["resource-mine-v1.0.0"]);
    expect((await line.run(command)).stderr).toBe("");
    expect((await line.run(command.replace("v1.0.0", "0.9.0"))).stderr).toBe("");
    expect((await line.run(`${command.replace("v1.0.0", "0.9.0")} --exact`)).stderr).toContain("installing");
    expect((await line.run(`${command} --reinstall`)).stderr).toContain("installing");
  });

  it("takes an executable or a folder too", async () => {
    const binary = write("pulumi-resource-one", "#!/bin/sh\n", 0o755);
    expect((await line.run(`plugin install resource one 1.2.3 -f ${binary}`)).exitCode).toBe(0);
    expect(existsSync(join(plugins, "resource-one-v1.2.3/pulumi-resource-one"))).toBe(true);
    mkdirSync(join(line.folder, "two"));
    write("two/pulumi-resource-two", "#!/bin/sh\n", 0o755);
    expect((await line.run(`plugin install resource two@0.9.0 -f ${line.folder}/two`)).exitCode).toBe(0);
    expect((await line.run(`plugin install resource two 1.0.0 -f ${line.folder}/two`)).exitCode).toBe(0);
    expect(existsSync(join(plugins, "resource-two-v1.0.0/pulumi-resource-two"))).toBe(true);
  });

  it("lets nothing out of the plugin's folder", async () => {
    const hostile: readonly Entry[] = [
      { name: "../out", content: "x" },
      { name: "link", type: "symlink", linkname: "../../out" },
      { name: "pipe", type: "fifo" },
    ];
    for (const entry of hostile) {
      const file = write("evil.tar.gz", await archive(entry));
      const run = await line.run(`plugin install resource evil 1.0.0 --file ${file}`);
      expect(run.exitCode).toBe(1);
      expect(run.stderr).toContain("the plugin's archive holds");
    }
    const torn = write(
      "torn.tar.gz",
      (await archive({ name: "a", content: "x".repeat(9999) })).subarray(0, 40),
    );
    const run = await line.run(`plugin install resource evil 1.0.0 --file ${torn}`);
    expect(run.stderr).toContain("the plugin's archive cannot be read");
    expect(readdirSync(plugins)).toEqual([]);
    expect(existsSync(join(plugins, "../out"))).toBe(false);
  });

  it("says what is wrong with its arguments", async () => {
    const text = write("text", "no plugin");
    const messages = [
      ["plugin install thing x 1.0.0", "unrecognized plugin kind: thing"],
      ["plugin install resource", "missing plugin name argument"],
      ["plugin install resource x", "missing plugin version argument"],
      ["plugin install resource x one", "invalid plugin semver: one"],
      ["plugin install resource x@1.0.0 1.0.0", 'cannot specify both "@1.0.0" and "1.0.0" as a version'],
      ["plugin install resource x 1.0.0 more", "accepts at most 3 arg(s), received 4"],
      ["plugin install resource x 1.0.0 --checksum zz", "--checksum was not a valid hex string"],
      ["plugin install --file x", "--file is only valid if a specific package is being installed"],
      ["plugin install resource x 1.0.0 --file /no/such", "stat on file /no/such"],
      [`plugin install resource x 1.0.0 --file ${text}`, "is not executable"],
    ] as const;
    for (const [command, message] of messages) expect((await line.run(command)).stderr).toContain(message);
  });
});

describe("plugin install from a server", () => {
  let server: Server;
  let url = "";
  const asked: string[] = [];

  beforeEach(async () => {
    const content = await archive({ name: "pulumi-resource-far", content: "#!/bin/sh\n" });
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(request.url?.includes("-far-") ? 200 : 404).end(content);
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/plugins`;
  });
  afterEach(() => server.close());

  it("downloads the archive for this system", async () => {
    expect((await line.run(`plugin install resource far 2.0.0 --server ${url}/`)).exitCode).toBe(0);
    expect(asked.at(-1)).toMatch(/^\/plugins\/pulumi-resource-far-v2\.0\.0-[a-z]+-(amd64|arm64)\.tar\.gz$/);
    expect(existsSync(join(plugins, "resource-far-v2.0.0/pulumi-resource-far"))).toBe(true);
    const missing = await line.run(`plugin install resource near 2.0.0 --server ${url}`);
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain(`[resource plugin near-2.0.0] downloading from ${url}: 404 HTTP error`);
    const dead = await line.run("plugin install resource near 2.0.0 --server http://127.0.0.1:1");
    expect(dead.stderr).toContain("[resource plugin near-2.0.0] downloading from http://127.0.0.1:1:");
  });

  it("brings what the project's packages speak to", async () => {
    const manifest = (name: string, version: string) => {
      const folder = join(line.project, "node_modules/@pulumi", name);
      mkdirSync(folder, { recursive: true });
      const pulumi = { resource: true, name, version, server: url };
      writeFileSync(
        join(folder, "package.json"),
        JSON.stringify({ name: `@pulumi/${name}`, version, pulumi }),
      );
    };
    manifest("far", "3.0.0");
    manifest("random", "4.0.0");
    expect((await line.run("plugin install")).stderr).toBe("[resource plugin far-3.0.0] installing\n");
    expect((await line.run("plugin install")).stderr).toBe("");
    expect(readdirSync(plugins)).toEqual(["resource-far-v3.0.0"]);
    expect((await line.run("install --no-dependencies --reinstall")).stderr).toContain("far-3.0.0");
    await line.run(`plugin install resource far 2.0.0 --exact --server ${url}`);
    expect((await line.run("plugin ls --project")).stdout).toMatch(
      /^NAME .*\nfar +resource +3\.0\.0 .*\n\nTOTAL/,
    );
  });
});

describe("plugin ls and rm", () => {
  beforeEach(() => {
    for (const name of ["resource-a-v1.0.0", "resource-a-v2.0.0", "language-b-v1.0.0", "resource-c-v1.0.0"]) {
      mkdirSync(join(plugins, name), { recursive: true });
    }
    writeFileSync(join(plugins, "resource-a-v2.0.0/file"), "x".repeat(1500));
    writeFileSync(join(plugins, "resource-c-v1.0.0.partial"), "");
  });

  it("show what is installed, the newest first", async () => {
    const { stdout } = await line.run("plugin ls");
    expect(stdout.split("\n").map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual([
      ["NAME", "KIND", "VERSION", "SIZE"],
      ["a", "resource", "2.0.0", "1.5 kB"],
      ["a", "resource", "1.0.0", "n/a"],
      ["b", "language", "1.0.0", "n/a"],
      [""],
      ["TOTAL plugin cache size: 1.5 kB"],
      [""],
    ]);
    const json = JSON.parse((await line.run("plugin ls --json")).stdout) as { [key: string]: unknown }[];
    expect(json[0]).toMatchObject({ name: "a", kind: "resource", version: "2.0.0", size: 1500 });
    expect(new Date(String(json[0]?.["installTime"])).getTime()).toBeGreaterThan(0);
  });

  it("know when a plugin was used last by the file beside it", async () => {
    const marker = join(plugins, "resource-a-v1.0.0.lastused");
    writeFileSync(marker, "");
    utimesSync(marker, 86_400, 86_400);
    const { stdout } = await line.run("plugin ls --json");
    const listed = JSON.parse(stdout) as { version: string; lastUsedTime: string }[];
    expect(listed).toHaveLength(3);
    expect(listed[1]).toMatchObject({ version: "1.0.0", lastUsedTime: "1970-01-02T00:00:00.000Z" });
    await line.run("plugin rm resource a 1.0.0 --yes");
    expect(existsSync(marker)).toBe(false);
  });

  it("delete what is meant", async () => {
    expect((await line.run("plugin rm")).stderr).toContain("please pass --all");
    expect((await line.run("plugin rm thing")).stderr).toContain("unrecognized plugin kind: thing");
    expect((await line.run("plugin rm resource a >=3.0.0 --yes")).stdout).toBe(
      "no plugins found to uninstall\n",
    );
    const refused = await line.run("plugin rm resource a", { stdin: "no\n" });
    expect(refused.stdout).toContain("This will remove 2 plugins from the cache:\n    resource a-1.0.0\n");
    expect((await line.run("plugin rm resource a <2.0.0 --yes")).stdout).toBe("removed: resource a-1.0.0\n");
    expect((await line.run("plugin rm --all --yes")).exitCode).toBe(0);
    expect(readdirSync(plugins)).toEqual(["resource-c-v1.0.0", "resource-c-v1.0.0.partial"]);
  });
});

describe("install", () => {
  it("runs the package manager of the program", async () => {
    const bin = join(line.folder, "bin");
    mkdirSync(bin);
    for (const tool of ["npm", "yarn"]) {
      write(`bin/${tool}`, `#!/bin/sh\necho ${tool} "$@"\n`, 0o755);
    }
    write("bin/pnpm", "#!/bin/sh\necho no >&2\nexit 3\n", 0o755);
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    expect((await line.run("install", { env })).stderr).toContain("could not find a package.json");
    line.write("package.json", "{}");
    expect((await line.run("install", { env })).stdout).toBe(
      "Installing dependencies...\n\nnpm install --loglevel=error\nFinished installing dependencies\n\n",
    );
    line.write("yarn.lock", "");
    expect((await line.run("install --no-plugins", { env })).stdout).toContain("\nyarn install\n");
    line.write(
      "Pulumi.yaml",
      "name: corpus\nruntime:\n  name: nodejs\n  options:\n    packagemanager: pnpm\n",
    );
    const failed = await line.run("install", { env });
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain("no\nerror: 'pnpm install' failed: exit status 3\n");
    line.write(
      "Pulumi.yaml",
      "name: corpus\nruntime:\n  name: nodejs\n  options:\n    packagemanager: bun\n",
    );
    expect((await line.run("install", { env })).stderr).toContain("'bun install' failed: spawn");
  });

  it("has fnm take the program's version of Node where both are there", async () => {
    const bin = join(line.folder, "bin");
    mkdirSync(bin);
    write("bin/npm", "#!/bin/sh\n", 0o755);
    line.write("package.json", "{}");
    line.write(".node-version", "20\n");
    const install = async (env: { readonly [name: string]: string }) =>
      await line.run("install --use-language-version-tools", {
        env: { PATH: `${bin}:/usr/bin:/bin`, ...env },
      });
    expect((await install({})).stdout).toMatch(/^Installing dependencies/);
    write("bin/fnm", '#!/bin/sh\n[ "$1" = env ] && echo IN_SHELL=yes || echo fnm "$@"\n', 0o755);
    const { stdout } = await install({});
    expect(stdout).toContain(
      "Setting Nodejs version to 20\nfnm use 20 --install-if-missing\nfnm alias 20 default\n",
    );
    line.write(".nvmrc", "v22.1.0");
    expect((await install({ FNM_MULTISHELL_PATH: "/somewhere" })).stdout).toContain("fnm use v22.1.0 ");
    write("bin/fnm", "#!/bin/sh\nexit 3\n", 0o755);
    expect((await install({ FNM_MULTISHELL_PATH: "/somewhere" })).stderr).toContain("failed: exit status 3");
  });
});
