import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isPropertyMap, type PropertyMap } from "../../protocol/property-value.ts";
import type { Environment } from "./connection.ts";
import type { RegistryLogin } from "./kind.ts";
import { mapsAt, textAt } from "./values.ts";

const DOCKER_HUB = "registry-1.docker.io";

/** Registry logins: those of `docker login` (plain ones), and over them the provider's `registryAuth`. */
export function readLogins(
  settings: PropertyMap,
  environment: Environment,
): ReadonlyMap<string, RegistryLogin> {
  const folder = environment["DOCKER_CONFIG"] ?? join(environment["HOME"] ?? homedir(), ".docker");
  const logins = fileLogins(join(folder, "config.json"));
  for (const entry of mapsAt(settings, "registryAuth")) {
    const address = textAt(entry, "address");
    const username = textAt(entry, "username");
    if (entry["authDisabled"] === true) logins.delete(registryName(address));
    else if (username !== "")
      logins.set(registryName(address), {
        username,
        password: textAt(entry, "password"),
        serveraddress: address,
      });
    else addAll(logins, namedLogins(entry));
  }
  return logins;
}

function namedLogins(entry: PropertyMap): Map<string, RegistryLogin> {
  const content = textAt(entry, "configFileContent");
  if (content !== "") return parseLogins(content);
  const file = textAt(entry, "configFile");
  return file === "" ? new Map() : fileLogins(file.replace(/^~/, homedir()));
}

function addAll(logins: Map<string, RegistryLogin>, more: Map<string, RegistryLogin>): void {
  for (const [name, login] of more) logins.set(name, login);
}

function fileLogins(file: string): Map<string, RegistryLogin> {
  try {
    return parseLogins(readFileSync(file, "utf8"));
  } catch {
    // No file, or one that only a credential helper understands: pulls go on without a login.
    return new Map();
  }
}

function parseLogins(text: string): Map<string, RegistryLogin> {
  const auths = (JSON.parse(text) as PropertyMap)["auths"];
  const entries = Object.entries(isPropertyMap(auths) ? auths : {}).flatMap(([address, value]) => {
    const auth = isPropertyMap(value) ? textAt(value, "auth") : "";
    const [username, ...rest] = Buffer.from(auth, "base64").toString("utf8").split(":");
    if (!username) return [];
    const login: RegistryLogin = { username, password: rest.join(":"), serveraddress: address };
    return [[registryName(address), login] as const];
  });
  return new Map(entries);
}

/** The registry's host name for an address such as https://index.docker.io/v1/. */
export function registryName(address: string): string {
  const host = address.replace(/^https?:\/\//, "").split("/")[0] ?? "";
  return ["docker.io", "index.docker.io", "registry-1.docker.io"].includes(host) ? DOCKER_HUB : host;
}

/** The registry an image name points to. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return registryName(isHost ? first : "docker.io");
}
