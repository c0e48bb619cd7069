import type { DriftKind, Severity } from "../../contracts/drift.ts";

/** What a rule looks at. */
export interface Judged {
  readonly kind: DriftKind;
  readonly type: string;
  readonly property: string;
  readonly recorded: string | null;
  readonly live: string | null;
}

export interface Judgement {
  readonly severity: Severity;
  /** Why, for people. */
  readonly rule: string;
}

interface Rule extends Judgement {
  readonly kind?: DriftKind;
  /** Of the type. @default every type */
  readonly type?: RegExp;
  /** Of the path. @default every property */
  readonly property?: RegExp;
  readonly holds?: (judged: Judged) => boolean;
}

const DATA = /Volume|PersistentVolumeClaim|Cluster$|cluster:|Instance$|DatabaseUser|CloudBackup/i;
const GUARD = /NetworkPolicy|Role|AccessList|Auditing|EncryptionAtRest|ServiceAccount/;

/** The first that holds decides. */
const RULES: readonly Rule[] = [
  { kind: "deleted", type: DATA, severity: "critical", rule: "what holds data is gone" },
  {
    kind: "deleted",
    type: /RemoteImage/,
    severity: "warning",
    rule: "a restart or rollback needs the image",
  },
  { kind: "deleted", type: GUARD, severity: "critical", rule: "a safeguard is gone" },
  { kind: "deleted", severity: "critical", rule: "what the program needs is gone" },
  { kind: "unmanaged", type: GUARD, severity: "critical", rule: "somebody has access whom nobody manages" },
  {
    kind: "unmanaged",
    type: /DatabaseUser/,
    severity: "critical",
    rule: "somebody has access whom nobody manages",
  },
  { kind: "unmanaged", severity: "warning", rule: "nobody manages it" },
  {
    property: /^content$/,
    holds: ({ live }) => live?.startsWith("made anew") === true,
    severity: "critical",
    rule: "the data are no longer those of the release",
  },
  {
    property: /^content$/,
    severity: "warning",
    rule: "nothing proves that the data are those of the release",
  },
  { property: /^state$/, severity: "critical", rule: "it does not run" },
  {
    property: /^(status|desiredState)$/,
    holds: ({ live }) => /paused|suspend|failed/.test(live ?? ""),
    severity: "critical",
    rule: "it does not run",
  },
  {
    property: /image(Id)?$/,
    type: /^(?!docker:index\/remoteImage)/,
    severity: "critical",
    rule: "other code runs",
  },
  {
    property: /^(image(Id)?|name)$/,
    type: /remoteImage/,
    severity: "warning",
    rule: "a name means another image",
  },
  {
    property:
      /^(privileged|capabilities|securityOpts|user|groupAdds|readOnly|pidMode|ipcMode|usernsMode|utsMode|cgroupnsMode|maskedPaths|readonlyPaths|devices|deviceRequests|deviceCgroupRules|runtime|sysctls)\b/,
    severity: "critical",
    rule: "the isolation is another",
  },
  {
    property: /securityContext|hostNetwork|hostPID|serviceAccount/i,
    severity: "critical",
    rule: "the isolation is another",
  },
  {
    property: /^(ports|publishAllPorts)/,
    holds: isWider,
    severity: "critical",
    rule: "open to more than before",
  },
  {
    property: /^(ports|networkMode|networksAdvanced)/,
    severity: "critical",
    rule: "it is reached, or reaches, otherwise",
  },
  { property: /^(volumes|mounts|links)/, severity: "critical", rule: "it sees other data" },
  { property: /^internal$/, severity: "critical", rule: "open to more than before" },
  { type: GUARD, property: /^(spec|rules|roles|data)/, severity: "critical", rule: "a safeguard is another" },
  { type: GUARD, property: /^(?!metadata)/, severity: "critical", rule: "a safeguard is another" },
  {
    property: /terminationProtection|backup|encryption|auditing|password/i,
    severity: "critical",
    rule: "a safeguard is another",
  },
  {
    property: /^(labels|hostname|domainname|metadata|tags|description)/,
    severity: "info",
    rule: "names and labels only",
  },
  { property: /^id$/, severity: "warning", rule: "made anew outside of the program" },
  {
    property: /^(envs|entrypoints|command|data|binaryData)/,
    severity: "warning",
    rule: "it runs with another configuration",
  },
  { property: /./, severity: "warning", rule: "it runs otherwise than reviewed" },
];

/** How much a finding matters, by the first rule that holds. */
export function judge(judged: Judged): Judgement {
  const rule = RULES.find(
    ({ kind = "changed", type = /^/, property = /^/, holds = () => true }) =>
      kind === judged.kind && type.test(judged.type) && property.test(judged.property) && holds(judged),
  );
  return { severity: rule?.severity ?? "warning", rule: rule?.rule ?? "it is otherwise than reviewed" };
}

/** A published port that is new, or that listens on every address. */
function isWider({ recorded, live }: Judged): boolean {
  return live !== null && (recorded === null || /(^|\s)(0\.0\.0\.0|\[?::\]?):/.test(live));
}
