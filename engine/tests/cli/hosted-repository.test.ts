import { describe, expect, it } from "vitest";
import { hostedRepository } from "../../src/cli/hosted-repository.ts";

describe("whose repository a remote's address is of", () => {
  it.each([
    ["https://github.com/acme/trials.git", ["acme", "trials", "github.com"]],
    ["https://someone:token@github.com/acme/trials", ["acme", "trials", "github.com"]],
    ["git@github.com:acme/trials.git", ["acme", "trials", "github.com"]],
    ["git@github.com:acme/trials", ["acme", "trials", "github.com"]],
    ["https://gitlab.com/acme/group/trials.git", ["acme", "group/trials", "gitlab.com"]],
    ["https://git.acme.test:8443/acme/trials.git", ["acme", "trials", "git.acme.test:8443"]],
    ["https://acme@dev.azure.com/acme/drugs/_git/trials", ["acme", "drugs/_git/trials", "dev.azure.com"]],
    ["git@ssh.dev.azure.com:v3/acme/drugs/trials", ["acme", "drugs/_git/trials", "dev.azure.com"]],
    ["https://acme.visualstudio.com/drugs/_git/trials", ["acme", "drugs/_git/trials", "dev.azure.com"]],
  ])("%s", (address, [owner, name, kind]) => {
    expect(hostedRepository(address)).toEqual({ owner, name, kind });
  });

  it.each([
    "/srv/git/trials.git",
    "file:///srv/git/trials.git",
    "ssh://git@github.com/acme/trials.git",
    "https://github.com/",
    "https://github.com/trials.git",
    "",
  ])("%s tells nothing", (address) => {
    expect(hostedRepository(address)).toBeUndefined();
  });
});
