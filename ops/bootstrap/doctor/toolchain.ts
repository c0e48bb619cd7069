import { join } from "node:path";
import { CommandError } from "../command.ts";
import { canInstall } from "../machine.ts";
import { type Check, failed, ok, warning } from "./check.ts";

export const nodeCheck: Check = {
  name: "node",
  async run({ machine, root, nodeVersion }) {
    const pinned = machine.read(join(root, ".node-version"))?.trim() ?? "";
    const major = (version: string) => Number.parseInt(version, 10);
    if (major(nodeVersion) >= major(pinned)) return ok(`Node ${nodeVersion} (pinned: ${pinned})`);
    return failed(`Node ${nodeVersion} is older than ${pinned}`, "./infra doctor");
  },
};

export const packagesCheck: Check = {
  name: "npm packages",
  async run({ machine, root, local }) {
    const wanted = machine.read(join(root, "package-lock.json"));
    const installed = machine.read(join(local, "installed-package-lock.json"));
    if (wanted === installed && machine.exists(join(root, "node_modules")))
      return ok("as package-lock.json says");
    return failed(
      "not as package-lock.json says",
      `rm -f ${join(local, "installed-package-lock.json")} && ./infra doctor`,
    );
  },
};

const PYTHON_PROBE = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11)); print(sys.version)";

export const pythonCheck: Check = {
  name: "python",
  async run({ machine, local }) {
    if (machine.exists(join(local, "python", "requirements.sha256")))
      return ok("with the packages of the tests");
    try {
      await machine.run("python3", ["-c", PYTHON_PROBE]);
      return ok("3.11 or newer with venv; ./infra test installs the packages");
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const detail = "Python 3.11 or newer with venv is missing; only ./infra test needs it";
      return warning(
        canInstall(machine) ? `${detail} and installs it` : detail,
        "apt-get install python3 python3-venv",
      );
    }
  },
};

/** The Debian release that is tried; it fetches the version that the modules ask for. */
const OLDEST_GO = 19;

export const goCheck: Check = {
  name: "go",
  async run({ machine }) {
    const use = "it builds the Kubernetes control plane of ./infra rehearse and ./infra test cluster";
    const mend = "apt-get install golang-go, elsewhere: https://go.dev/doc/install";
    let said = "";
    try {
      await machine.run("go", ["version"], { onLine: (line) => (said += line) });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const detail = `Go is missing; ${use}`;
      return warning(canInstall(machine) ? `${detail}, which install it` : detail, mend);
    }
    const minor = Number(/go1\.(\d+)/.exec(said)?.[1] ?? 0);
    return minor >= OLDEST_GO ? ok(`${said}; ${use}`) : warning(`${said} is too old; ${use}`, mend);
  },
};
