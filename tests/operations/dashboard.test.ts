import { createRequire } from "node:module";
import Docker from "dockerode";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { thisMachine } from "../../ops/bootstrap/machine.ts";
import { findFreePorts } from "../../simulators/kubernetes/free-port.ts";
import { Checkout } from "../checkout.ts";
import { type DashboardProcess, startDashboard } from "./dashboard-process.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const gateway = new Docker().getContainer(`${project}-dev-gateway`);
const VIEWS = ["services", "graph", "plan", "releases", "drift", "metrics", "logs"];

/** Milliseconds: the machine may have much else to do. */
const PATIENCE = 60_000;

let browser: Browser;
let port: number;
let dashboard: DashboardProcess;

beforeAll(async () => {
  const executablePath = thisMachine().find("chromium");
  if (executablePath === undefined) throw new Error("there is no chromium: apt-get install chromium");
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  [port = 0] = await findFreePorts(1);
  dashboard = await startDashboard(checkout, port);
});
afterAll(async () => {
  await browser.close();
  await dashboard.kill("SIGINT");
});

/** A page holds a connection: those of a test that failed would keep the next from theirs. */
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** Opens the link; every request that leaves this server ends the test. */
async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.on("pageerror", (error) => expect.fail(`the page fails: ${error.message}`));
  page.on("request", (request) => expect(request.url()).toMatch(`http://127.0.0.1:${port}/`));
  await page.goto(dashboard.link);
  await page.getByText("live", { exact: true }).waitFor();
  return page;
}

async function openView(page: Page, view: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${port}/#/dev/${view}`);
  await page.locator(`nav.views a[aria-current=page][href="#/dev/${view.split("/")[0]}"]`).waitFor();
}

describe("the dashboard", () => {
  it("needs less than a second of the processor until its page can be opened", () => {
    expect(dashboard.cpuMilliseconds).toBeLessThan(1_000);
  });

  it("lets in who has the link, takes the token out of the address, and hides the cookie from scripts", async () => {
    const page = await openPage();
    expect(page.url()).toBe(`http://127.0.0.1:${port}/#/`);
    expect(await page.evaluate("document.cookie")).toBe("");
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(`http://127.0.0.1:${port}/#/dev/services`);
    await stranger.getByRole("heading", { name: "Locked" }).waitFor();
  });

  it("shows every service as healthy with its address, and within a second that one has stopped", async () => {
    const page = await openPage();
    const row = page.getByRole("row", { name: /^gateway/ });
    await row.getByText("✓ healthy").waitFor();
    await row.getByRole("link", { name: /^http:\/\/127\.0\.0\.1:\d+$/ }).waitFor();
    expect(await page.getByRole("row").count()).toBeGreaterThan(8);
    // The best of three: the machine may have much else to do.
    const delays: number[] = [];
    while (Math.min(...delays) > 1_000 && delays.length < 3) {
      await gateway.stop({ t: 0 });
      const stopped = performance.now();
      await row
        .getByText("stopped")
        .waitFor()
        .then(() => delays.push(performance.now() - stopped))
        .finally(() => gateway.start());
      await row.getByText("✓ healthy").waitFor();
    }
    expect(Math.min(...delays)).toBeLessThan(1_000);
  });

  it("goes on by itself after the dashboard was killed and started again", async () => {
    const page = await openPage();
    await dashboard.kill("SIGKILL");
    await page.getByText("connection lost").waitFor();
    dashboard = await startDashboard(checkout, port);
    await page.getByText("live", { exact: true }).waitFor();
    await page
      .getByRole("row", { name: /^gateway/ })
      .getByText("✓ healthy")
      .waitFor();
  });

  it("previews when asked, and draws the resources", async () => {
    const page = await openPage();
    await openView(page, "plan");
    await page.getByRole("button", { name: "Preview now" }).click();
    await page.getByText(/^\d+ unchanged$/).waitFor();
    await openView(page, "graph");
    await page.locator("svg .resource").nth(20).waitFor();
    await page.locator("svg .resource", { hasText: "gateway-service-workload:" }).click();
    const card = page.getByRole("region", { name: "gateway-service-workload" });
    await card.getByRole("link", { name: "python-network-edge" }).waitFor();
  });

  it("reviews drift when asked, and shows releases", async () => {
    const page = await openPage();
    await openView(page, "drift");
    await page.getByRole("button", { name: "Review now" }).click();
    await page.getByText("Nothing wants an answer").waitFor({ timeout: 3 * PATIENCE });
    await openView(page, "releases");
    await page.getByRole("row", { name: /current/ }).waitFor();
  });

  it("follows a service's log", async () => {
    const page = await openPage();
    await openView(page, "logs/gateway");
    const log = page.getByRole("log", { name: "Log of gateway" });
    const url = (await checkout.infra("outputs", "dev", "--json")).stdout;
    const { gatewayUrl } = JSON.parse(url) as { gatewayUrl: string };
    const mark = `/v1/mark-${Date.now()}`;
    await fetch(`${gatewayUrl}${mark}`);
    await log.getByText(mark).first().waitFor();
    await page.getByRole("searchbox").fill("nothing like this");
    await log.getByText("No lines.").waitFor();
  });

  it("tells no secret", async () => {
    const outputs = await checkout.infra("outputs", "dev", "--json", "--show-secrets");
    const { administrator } = JSON.parse(outputs.stdout) as { administrator: { password: string } };
    const page = await openPage();
    const parts = ["environment", "health", "graph", "plan", "releases", "drift", "metrics"];
    for (const part of parts) {
      const answer = await page.request.get(`http://127.0.0.1:${port}/api/stacks/dev/parts/${part}`);
      expect(answer.status()).toBe(200);
      expect(await answer.text()).not.toContain(administrator.password);
    }
  });
});

describe("the page for everybody", () => {
  it("is used with the keyboard alone", async () => {
    const page = await openPage();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.keyboard.press("l");
    await page.getByRole("heading", { name: "Logs" }).waitFor();
    await page.getByRole("searchbox").focus();
    await page.keyboard.type("gs");
    expect(await page.getByRole("searchbox").inputValue()).toBe("gs");
  });

  const screens: [string, BrowserContextOptions][] = [
    ["on a desktop", { viewport: { width: 1280, height: 800 } }],
    ["in dark", { viewport: { width: 1280, height: 800 }, colorScheme: "dark" }],
    ["on a phone", { viewport: { width: 320, height: 640 } }],
  ];
  it.each(screens)("has nothing that axe finds wrong, and fits, %s", async (_, screen) => {
    const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
    const page = await openPage({ ...screen, bypassCSP: true });
    await page.addScriptTag({ path: axe });
    for (const view of VIEWS) {
      await openView(page, view);
      expect(await page.evaluate(FAULTS)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    }
  });
});

/** What axe finds wrong, a line each. */
const FAULTS = `axe.run().then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))`;
