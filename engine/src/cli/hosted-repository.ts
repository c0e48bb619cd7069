/** A repository at somebody's: on GitHub, GitLab, Azure DevOps … */
export interface HostedRepository {
  readonly owner: string;
  readonly name: string;
  /** The host, as `github.com`. */
  readonly kind: string;
}

const AZURE = "dev.azure.com";
/** `git@host:owner/name.git`. */
const SSH = /git@([a-zA-Z.-]*\.[a-zA-Z]+):([^/]+\/[^/]+\.git).?$/;
/** `git@ssh.dev.azure.com:v3/owner/project/name`, and whatever has no ending. */
const LOOSE_SSH = /git@(?:[a-zA-Z]+\.)?((?:[a-zA-Z]+\.)*[a-zA-Z]*\.[a-zA-Z]+):(?:v[0-9]\/)?(.*)/;
const OLD_AZURE = /([a-zA-Z0-9-]*).visualstudio.com$/;

/** Whose repository a remote's address is of, as the official CLI reads it; undefined where it tells nothing. */
export function hostedRepository(address: string): HostedRepository | undefined {
  const found = addressOfWeb(address) ?? addressOfSsh(address);
  if (found === undefined) return undefined;
  const [kind, path] = found;
  const old = OLD_AZURE.exec(kind)?.[1];
  if (old !== undefined && path !== "") return { owner: old, name: path, kind: AZURE };
  const at = path.indexOf("/");
  if (at < 0) return undefined;
  const [owner, name] = [path.slice(0, at), path.slice(at + 1)];
  return { owner, name: kind === AZURE ? azureName(name) : name, kind };
}

function addressOfWeb(address: string): readonly [host: string, path: string] | undefined {
  const url = URL.parse(address);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return undefined;
  return [url.host, withoutEnding(url.pathname).replace(/^\//, "")];
}

function addressOfSsh(address: string): readonly [host: string, path: string] | undefined {
  const [, host, path] = SSH.exec(address) ?? LOOSE_SSH.exec(address) ?? [];
  return host === undefined || path === undefined ? undefined : [host, withoutEnding(path)];
}

function withoutEnding(path: string): string {
  return path.replace(/\.git$/, "");
}

/** Addresses of Azure DevOps may leave `_git` out, which its pages need. */
function azureName(path: string): string {
  if (path.includes("_git")) return path;
  const [project = "", ...rest] = path.split("/");
  return `${project}/_git/${rest.join("/")}`;
}
