import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const nodeModules = join(dirname(resolve(import.meta.dirname, "../..")), "node_modules");

/** A temporary folder of policy packs that share the project's node_modules. */
export class PackFolder {
  readonly root: string;

  constructor() {
    this.root = mkdtempSync(join(realpathSync(tmpdir()), "policies-"));
    symlinkSync(nodeModules, join(this.root, "node_modules"));
  }

  /** Writes a pack, or whatever a test takes for one; gives its folder. */
  write(name: string, files: { readonly [file: string]: string }): string {
    const folder = join(this.root, name);
    mkdirSync(folder);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    return folder;
  }

  /** A pack of JavaScript: `body` sees `PolicyPack`. */
  javascript(name: string, body: string, project = "runtime: nodejs\n"): string {
    return this.write(name, {
      "PulumiPolicy.yaml": project,
      "package.json": JSON.stringify({ name, version: "0.1.0", main: "index.js" }),
      "index.js": `const { PolicyPack } = require("@pulumi/policy");\n${body}`,
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
