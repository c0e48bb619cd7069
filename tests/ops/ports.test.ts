import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkPorts, findHolders, publishedPorts } from "../../ops/ports.ts";
import { isSameStack } from "../../ops/stack-name.ts";

let server: Server;
let port = 0;

beforeEach(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

describe("publishedPorts", () => {
  it("finds every setting that is a port, at any depth", () => {
    const settings =
      "config:\n  trials:gateway:\n    port: 8080\n    pythonWeight: 5\n  trials:graphStore:\n    boltPort: 7687\n";
    expect(publishedPorts(settings)).toEqual([
      { key: "trials:gateway.port", port: 8080 },
      { key: "trials:graphStore.boltPort", port: 7687 },
    ]);
  });

  it("finds none in an empty file, in one that is no YAML, or where a port is not a number", () => {
    expect(publishedPorts("config: [")).toEqual([]);
    expect(publishedPorts("")).toEqual([]);
    expect(publishedPorts("config:\n  trials:gateway:\n    port: many\n")).toEqual([]);
  });
});

describe("checkPorts", () => {
  it("names the port, its setting and the process that holds it", async () => {
    await expect(
      checkPorts({ project: "trials", stack: "dev" }, [{ key: "trials:gateway.port", port }]),
    ).rejects.toThrow(
      new RegExp(
        `^port ${port} \\(trials:gateway\\.port\\) is in use by process .+ \\(pid ${process.pid}\\)$`,
      ),
    );
  });

  it("is content when nobody listens", async () => {
    await new Promise((resolve) => server.close(resolve));
    await checkPorts({ project: "trials", stack: "dev" }, [{ key: "trials:gateway.port", port }]);
    expect(await findHolders([port])).toEqual([]);
  });
});

describe("isSameStack", () => {
  it("tells the stacks of two projects apart", () => {
    const owner = { project: "trials", stack: "dev" };
    expect(isSameStack(owner, { project: "trials", stack: "dev" })).toBe(true);
    expect(isSameStack(owner, { project: "trials", stack: "test" })).toBe(false);
    expect(isSameStack(owner, { project: "other", stack: "dev" })).toBe(false);
    expect(isSameStack(undefined, { project: "trials", stack: "dev" })).toBe(false);
  });
});
