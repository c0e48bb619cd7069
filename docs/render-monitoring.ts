import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type KeyQuery, keyQueries } from "../contracts/key-queries.ts";

const RULES = "services/prometheus/rules/recording.yml";
const DASHBOARD = "services/prometheus/dashboards/trials.json";

/** The files that are rendered from the key queries: path in the repository -> text. */
export function renderMonitoring(): { readonly [path: string]: string } {
  return {
    [RULES]: `# Rendered from contracts/key-queries.ts by \`npm run render\`; not edited.\n${stringify(recordingRules(), { lineWidth: 0 })}`,
    [DASHBOARD]: `${JSON.stringify(dashboard(), null, 2)}\n`,
  };
}

function recordingRules() {
  const rules = keyQueries.map(({ record, expr }) => ({ record, expr }));
  return { groups: [{ name: "key queries", rules }] };
}

const GRAFANA_UNITS = {
  "requests/s": "reqps",
  seconds: "s",
  ratio: "percentunit",
  bytes: "bytes",
  count: "short",
  bool: "bool_yes_no",
} as const;
const WIDTH = 12;
const HEIGHT = 8;
const COLUMNS = 2;
// The variable that people choose the Prometheus with, in Grafana's notation.
const datasource = { type: "prometheus", uid: "$datasource" };

/** Grafana's model of a dashboard: a panel a key query, over any Prometheus of the place. */
function dashboard() {
  return {
    uid: "trials",
    title: "Trials",
    description: "Rendered from contracts/key-queries.ts by `npm run render`",
    tags: ["trials"],
    schemaVersion: 39,
    editable: false,
    timezone: "utc",
    refresh: "10s",
    time: { from: "now-1h", to: "now" },
    templating: {
      list: [{ name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus" }],
    },
    panels: keyQueries.map(panel),
  };
}

function panel({ record, title, unit, by }: KeyQuery, index: number) {
  const isState = unit === "bool";
  const legend = by === "dependency" ? "{{service}} {{dependency}}" : `{{${by}}}`;
  return {
    id: index + 1,
    type: isState ? "state-timeline" : "timeseries",
    title,
    datasource,
    gridPos: {
      x: (index % COLUMNS) * WIDTH,
      y: Math.floor(index / COLUMNS) * HEIGHT,
      w: WIDTH,
      h: HEIGHT,
    },
    fieldConfig: { defaults: { unit: GRAFANA_UNITS[unit], min: 0 }, overrides: [] },
    options: { legend: { showLegend: true, displayMode: "list", placement: "bottom" } },
    targets: [{ refId: "A", datasource, expr: record, legendFormat: legend }],
  };
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(renderMonitoring())) {
    writeFileSync(join(import.meta.dirname, "..", path), text);
  }
}
