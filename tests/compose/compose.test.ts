import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { toCompose } from "../../compose/to-compose.ts";
import { root, thisCheckout } from "../../ops/paths.ts";
import { renderVerb } from "../../ops/render.ts";
import { captureOutput } from "../ops/output.ts";

interface Service {
  readonly container_name: string;
  readonly image: string;
  readonly build?: { readonly context: string };
  readonly depends_on?: { readonly [service: string]: { readonly condition: string } };
  readonly environment: { readonly [name: string]: string };
  readonly networks: { readonly [network: string]: object };
  readonly volumes?: readonly { readonly source: string; readonly read_only?: boolean }[];
  readonly [key: string]: unknown;
}

interface Project {
  readonly services: { readonly [name: string]: Service };
  readonly networks: object;
  readonly volumes: object;
}

const text = (file: string) => readFileSync(join(root, "compose", file), "utf8");
const run = async (...positionals: string[]) => {
  const output = captureOutput();
  const code = await renderVerb.run(
    { positionals, flags: { check: true, json: true }, checkout: thisCheckout },
    output,
  );
  return { code, files: JSON.parse(output.out()) as unknown };
};

describe.each(["dev", "test"])("the Compose file of %s", (stack) => {
  const project = parse(text(`${stack}/docker-compose.yml`)) as Project;
  const services = Object.entries(project.services);

  it("is what the program registers: ./infra render compose writes it", async () => {
    const { code, files } = await run("compose", stack);
    expect(files).toEqual([
      { path: `compose/${stack}/docker-compose.yml`, isSame: true },
      { path: `compose/${stack}/.env.example`, isSame: true },
    ]);
    expect(code).toBe(0);
  });

  it("is valid by the Compose specification's schema", () => {
    const { $schema: _, ...schema } = JSON.parse(text("schema/compose-spec.json")) as { $schema: string };
    const validate = new Ajv({ strict: false, logger: false }).compile(schema);
    validate(project);
    expect(validate.errors).toBeNull();
    expect(validate({ services: { a: { imagine: "x" } } })).toBe(false);
  });

  it("holds no secret: it asks the environment for each, and the example names all of them", () => {
    const asked = new Set(
      [...text(`${stack}/docker-compose.yml`).matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name),
    );
    const named = [...text(`${stack}/.env.example`).matchAll(/^([A-Z_]+)=$/gm)].map(([, name]) => name);
    expect([...asked].sort()).toEqual(named);
    expect(asked.size).toBeGreaterThan(8);
    for (const [, { environment }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD$|_KEY$|TOKEN$/.test(name)) expect(value).toContain("${");
      }
    }
  });

  it("has every service built, hardened, limited and looked after as the stack has it", () => {
    for (const [name, service] of services) {
      expect(service.container_name).toBe(`trials-${stack}-${name}`);
      expect(service.build?.context).toMatch(/^\.\.\/\.\.\/services\/[a-z-]+$/);
      expect(service).toMatchObject({
        user: "10001:10001",
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        mem_limit: expect.stringMatching(/^\d+m$/),
      });
      expect("healthcheck" in service || service["restart"] === "no").toBe(true);
      for (const network of Object.keys(service.networks)) expect(project.networks).toHaveProperty(network);
      for (const { source } of service.volumes ?? []) expect(project.volumes).toHaveProperty(source);
    }
  });

  it("starts a service after what it needs: stores healthy, jobs done", () => {
    expect(project.services["backend-python"]?.depends_on).toEqual({
      "backend-python-documents": { condition: "service_healthy" },
      "backend-python-seed": { condition: "service_completed_successfully" },
      "graph-store": { condition: "service_healthy" },
    });
    expect(project.services["planet"]?.depends_on).toEqual({
      "planet-training": { condition: "service_completed_successfully" },
    });
  });
});

describe("./infra render", () => {
  it("refuses what it cannot render", async () => {
    await expect(run("charts")).rejects.toThrow("there is nothing called charts to render");
    await expect(run("compose", "cloud")).rejects.toThrow("cloud does not run on Docker");
  });
});

it("keeps the addresses that a setting gives a network", () => {
  const inputs = {
    name: "trials-dev-monitoring",
    driver: "bridge",
    labels: [],
    ipamConfigs: [{ subnet: "10.90.8.0/24", gateway: "10.90.8.1" }],
  };
  const network = { type: "docker:index/network:Network", name: "monitoring", inputs, dependsOn: [] };
  expect(toCompose("trials-dev", [network])).toMatchObject({
    networks: {
      "trials-dev-monitoring": { ipam: { config: [{ subnet: "10.90.8.0/24", gateway: "10.90.8.1" }] } },
    },
  });
});
