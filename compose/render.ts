import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { type ComposeStack, composeStacks, type Registration, recordStack } from "./record.ts";
import { toCompose } from "./to-compose.ts";
import { variablesIn } from "./variable.ts";

/** The files of a stack: path in the repository -> text. */
export async function renderCompose(
  root: string,
  stack: ComposeStack,
): Promise<{ readonly [path: string]: string }> {
  const registrations = await recordStack(root, stack);
  const project = toCompose(`trials-${stack}`, registrations);
  const variables = variablesIn(JSON.stringify(containersOf(registrations)));
  return {
    [`compose/${stack}/docker-compose.yml`]: `${header(stack)}${stringify(project, { lineWidth: 0 })}`,
    [`compose/${stack}/.env.example`]: `${variablesHeader(stack)}${variables.map((name) => `${name}=\n`).join("")}`,
  };
}

/** Only what a container is told has to be set: not every secret of the stack is. */
function containersOf(registrations: readonly Registration[]): readonly Registration[] {
  return registrations.filter(({ type }) => type === "docker:index/container:Container");
}

function header(stack: ComposeStack): string {
  return [
    `# The ${stack} environment for \`docker compose\`: the containers, networks and volumes of stack ${stack}.`,
    `# Rendered from the program by \`./infra render compose ${stack}\`; not edited. Secrets: see .env.example.`,
    "",
    "",
  ].join("\n");
}

function variablesHeader(stack: ComposeStack): string {
  return [
    `# Secrets that the ${stack} environment asks for: letters and digits, 32 or more. Rendered; not edited.`,
    `# grep -o '^[A-Z_]*' .env.example | grep . | while read -r name; do echo "$name=$(openssl rand -hex 32)"; done >.env`,
    "",
  ].join("\n");
}

/** Writes the files of the stacks, or with `--check` names those that differ. */
async function main(argv: readonly string[]): Promise<number> {
  const root = join(import.meta.dirname, "..");
  const isCheck = argv.includes("--check");
  const stacks = composeStacks.filter((stack) => argv.includes(stack));
  let differing = 0;
  for (const stack of stacks) {
    for (const [path, text] of Object.entries(await renderCompose(root, stack))) {
      const isSame = existsSync(join(root, path)) && readFileSync(join(root, path), "utf8") === text;
      if (!isSame) differing += 1;
      if (!isSame && !isCheck) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      process.stdout.write(`${JSON.stringify({ path, isSame })}\n`);
    }
  }
  return isCheck && differing > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
