import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { keyQueries } from "../contracts/key-queries.ts";
import { renderMonitoring } from "../docs/render-monitoring.ts";
import { root } from "../ops/paths.ts";

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: { readonly severity: string };
  readonly annotations?: { readonly summary: string; readonly runbook_url: string };
}

const folder = join(root, "services/prometheus");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const rulesIn = (file: string) =>
  (parse(read(file)) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
const alerts = ["rules/alerts.yml", "rules/kubernetes.yml"].flatMap(rulesIn);
const records = keyQueries.map(({ record }) => record);

it("what is rendered from the key queries is in step; `npm run render` writes it", () => {
  for (const [path, text] of Object.entries(renderMonitoring())) {
    expect(readFileSync(join(root, path), "utf8")).toBe(text);
  }
});

describe.each(alerts.map((rule) => ({ name: rule.alert ?? "", rule })))(
  "the alert $name",
  ({ name, rule }) => {
    it("has a severity, a summary and a page that says what to do", () => {
      expect(["critical", "warning"]).toContain(rule.labels?.severity);
      expect(rule.annotations?.summary).toBeTruthy();
      const page = join(root, rule.annotations?.runbook_url ?? "none");
      expect(existsSync(page)).toBe(true);
      expect(readFileSync(page, "utf8")).toContain(name);
    });

    it("is tested both ways: it fires, and it does not yet", () => {
      const { tests } = parse(read("tests/alerts.yml")) as {
        tests: { alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[] }[];
      };
      const own = tests
        .flatMap(({ alert_rule_test = [] }) => alert_rule_test)
        .filter((t) => t.alertname === name);
      const fires = own.filter(({ exp_alerts = [] }) => exp_alerts.length > 0);
      expect(fires.length).toBeGreaterThan(0);
      if (name !== "JobFailed") expect(own.length).toBeGreaterThan(fires.length);
    });

    it("stands on recorded figures that are there", () => {
      for (const record of rule.expr.match(/\b[a-z]+:[a-z_0-9:]+/g) ?? []) expect(records).toContain(record);
    });
  },
);

describe("the Grafana dashboard", () => {
  const dashboard = JSON.parse(read("dashboards/trials.json")) as {
    panels: {
      id: number;
      title: string;
      gridPos: { x: number; y: number; w: number };
      targets: { expr: string }[];
    }[];
  };

  it("has a panel for each key query, none over another", () => {
    expect(dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))).toEqual(records);
    const places = dashboard.panels.map(({ gridPos: { x, y } }) => `${x},${y}`);
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});
