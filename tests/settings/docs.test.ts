import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { renderSettings } from "../../docs/render-settings.ts";
import { root } from "../../ops/paths.ts";

it("docs/settings.md says what the schema says; `npm run render` writes it", () => {
  expect(readFileSync(join(root, "docs/settings.md"), "utf8")).toBe(renderSettings());
});
