import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { main } from "../../ops/main.ts";
import { Checkout } from "../checkout.ts";
import { captureOutput } from "../ops/output.ts";

describe("./infra render compose", () => {
  const copy = new Checkout("rendered");
  const compose = join(copy.folder, "compose/dev/docker-compose.yml");
  const committed = readFileSync(compose, "utf8");
  afterAll(() => copy.remove());
  // The files have the names of the project that they are committed for.
  copy.edit("Pulumi.yaml", (text) => text.replace("name: rendered\n", "name: trials\n"));

  const render = async (...words: string[]) => {
    const output = captureOutput();
    const checkout = { root: copy.folder, local: join(copy.folder, ".infra") };
    const code = await main(["render", "compose", ...words], output, checkout);
    return { code, out: output.out(), err: output.err() };
  };

  it("tells a file that is out of step, and writes it only where it is not asked to check", async () => {
    writeFileSync(compose, `${committed}# by hand\n`);
    const checked = await render("dev", "--check");
    expect(checked).toMatchObject({
      code: 1,
      out: "compose/dev/docker-compose.yml  out of step\ncompose/dev/.env.example  unchanged\n",
    });
    expect(readFileSync(compose, "utf8")).toContain("# by hand");
    const written = await render("dev");
    expect(written).toMatchObject({
      code: 0,
      out: "compose/dev/docker-compose.yml  written\ncompose/dev/.env.example  unchanged\n",
    });
    expect(readFileSync(compose, "utf8")).toBe(committed);
  });

  it("says what is wrong with settings that the program refuses, without its trace", async () => {
    copy.edit("Pulumi.dev.yaml", (text) => text.replace(/pythonWeight: \d+/, "pythonWeight: 1000"));
    const { code, out, err } = await render("dev", "--check", "--json");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    const [first, second, third, help] = err.split("\n").filter((line) => !line.includes("Mend the file"));
    expect(first).toBe("error: the Compose files could not be rendered:");
    expect(second).toBe("RunError: 1 problem in the settings:");
    expect(third).toMatch(/^ {2}Pulumi\.dev\.yaml .*pythonWeight/);
    expect(help).toMatch(/^ {2}help: /);
    expect(readFileSync(compose, "utf8")).toBe(committed);
  });

  it("renders nothing of what it does not know", async () => {
    expect(await render("cloud")).toMatchObject({
      code: 2,
      err: "error: cloud does not run on Docker: it has no Compose file\n  help: there are: dev, test\n",
    });
  });
});
