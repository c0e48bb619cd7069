import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { renderPolicy } from "../../docs/render-policy.ts";

it("docs/policy.md says what the rules say; `npm run render` writes it", () => {
  const file = join(import.meta.dirname, "../../docs/policy.md");
  expect(readFileSync(file, "utf8")).toBe(renderPolicy());
});
