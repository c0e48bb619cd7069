import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContextOptions, chromium } from "playwright-core";
import { thisMachine } from "../ops/bootstrap/machine.ts";

const DESKTOP: BrowserContextOptions = { viewport: { width: 1100, height: 640 } };
const PHONE: BrowserContextOptions = { viewport: { width: 320, height: 640 }, colorScheme: "dark" };

/** Pictures of docs/dashboard.md: name, view, screen. */
const PICTURES: readonly [name: string, view: string, screen: BrowserContextOptions][] = [
  ["dashboard-services", "services", DESKTOP],
  ["dashboard-resources", "graph", DESKTOP],
  ["dashboard-phone", "services", PHONE],
];

/** `npm run screenshots -- LINK`, with the link that `./infra dashboard dev` prints: writes docs/images. */
async function takeScreenshots(link: string): Promise<void> {
  const executablePath = thisMachine().find("chromium");
  if (executablePath === undefined) throw new Error("there is no chromium: apt-get install chromium");
  const folder = join(import.meta.dirname, "images");
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  for (const [name, view, screen] of PICTURES) {
    const context = await browser.newContext(screen);
    const page = await context.newPage();
    await page.goto(link);
    await page.locator("main table").waitFor();
    await page.goto(`${link.split("#")[0]}#/dev/${view}`);
    await page.locator("main table, main svg").first().waitFor();
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
  }
  await browser.close();
}

await takeScreenshots(process.argv[2] ?? "");
