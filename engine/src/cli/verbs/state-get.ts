import { choosePaint } from "../../display/paint.ts";
import { renderMap } from "../../display/render-value.ts";
import { UserError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { encodeProperties, plaintextWriter } from "../../state/property-json.ts";
import type { ResourceState } from "../../state/resource.ts";
import type { Command } from "../command.ts";
import { outputFlag } from "../operation-flags.ts";
import { switchFlag, textFlag, wantsJson } from "../operation-options.ts";
import { printJson } from "../print-json.ts";
import { findByReference } from "../resource-reference.ts";
import { blindSecrets, openSecrets } from "../stack-outputs.ts";
import { openStackSession } from "../stack-session.ts";

export const stateGetCommand: Command = {
  words: ["state", "get"],
  summary: "Show what is recorded of one resource",
  positionals: "[URN|NAME]",
  flags: {
    ...outputFlag,
    "show-secrets": { summary: "Show secrets in clear" },
  },
  examples: ["pulumi state get api", "pulumi state get 'urn:pulumi:dev::app::pkg:index:Thing::a' --json"],
  async run(args, process) {
    const [given] = args.positionals;
    if (given === undefined) {
      throw new UserError("bad-usage", "Must supply <resource> unless pulumi is run interactively");
    }
    const showSecrets = switchFlag(args, "show-secrets");
    const { backend, reference, passphrase } = await openStackSession(args, process);
    const { resources } = await backend.stack(reference, showSecrets ? passphrase : blindSecrets).load();
    const { resource, otherCopies } = findByReference(resources, given);
    if (otherCopies > 0) {
      process.stderr.write(
        `warning: ${otherCopies} copy(ies) of this resource are pending deletion; ` +
          "showing the live resource (`pulumi stack export` lists all copies)\n",
      );
    }
    if (wantsJson(args)) printJson(jsonOf(resource, showSecrets), process);
    else {
      const isTerminal = process.stdout.isTTY ?? false;
      const paint = choosePaint({ color: textFlag(args, "color"), env: process.env, isTerminal });
      process.stdout.write(textOf(resource, { showSecrets, paint }));
    }
    return 0;
  },
};

function jsonOf(resource: ResourceState, showSecrets: boolean) {
  const { urn, id, type } = resource;
  const properties = (map: PropertyMap) =>
    encodeProperties(openSecrets(withoutInternal(map), showSecrets), plaintextWriter);
  return {
    ...{ urn, id, type, inputs: properties(resource.inputs), outputs: properties(resource.outputs) },
    ...(resource.delete ? { pendingDeletion: true } : {}),
  };
}

function withoutInternal(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith("__")));
}

function textOf(
  { type, urn, id, delete: isCopy, inputs, outputs }: ResourceState,
  { showSecrets, paint }: { readonly showSecrets: boolean; readonly paint: ReturnType<typeof choosePaint> },
): string {
  const section = (title: string, map: PropertyMap) => {
    if (Object.keys(map).length === 0) return "";
    const shown = showSecrets ? openSecrets(map, true) : map;
    return `${title}:\n${renderMap(shown, { indent: 1, op: "same", marked: false, paint })}\n`;
  };
  return [
    `Type: ${type}\nURN:  ${urn}\n`,
    id === "" ? "" : `ID:   ${id}\n`,
    isCopy ? "Pending deletion: yes\n" : "",
    section("Inputs", inputs),
    section("Outputs", outputs),
  ].join("");
}
