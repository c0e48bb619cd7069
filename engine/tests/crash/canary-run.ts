/** Runs a program full of secrets, of which one step fails, and is killed at a boundary; prints every event. */
import { Secret } from "../../src/protocol/property-value.ts";
import { functionProgram } from "../../src/testing/index.ts";
import { Reaper } from "./boundaries.ts";
import { CANARY, canarySecrets } from "./canary.ts";
import { runDeed } from "./run-deed.ts";

const [root = "", killAt = ""] = process.argv.slice(2);
const THING = "fake:index:Thing";
const program = functionProgram(async (p) => {
  const given = await p.resource(THING, "given", {
    key: new Secret(CANARY),
    list: [{ deep: new Secret(CANARY) }],
  });
  const marked = await p.resource(
    THING,
    "marked",
    { made: "of a plain value" },
    { additionalSecretOutputs: ["made"], dependencies: [given.urn] },
  );
  const provider = await p.provider("fake", "mine", { token: new Secret(CANARY) });
  await p.resource(THING, "last", { key: new Secret({ whole: CANARY }) }, { provider });
  await p.resource(THING, "refused", { key: new Secret(CANARY), refuse: true }).catch(() => undefined);
  return { key: new Secret(CANARY), of: marked.outputs["made"] ?? null };
});
const reaper = new Reaper(killAt === "" ? undefined : Number(killAt));
const world = { root, tells: true, reaper, secrets: canarySecrets };
const { result, events } = await runDeed({ kind: "update", program }, world);
const texts = events.flatMap((event) => (event.kind === "diagnostic" ? [event.diagnostic.message] : []));
process.stdout.write(JSON.stringify({ result, texts, passed: reaper.passed }));
