import { describe, expect, it } from "vitest";
import { engineFailure } from "../../ops/failure.ts";
import { isUnchanged, renderPlan, renderSummary } from "../../ops/plan.ts";
import { renderDuration } from "../../ops/report/duration.ts";
import { renderEnvironment } from "../../ops/report/environment.ts";
import { renderTable } from "../../ops/report/table.ts";

describe("renderDuration", () => {
  it("is short for short times and readable for long ones", () => {
    expect(renderDuration(420)).toBe("0.4 s");
    expect(renderDuration(185_000)).toBe("3 min 05 s");
  });
});

describe("renderTable", () => {
  it("aligns columns and leaves no space at line ends", () => {
    expect(
      renderTable([
        ["A", "B"],
        ["long", ""],
        ["x", "y"],
      ]),
    ).toBe("A     B\nlong\nx     y");
  });
});

describe("a plan", () => {
  const changes = [
    { op: "replace", urn: "urn:pulumi:dev::trials::docker:x::gateway-workload", reasons: ["envs"] },
  ];

  it("counts what would be done", () => {
    expect(renderSummary({ same: 5, create: 2, update: 0 })).toBe("2 to create, 5 unchanged");
    expect(renderSummary({ create: 1 })).toBe("1 to create, 0 unchanged");
  });

  it("names each change and its reason", () => {
    expect(renderPlan({ changes, summary: { replace: 1, same: 4 } })).toBe(
      "CHANGE   RESOURCE          BECAUSE OF\nreplace  gateway-workload  envs\n\n1 to replace, 4 unchanged",
    );
  });

  it("says so when nothing would be done", () => {
    expect(isUnchanged({ summary: { same: 4, create: 0 } })).toBe(true);
    expect(renderPlan({ changes: [], summary: { same: 4 } })).toBe("no changes (4 resources)");
    expect(renderPlan({ changes: [], summary: {} })).toBe("no changes (0 resources)");
  });
});

describe("renderEnvironment", () => {
  const outputs = {
    environment: "dev" as const,
    gatewayUrl: "http://127.0.0.1:8080",
    pythonWeight: 10,
    services: {
      gateway: {
        name: "g",
        url: "http://127.0.0.1:8080",
        imageId: "sha256:0123456789abcdef",
        ports: { http: 8080 },
      },
      cache: { name: "c", imageId: "sha256:fedcba9876543210", ports: {} },
    },
    administrator: { email: "admin@trials.example", password: "[secret]" },
  };

  it("lists the services by name and how to log in, and hides the password", () => {
    const text = renderEnvironment("dev", outputs);
    expect(text).toMatch(
      /cache +- +- +fedcba987654\ngateway +http:\/\/127.0.0.1:8080 +http 8080 +0123456789ab/,
    );
    expect(text).toContain("./infra outputs dev --show-secrets");
  });

  it("shows the password when it was asked for", () => {
    const shown = { ...outputs, administrator: { ...outputs.administrator, password: "open" } };
    expect(renderEnvironment("dev", shown)).toContain("Password     open");
  });

  it("says where the notebooks are, and their token when it was asked for", () => {
    const url = "http://127.0.0.1:8080/notebooks/";
    const told = (token: string) => renderEnvironment("dev", { ...outputs, notebooks: { url, token } });
    expect(told("[secret]")).toContain(`Notebooks    ${url}  token: ./infra outputs dev --show-secrets`);
    expect(told("open")).toContain("token: open");
  });
});

describe("engineFailure", () => {
  it("prefers what the engine reported about resources", () => {
    expect(engineFailure(new Error("whatever"), ["a: no", "a: no", "b: no"]).message).toBe("a: no\nb: no");
  });

  it("finds the error lines in the engine's output and leaves the rest out", () => {
    const error = new Error(
      "code: -2\n stdout: \n stderr: Command failed with exit code 1\nerror: the stack is currently locked by 1 lock(s).\n  pid 7\n stdout: x",
    );
    expect(engineFailure(error, []).message).toBe("the stack is currently locked by 1 lock(s).\n  pid 7");
  });

  it("is honest when nothing was said", () => {
    expect(engineFailure("nothing", []).message).toBe("the engine failed without saying why");
  });
});
