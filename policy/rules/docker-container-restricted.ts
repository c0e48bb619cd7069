import { listAt, textAt } from "../property.ts";
import type { ResourceRule } from "../rule.ts";

/** The same on Docker, as far as Docker has it. */
export const dockerContainerRestricted: ResourceRule = {
  name: "docker-container-restricted",
  judges: "resource",
  description:
    "Docker containers run without root, capabilities, new privileges, namespaces or folders of the host.",
  remedy: "Set user, capabilities.drops: [ALL] and securityOpts: [no-new-privileges:true]; use volumes.",
  level: "mandatory",
  severity: "high",
  check({ type, properties }) {
    if (type !== "docker:index/container:Container") return [];
    const user = (textAt(properties, "user") ?? "").split(":")[0] ?? "";
    const shared = ["networkMode", "pidMode", "ipcMode", "usernsMode"].filter(
      (mode) => properties[mode] === "host",
    );
    const folders = listAt(properties, "volumes").flatMap((volume) => textAt(volume, "hostPath") ?? []);
    const binds = listAt(properties, "mounts").flatMap((mount) =>
      textAt(mount, "type") === "bind" ? (textAt(mount, "source") ?? "?") : [],
    );
    const problems: readonly (readonly [isWrong: boolean, problem: string])[] = [
      [["", "0", "root"].includes(user), "user is root or left to the image"],
      [properties["privileged"] === true, "privileged is true"],
      [!listAt(properties, "capabilities", "drops").includes("ALL"), "capabilities.drops is without ALL"],
      [listAt(properties, "capabilities", "adds").length > 0, "capabilities.adds has capabilities"],
      [
        !listAt(properties, "securityOpts").includes("no-new-privileges:true"),
        "securityOpts is without no-new-privileges:true",
      ],
    ];
    return [
      ...problems.flatMap(([isWrong, problem]) => (isWrong ? [problem] : [])),
      ...shared.map((mode) => `${mode} is the host's`),
      ...[...folders, ...binds].map((folder) => `mounts ${folder} of the host`),
    ];
  },
};
