import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CANARY, formsOf } from "./canary.ts";

const engine = resolve(import.meta.dirname, "../..");
const pulumi = join(engine, "bin/pulumi");
/** From the settings, made by a provider, made by the program; none stands in the program's text. */
const forms = ["CANARY7f3a", "MADE-CANARY-91c2", "OWN-CANARY-55d0"].flatMap(formsOf);

/** Secrets in settings, inputs, outputs of a provider and of the stack, and in what a provider is closed over. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
const key = new pulumi.Config().requireSecret("key");
const provider = {
  async create(inputs) {
    if (inputs.refuse) throw new Error("the provider refuses");
    return { id: "id-" + inputs.name, outs: { ...inputs, made: ["MADE", "CANARY", "91c2"].join("-") } };
  },
  async update(id, olds, news) { return { outs: { ...olds, ...news } }; },
  async diff(id, olds, news) { return { changes: olds.version !== news.version }; },
  async read(id, props) { return { id, props }; },
  async delete() {},
};
class Thing extends pulumi.dynamic.Resource {
  constructor(name, props, opts) {
    super(provider, name, { name, made: undefined, ...props }, { additionalSecretOutputs: ["made"], ...opts });
  }
}
const version = process.env.VERSION || "1";
const given = new Thing("given", { key, list: [{ deep: key }], version });
new random.RandomPassword("password", { length: 12, keepers: { key, own: pulumi.secret(["OWN", "CANARY", "55d0"].join("-")) } });
class Group extends pulumi.ComponentResource {
  constructor(name) {
    super("shop:index:Group", name);
    new Thing("last", { key: pulumi.secret({ whole: key }), version }, { parent: this, dependsOn: [given] });
    this.registerOutputs({ key });
  }
}
new Group("group");
if (process.env.REFUSE) new Thing("refused", { key, refuse: true }, { dependsOn: [given] });
module.exports = { key, made: given.made };
`;

/** Compiled code: much to look through, so that is done once, at the end. */
const COMPILED = join(tmpdir(), "canary-compile-cache");

interface Ran {
  readonly printed: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A project, a backend, a home and a folder for temporary files, all below one folder. */
class Machine {
  readonly root = mkdtempSync(join(realpathSync(tmpdir()), "canary-cli-"));
  readonly logs = join(this.root, "logs");

  /** The same machine once more, as it is now. */
  static copyOf(other: Machine): Machine {
    const machine = new Machine();
    rmSync(machine.root, { recursive: true });
    cpSync(other.root, machine.root, { recursive: true, verbatimSymlinks: true });
    return machine;
  }

  async prepare(): Promise<void> {
    for (const name of ["project", "state", "home", "tmp", "logs"]) mkdirSync(join(this.root, name));
    symlinkSync(join(dirname(engine), "node_modules"), join(this.root, "node_modules"));
    const write = (name: string, text: string) => writeFileSync(join(this.root, "project", name), text);
    write("Pulumi.yaml", "name: shop\nruntime: {name: nodejs, options: {typescript: false}}\n");
    write("package.json", '{"main":"index.js"}');
    write("index.js", PROGRAM);
    await this.run(["stack", "init", "dev"]);
    await this.run(["config", "set", "--secret", "key"], { stdin: CANARY });
  }

  async run(
    args: readonly string[],
    more: { readonly env?: NodeJS.ProcessEnv; readonly stdin?: string } = {},
  ): Promise<Ran> {
    const child = spawn(pulumi, [...args], {
      cwd: join(this.root, "project"),
      env: {
        PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
        HOME: join(this.root, "home"),
        TMPDIR: join(this.root, "tmp"),
        PULUMI_HOME: join(this.root, "home"),
        PULUMI_BACKEND_URL: pathToFileURL(join(this.root, "state")).href,
        PULUMI_CONFIG_PASSPHRASE: "open sesame",
        NODE_COMPILE_CACHE: COMPILED,
        XDG_CACHE_HOME: COMPILED,
        ...more.env,
      },
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
      });
    }
    child.stdin.end(more.stdin ?? "");
    const [status, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    return { printed, status, signal };
  }

  /** An update, preview, refresh or destroy with everything that it can write. */
  operate(verb: string, log: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const approved = verb === "preview" ? ["--diff"] : ["--yes", "--skip-preview"];
    return this.run([verb, "--stack", "dev", ...approved, "--event-log", join(this.logs, `${log}.json`)], {
      env,
    });
  }

  /** Files of this machine, beside its packages, that hold a canary in any form. */
  leaks(): readonly string[] {
    return readdirSync(this.root)
      .filter((name) => name !== "node_modules")
      .flatMap((name) => leaksBelow(join(this.root, name)));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A file, or those of a folder, that hold a canary in any form. */
function leaksBelow(path: string): readonly string[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => join(file.parentPath, file.name))
    : [path];
  return files.filter((file) => formsIn(contentOf(file)).length > 0);
}

/** Of a killed run programs may still be about to end, and take their temporary files with them. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

const formsIn = (text: string) => forms.filter((form) => text.includes(form));
const reapedBy = (env: NodeJS.ProcessEnv) => ({
  ...env,
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "reap-command-line.ts")).href}`,
});

/** How many of the boundaries an update is killed at, spread evenly. */
const KILLS = 6;

describe("a secret, through the command line", { timeout: 600_000 }, () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = new Machine();
    await machine.prepare();
  });
  afterAll(() => machine.remove());

  it("stands in clear in no byte that an update writes or prints, wherever it is killed", async () => {
    const whole = Machine.copyOf(machine);
    const counted = join(whole.root, "count");
    const first = await whole.operate("up", "up", reapedBy({ REAP_COUNT: counted }));
    expect(first).toMatchObject({ status: 0, signal: null });
    const boundaries = Number(readFileSync(counted, "utf8"));
    whole.remove();
    expect(boundaries).toBeGreaterThan(3 * KILLS);
    for (let kill = 1; kill <= KILLS; kill++) {
      const copy = Machine.copyOf(machine);
      const at = Math.round((kill * boundaries) / (KILLS + 1));
      const killed = await copy.operate("up", "killed", reapedBy({ REAP_AT: String(at) }));
      expect(killed.signal).toBe("SIGKILL");
      expect(formsIn(killed.printed)).toEqual([]);
      expect(copy.leaks()).toEqual([]);
      const next = await copy.operate("up", "next");
      expect(formsIn(next.printed)).toEqual([]);
      expect(copy.leaks()).toEqual([]);
      copy.remove();
    }
  });

  it("stands in clear nowhere in the life of a stack, failures included", async () => {
    const life: readonly (readonly [verb: string, env: NodeJS.ProcessEnv, status: number])[] = [
      ["preview", {}, 0],
      ["up", {}, 0],
      ["preview", { VERSION: "2" }, 0],
      ["up", { VERSION: "2" }, 0],
      ["up", { VERSION: "2", REFUSE: "yes" }, 1],
      ["refresh", {}, 0],
    ];
    for (const [index, [verb, env, status]] of life.entries()) {
      const ran = await machine.operate(verb, `${index}`, env);
      expect(ran.status, ran.printed).toBe(status);
      expect(formsIn(ran.printed), verb).toEqual([]);
      expect(machine.leaks(), verb).toEqual([]);
    }
    const reading = [
      ["stack", "export"],
      ["stack", "history", "--json"],
      ["stack", "output", "--json"],
      ["config"],
      ["stack", "--show-urns"],
      ["up", "--yes", "--skip-preview", "--json"],
    ];
    for (const args of reading) {
      const { printed, status } = await machine.run(args);
      expect([status, formsIn(printed)], args.join(" ")).toEqual([0, []]);
    }
    expect(machine.leaks()).toEqual([]);
  });

  it("would be seen: it is shown to whoever asks for secrets", async () => {
    const { printed } = await machine.run(["stack", "output", "--json", "--show-secrets"]);
    expect(printed).toContain("CANARY7f3a");
    expect(printed).toContain("MADE-CANARY-91c2");
    writeFileSync(join(machine.logs, "shown.json"), printed);
    expect(machine.leaks()).toEqual([join(machine.logs, "shown.json")]);
    rmSync(join(machine.logs, "shown.json"));
  });

  it("is gone with the stack, and was never in its event logs", async () => {
    const { status, printed } = await machine.operate("destroy", "destroy");
    expect([status, formsIn(printed)]).toEqual([0, []]);
    expect(machine.leaks()).toEqual([]);
    const logs = readdirSync(machine.logs).map((name) => readFileSync(join(machine.logs, name), "utf8"));
    expect(logs.join("")).toContain("[secret]");
    expect(leaksBelow(COMPILED)).toEqual([]);
  });
});
