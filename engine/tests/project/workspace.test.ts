import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { findBackend, logIn, logOut, logOutOfAll, parseBackendUrl } from "../../src/project/backend-url.ts";
import { findProjectFile, pulumiHome, readProject, StackSelection } from "../../src/project/workspace.ts";

let folder = "";
let env: { readonly [name: string]: string } = {};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "workspace-"));
  env = { PULUMI_HOME: join(folder, "home") };
});

describe("the project of a folder", () => {
  it("is found in it or above it", async () => {
    mkdirSync(join(folder, "a/b"), { recursive: true });
    writeFileSync(join(folder, "Pulumi.yml"), "name: p\nruntime: nodejs\n");
    expect(findProjectFile(join(folder, "a/b"))).toBe(join(folder, "Pulumi.yml"));
    expect((await readProject(join(folder, "a"))).name).toBe("p");
  });

  it("is the first of Pulumi.json, Pulumi.yaml and Pulumi.yml that is a file", () => {
    mkdirSync(join(folder, "Pulumi.json"));
    for (const name of ["Pulumi.yml", "Pulumi.yaml"]) {
      writeFileSync(join(folder, name), "name: p\nruntime: nodejs\n");
      expect(findProjectFile(folder)).toBe(join(folder, name));
    }
  });

  it("may not be there", async () => {
    expect(findProjectFile(folder)).toBeUndefined();
    await expect(readProject(folder)).rejects.toMatchObject({
      code: "no-project",
      message: `no Pulumi.yaml project file found (searching upwards from ${folder}). If you have not created a project yet, use \`pulumi new\` to do so: no project file found`,
    });
  });
});

describe("Pulumi's home", () => {
  it("is where the environment says, or in the person's home", () => {
    expect(pulumiHome({ PULUMI_HOME: "/x" })).toBe("/x");
    expect(pulumiHome({ HOME: "/home/ann" })).toBe("/home/ann/.pulumi");
    expect(pulumiHome({})).toBe(join(homedir(), ".pulumi"));
  });
});

describe("the selected stack", () => {
  const project = { name: "p", path: "/projects/p/Pulumi.yaml" };
  const file = () =>
    join(folder, `home/workspaces/p-${createHash("sha1").update(project.path).digest("hex")}-workspace.json`);

  it("is remembered for each backend where the official CLI does", async () => {
    const selection = new StackSelection(project, "file:///a", env);
    expect(await selection.read()).toBeUndefined();
    await selection.write("organization/p/dev");
    await new StackSelection(project, "file:///b", env).write("organization/p/other");
    expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual({
      stacks: { "file:///a": "organization/p/dev", "file:///b": "organization/p/other" },
    });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(await selection.read()).toBe("organization/p/dev");
    await selection.write(undefined);
    expect(await selection.read()).toBeUndefined();
    await new StackSelection(project, "file:///b", env).write(undefined);
    expect(existsSync(file())).toBe(false);
  });

  it("may be that of an older version, or of the environment", async () => {
    mkdirSync(join(folder, "home/workspaces"), { recursive: true });
    writeFileSync(file(), '{"stack":"old"}');
    expect(await new StackSelection(project, "file:///a", env).read()).toBe("old");
    const overridden = { ...env, PULUMI_STACK: "given" };
    expect(await new StackSelection(project, "file:///a", overridden).read()).toBe("given");
    writeFileSync(file(), "null");
    expect(await new StackSelection(project, "file:///a", env).read()).toBeUndefined();
    writeFileSync(file(), "nonsense");
    await expect(new StackSelection(project, "file:///a", env).read()).rejects.toMatchObject({
      code: "workspace-invalid",
    });
  });
});

describe("the backend", () => {
  it("is named by the environment, before the project, before the last login", async () => {
    const project = { backendUrl: "file:///project" };
    const cwd = folder;
    await logIn("file:///login", env);
    expect(await findBackend({ env: { ...env, PULUMI_BACKEND_URL: "file:///env" }, cwd, project })).toEqual({
      url: "file:///env",
      root: "/env",
    });
    expect((await findBackend({ env, cwd, project })).root).toBe("/project");
    expect((await findBackend({ env, cwd, project: undefined })).root).toBe("/login");
  });

  it("must be named", async () => {
    await expect(findBackend({ env, cwd: folder, project: undefined })).rejects.toMatchObject({
      code: "no-backend",
      exitCode: 3,
    });
  });

  it("is a folder, given in any of the usual ways", () => {
    const root = (url: string) => parseBackendUrl(url, { env: { HOME: "/home/ann" }, cwd: "/cwd" }).root;
    expect(root("file:///a/b%20c?metadata=skip")).toBe("/a/b c");
    expect(root("file://~")).toBe("/home/ann");
    expect(root("file://~/state")).toBe("/home/ann/state");
    expect(root("file://.")).toBe("/cwd");
    expect(root("file://./a%20b")).toBe("/cwd/a b");
    expect(parseBackendUrl("file://~", { env: {}, cwd: "/" }).root).toBe(homedir());
  });

  it("of another kind is refused", () => {
    for (const url of ["s3://bucket", "https://api.pulumi.com"]) {
      expect(() => parseBackendUrl(url, { env, cwd: folder })).toThrow(
        `the backend '${url}' is not supported`,
      );
    }
  });

  it("is remembered in the folder that is named for credentials, and all are forgotten with the file", async () => {
    const elsewhere = { ...env, PULUMI_CREDENTIALS_PATH: join(folder, "credentials") };
    await logIn("file:///a", elsewhere);
    const file = join(folder, "credentials/credentials.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await findBackend({ env: elsewhere, cwd: folder, project: undefined })).url).toBe("file:///a");
    await expect(findBackend({ env, cwd: folder, project: undefined })).rejects.toMatchObject({
      code: "no-backend",
    });
    await logOutOfAll(elsewhere);
    expect(existsSync(file)).toBe(false);
    await logOutOfAll(elsewhere);
  });

  it("is forgotten by logging out", async () => {
    await logIn("file:///a", env);
    await logIn("file:///b", env);
    await logOut("file:///a", env);
    expect((await findBackend({ env, cwd: folder, project: undefined })).url).toBe("file:///b");
    await logOut("file:///b", env);
    const credentials = join(folder, "home/credentials.json");
    expect(JSON.parse(readFileSync(credentials, "utf8"))).toEqual({ accessTokens: {}, accounts: {} });
    await logOut("file:///never", env);
    for (const text of ["", "null"]) {
      writeFileSync(credentials, text);
      await expect(findBackend({ env, cwd: folder, project: undefined })).rejects.toMatchObject({
        code: "no-backend",
      });
    }
    writeFileSync(credentials, "sealed");
    await expect(findBackend({ env, cwd: folder, project: undefined })).rejects.toMatchObject({
      code: "credentials-invalid",
    });
  });

  it("takes what is kept of a backend along when it is forgotten", async () => {
    const config = join(folder, "home/config.json");
    const keep = (...urls: string[]) => {
      const backends = Object.fromEntries(urls.map((url) => [url, { defaultOrg: "acme" }]));
      writeFileSync(config, JSON.stringify({ backends }));
    };
    await logIn("file:///a", env);
    keep("file:///a", "https://cloud");
    await logOut("file:///a", env);
    expect(JSON.parse(readFileSync(config, "utf8"))).toEqual({
      backends: { "https://cloud": { defaultOrg: "acme" } },
    });
    await logOut("https://cloud", env);
    expect(existsSync(config)).toBe(false);
    keep("https://cloud");
    await logOutOfAll(env);
    expect(readFileSync(config, "utf8")).toBe("{}");
    writeFileSync(config, "sealed");
    await expect(logOutOfAll(env)).rejects.toMatchObject({ code: "credentials-invalid" });
  });

  it("is not looked for in credentials that the official CLI encrypted, which are left as they are", async () => {
    const credentials = join(folder, "home/credentials.json");
    const sealed = '{"$pulumiSecureStore":1,"backend":"keychain","data":"AAAA"}';
    mkdirSync(join(folder, "home"), { recursive: true });
    writeFileSync(credentials, sealed);
    const encrypted = { code: "credentials-encrypted" };
    await expect(findBackend({ env, cwd: folder, project: undefined })).rejects.toMatchObject(encrypted);
    await expect(logIn("file:///a", env)).rejects.toMatchObject(encrypted);
    await expect(logOut("file:///a", env)).rejects.toMatchObject(encrypted);
    expect(readFileSync(credentials, "utf8")).toBe(sealed);
    await logOutOfAll(env);
    expect(existsSync(credentials)).toBe(false);
  });
});
