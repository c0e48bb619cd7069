import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { UpdateRecord } from "../../../src/state/history.ts";
import { CommandLine } from "./command-line.ts";

let line: CommandLine;
const ok = (stdout = "") => ({ exitCode: 0, stdout, stderr: "" });

beforeEach(async () => {
  line = new CommandLine();
  await line.run("stack init dev");
});

async function stderr(command: string | readonly string[]): Promise<string> {
  const { exitCode, stderr: text } = await line.run(command);
  expect(exitCode).not.toBe(0);
  return text;
}

/** The settings without their salt, ciphertexts shortened. */
function settings(): string {
  return line
    .read("Pulumi.dev.yaml")
    .replace(/^encryptionsalt.*\n/, "")
    .replaceAll(/v1:.*/g, "v1");
}

describe("a session with the configuration", () => {
  it("goes as with the official CLI", async () => {
    expect(await line.run("config set --secret pw one")).toEqual(ok());
    expect(await line.run("config set --path --secret db.password two")).toEqual(ok());
    expect(await line.run("config set --path db.user ann")).toEqual(ok());
    expect(await line.run("config set plain three")).toEqual(ok());
    expect(await line.run("config set-all --plaintext x=1 --secret y=2")).toEqual(ok());
    expect(settings()).toBe(`config:
  corpus:pw:
    secure: v1
  corpus:db:
    password:
      secure: v1
    user: ann
  corpus:plain: three
  corpus:x: "1"
  corpus:y:
    secure: v1
`);
    expect(await line.run("config --json")).toEqual(
      ok(`{
  "corpus:db": {
    "secret": true
  },
  "corpus:plain": {
    "value": "three",
    "secret": false
  },
  "corpus:pw": {
    "secret": true
  },
  "corpus:x": {
    "value": "1",
    "secret": false
  },
  "corpus:y": {
    "secret": true
  }
}
`),
    );
    expect((await line.run("config --show-secrets --json")).stdout).toContain(`  "corpus:db": {
    "value": "{\\"password\\":\\"two\\",\\"user\\":\\"ann\\"}",
    "objectValue": {
      "password": "two",
      "user": "ann"
    },
    "secret": true
  },
`);
    expect(await line.run("config get pw")).toEqual(ok("one\n"));
    expect(await line.run("config get --path db.password --json")).toEqual(
      ok('{\n  "value": "two",\n  "secret": true\n}\n'),
    );
    expect(await line.run("config rm --path db.password")).toEqual(ok());
    expect(await line.run("config set plain", { stdin: "from stdin\n" })).toEqual(ok());
    expect(settings()).toContain("  corpus:db:\n    user: ann\n  corpus:plain: from stdin\n");
  });
});

describe("config", () => {
  it("lists values, and those that the project declares", async () => {
    line.write("Pulumi.yaml", "name: corpus\nruntime: nodejs\nconfig: { size: 3, aws:region: north }\n");
    await line.run("config set --secret pw one");
    await line.run(["config", "set", "--path", "tags[0]", "a"]);
    expect(await line.run("config")).toEqual(
      ok('KEY         VALUE\naws:region  north\npw          [secret]\nsize        3\ntags        ["a"]\n'),
    );
    expect((await line.run("config --show-secrets")).stdout).toContain("pw          one\n");
  });

  it("needs the passphrase only for secrets that are shown", async () => {
    await line.run("config set --secret pw one");
    const env = { PULUMI_CONFIG_PASSPHRASE: "wrong" };
    expect((await line.run("config", { env })).exitCode).toBe(0);
    expect((await line.run("config --show-secrets", { env })).stderr).toContain(
      "error: incorrect passphrase\n",
    );
    await line.run("stack init test --no-select");
    expect((await line.run("config cp pw --dest test", { env })).stderr).toContain(
      "error: could not create a decrypter: incorrect passphrase\n",
    );
    expect(
      (await line.run("config get pw", { env: { PULUMI_CONFIG_PASSPHRASE: undefined } })).stderr,
    ).toContain(
      "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    );
  });

  it("works in another settings file where told to", async () => {
    await line.run("config set a b --config-file other.yaml");
    expect(line.read("other.yaml")).toBe("config:\n  corpus:a: b\n");
    expect((await line.run("config get a --config-file other.yaml")).stdout).toBe("b\n");
  });

  it("needs a project", async () => {
    const cwd = line.folder;
    expect((await line.run("config --stack organization/corpus/dev", { cwd })).stderr).toContain(
      "no Pulumi.yaml",
    );
  });
});

describe("config get", () => {
  it("prints maps as JSON, and declared values", async () => {
    line.write("Pulumi.yaml", "name: corpus\nruntime: nodejs\nconfig: { size: 3 }\n");
    await line.run("config set --path map.a 1");
    expect((await line.run("config get map")).stdout).toBe('{"a":1}\n');
    expect((await line.run("config get map --json")).stdout).toBe(
      '{\n  "value": "{\\"a\\":1}",\n  "objectValue": {\n    "a": 1\n  },\n  "secret": false\n}\n',
    );
    expect((await line.run("config get size")).stdout).toBe("3\n");
  });

  it("refuses keys that are not there or no keys", async () => {
    expect(await stderr("config get none")).toBe(
      "error: configuration key 'none' not found for stack 'dev'\n",
    );
    expect(await stderr("config get a:b:c")).toContain(
      "error: invalid configuration key: could not parse a:b:c",
    );
    expect(await stderr("config get --path [0]")).toBe(
      "error: first path segement of config key must be a string\n",
    );
    expect((await line.run("config get")).exitCode).toBe(1);
  });
});

describe("config set", () => {
  it("keeps texts as they are, but types them inside maps and lists", async () => {
    await line.run("config set number 12");
    await line.run(["config", "set", "--path", "list[0]", "12"]);
    await line.run(["config", "set", "--path", "list[1]", "012"]);
    await line.run("config set --type int typed 12");
    await line.run("config set --type float ratio 1.5");
    await line.run("config set --type bool flag true");
    await line.run("config set --type string text true");
    await line.run("config set foreign:key value --plaintext");
    expect(settings()).toBe(
      'config:\n  corpus:number: "12"\n  corpus:list:\n    - 12\n    - "012"\n  corpus:typed: 12\n  corpus:ratio: 1.5\n' +
        '  corpus:flag: true\n  corpus:text: "true"\n  foreign:key: value\n',
    );
  });

  it("takes the spellings of Go for what has a type", async () => {
    await line.run("config set --type bool yes T");
    await line.run("config set --type bool no banana");
    await line.run("config set --type int count +7");
    await line.run("config set --type float ratio 1.5e3");
    expect(settings()).toBe(
      "config:\n  corpus:yes: true\n  corpus:no: false\n  corpus:count: 7\n  corpus:ratio: 1500\n",
    );
  });

  it("warns of keys without a value", async () => {
    line.write("Pulumi.dev.yaml", "config:\n  a:\n");
    expect(await line.run("config get a")).toEqual({
      exitCode: 0,
      stdout: "\n",
      stderr:
        'warning: No value for configuration key "corpus:a". This is currently treated as an empty string `""`, ' +
        'but will be treated as `null` in a future version of pulumi.\nSet the value to `""` to avoid this warning.\n',
    });
  });

  it("puts a map or a list in the place of a secret that a path leads into", async () => {
    for (const name of ["a", "b"]) await line.run(`config set --secret ${name} hidden`);
    await line.run("config set --path a.inner new");
    await line.run("config set --path b[0] new");
    expect(settings()).toBe("config:\n  corpus:a:\n    inner: new\n  corpus:b:\n    - new\n");
  });

  it("stores in clear what looks like a secret only where told to", async () => {
    const value = "1415fc1f4eaeb5e096ee58c1480016638fff29bf";
    const refusal =
      "error: config value for 'corpus:apiToken' looks like a secret; " +
      "rerun with --secret to encrypt it, or --plaintext if you meant to store in plaintext";
    expect(await stderr(`config set apiToken ${value}`)).toContain(refusal);
    expect(settings()).not.toContain(value);
    expect(await line.run(`config set --plaintext apiToken ${value}`)).toEqual(ok());
    expect(await line.run(`config set --secret other.token ${value}`)).toEqual(ok());
  });

  it("takes what follows -- as it is, and the standard input with its line's end where asked", async () => {
    await line.run(["config", "set", "dash", "--stack", "dev", "--non-interactive", "--", "-x"]);
    await line.run("config set --raw raw", { stdin: "a\n" });
    await line.run("config set two", { stdin: "a\nb\r\n" });
    expect((await line.run("config get dash")).stdout).toBe("-x\n");
    expect((await line.run("config get raw")).stdout).toBe("a\n\n");
    expect((await line.run("config get two")).stdout).toBe("a\nb\n");
  });

  it("refuses what contradicts itself or is of the wrong type", async () => {
    expect(await stderr("config set a b --secret --plaintext")).toContain(
      "only one of --secret and --plaintext",
    );
    expect(await stderr("config set a b --type number")).toContain('invalid type "number"');
    const huge = "9".repeat(400);
    for (const [line, problem] of [
      ["a b --type int", 'error: strconv.Atoi: parsing "b": invalid syntax'],
      ["a b --type float", 'error: strconv.ParseFloat: parsing "b": invalid syntax'],
      [`a ${huge} --type int`, `error: strconv.Atoi: parsing "${huge}": value out of range`],
      [`a ${huge} --type float`, `error: strconv.ParseFloat: parsing "${huge}": value out of range`],
      ["--path a b --type int", 'error: could not set config: strconv.Atoi: parsing "b": invalid syntax'],
    ]) {
      expect(await stderr(`config set ${line}`)).toContain(`${problem}\n`);
    }
    expect(await stderr("config set --path a.secure x")).toContain("could not set config: maps with");
    const env = { CI: "1" };
    expect((await line.run("config set a", { terminal: true, env })).stderr).toContain(
      "config value must be specified in non-interactive mode",
    );
  });

  it("asks a person for the passphrase where nothing else says it", async () => {
    const env = { CI: "", PULUMI_CONFIG_PASSPHRASE: undefined };
    const asked = await line.run("config set --secret pw one", { terminal: true, stdin: "x\n", env });
    expect(asked.stderr).toContain("Enter your passphrase to unlock config/secrets");
    expect((await line.run("config get pw")).stdout).toBe("one\n");
  });

  it("asks a person without showing the answer", async () => {
    const asked = await line.run("config set --secret pw", {
      terminal: true,
      stdin: "hunter2\n",
      env: { CI: "" },
    });
    expect(asked).toEqual({ exitCode: 0, stdout: "", stderr: "value: \n" });
    expect((await line.run("config get pw")).stdout).toBe("hunter2\n");
  });
});

describe("config set-all", () => {
  it("takes paths, and values that contain =", async () => {
    await line.run("config set-all --path --plaintext a.b=1 --plaintext a.c=x=y --secret a.d=z");
    expect((await line.run("config --json --show-secrets")).stdout).toContain(
      '"value": "{\\"b\\":1,\\"c\\":\\"x=y\\",\\"d\\":\\"z\\"}"',
    );
    expect((await line.run("config set-all --plaintext a")).stderr).toContain("in the form [key]=[value]\n");
  });

  it("says in full where a path leads nowhere", async () => {
    await line.run("config set-all --path --plaintext a.b=1 --plaintext c.d=1 --plaintext c.secure=x");
    expect(await stderr("config set --path a.b.c 1")).toContain(
      "could not set config: a.b: expected a map\n",
    );
    expect(await stderr("config set --path n[-1] 1")).toContain(
      "set config: n[-1]: array index out of range",
    );
    expect(await stderr("config set --path a[0] 1")).toContain("set config: a[0]: key for a map");
    expect(await stderr("config rm --path c.d")).toContain('error: d.d: maps with the single key "secure"');
  });

  it("takes keys in quotes, which may hold =", async () => {
    await line.run(["config", "set-all", "--plaintext", `"a=b"=1`, "--plaintext", `'=c='=d=e`]);
    expect(await line.run(["config", "get", "a=b"])).toEqual(ok("1\n"));
    expect(await line.run(["config", "get", "=c="])).toEqual(ok("d=e\n"));
    expect((await line.run(["config", "set-all", "--plaintext", `"a=1`])).exitCode).toBe(1);
  });

  it("takes the JSON that config prints", async () => {
    const json = JSON.stringify({
      "corpus:plain": { value: "one", secret: false },
      pw: { value: "two", secret: true },
      list: { value: "[1]", objectValue: [1], secret: false },
      db: { value: "-", objectValue: { pw: "three", port: 1 }, secret: true },
    });
    expect(await line.run(["config", "set-all", "--json", json])).toEqual(ok());
    expect((await line.run("config get db")).stdout).toBe(
      '{"pw":"three","port":"1"}\n'.replace('"pw":"three","port":"1"', '"port":"1","pw":"three"'),
    );
    expect(settings()).not.toContain("three");
    expect((await line.run("config get pw")).stdout).toBe("two\n");
    expect(await stderr(["config", "set-all", "--json", "{"])).toContain("could not parse --json argument");
    expect(await stderr(["config", "set-all", "--json", '{"a":{}}'])).toContain(
      'value for --json object key "a" is nil',
    );
    expect(await stderr(["config", "set-all", "--json", "{}", "--path"])).toContain("cannot be used with");
    expect(await line.run(["config", "set-all", "--json", "null"])).toEqual(ok());
  });
});

describe("config rm", () => {
  it("removes one or several values", async () => {
    await line.run("config set-all --plaintext a=1 --plaintext b=2 --plaintext c=3");
    expect(await line.run("config rm a")).toEqual(ok());
    expect(await line.run("config rm-all b c none")).toEqual(ok());
    expect(settings()).toBe("");
    expect((await line.run("config rm")).exitCode).toBe(1);
    expect((await line.run("config rm-all")).exitCode).toBe(1);
  });
});

describe("config cp", () => {
  it("copies a value, a part of one, or all; secrets are encrypted anew", async () => {
    await line.run("stack init test --no-select");
    await line.run("config set --secret pw one");
    await line.run("config set --path db.user ann");
    await line.run("config set plain three");
    expect(await line.run("config cp plain --dest test")).toEqual(ok());
    expect(await line.run("config cp --path db.user --dest test")).toEqual(ok());
    expect((await line.run("config --stack test")).stdout).toBe(
      'KEY    VALUE\ndb     {"user":"ann"}\nplain  three\n',
    );
    expect(await line.run("config cp pw --dest test")).toEqual(ok());
    expect((await line.run("config get pw --stack test")).stdout).toBe("one\n");
    expect(await line.run("config cp --dest test")).toEqual(ok());
  });

  it("refuses a copy onto itself, to nowhere or of nothing", async () => {
    await line.run("stack init test --no-select");
    expect(await stderr("config cp --dest dev")).toContain(
      "current stack and destination stack are the same",
    );
    expect(await stderr("config cp --dest none")).toContain("no stack named 'none' found");
    expect(await stderr("config cp corpus:none --dest test")).toContain(
      "configuration key 'none' not found for stack 'dev'",
    );
    expect((await line.run("config cp a")).exitCode).toBe(1);
  });
});

describe("config refresh", () => {
  const update: UpdateRecord = {
    kind: "update",
    startTime: 1,
    message: "",
    environment: {},
    config: { "corpus:a": "recorded" },
    version: 0,
    result: "succeeded",
    endTime: 2,
    resourceChanges: {},
  };

  it("restores what the last update was run with", async () => {
    const salt = /^encryptionsalt.*\n/.exec(line.read("Pulumi.dev.yaml"))?.[0];
    await (await line.store()).recordUpdate(update);
    line.write("Pulumi.dev.yaml", "config:\n  corpus:a: changed\n  corpus:b: new\n");
    const backup = join(line.project, "Pulumi.dev.yaml.bak");
    expect(await line.run("config refresh")).toEqual(
      ok(`backed up existing configuration file to ${backup}\nrefreshed configuration for stack 'dev'\n`),
    );
    expect(line.read("Pulumi.dev.yaml")).toContain("corpus:a: recorded\n");
    expect(line.read("Pulumi.dev.yaml")).toContain(salt);
    expect((await line.run("config refresh")).stdout).toContain(`${backup}.bak`);
    await line.run("config set b x");
    expect(await line.run("config refresh --force")).toEqual(ok());
    expect(existsSync(`${backup}.bak.bak`)).toBe(false);
  });

  it("writes a file that is not there, and none for a stack that was never updated", async () => {
    expect(await stderr("config refresh")).toContain("no previous deployment");
    await (await line.store()).recordUpdate(update);
    const file = await line.run("config refresh --config-file fresh.yaml");
    expect(file).toEqual(ok());
    expect(line.read("fresh.yaml")).toContain("corpus:a: recorded");
  });
});
