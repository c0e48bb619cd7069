import { ProviderError } from "../../errors.ts";
import { isPropertyArray, isPropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { textAt } from "../plain-values.ts";
import {
  findCondition,
  type Observation,
  READY,
  type Readiness,
  type ReadinessCheck,
  waiting,
} from "./readiness.ts";

/**
 * What the annotation `pulumi.com/waitFor` asks for: `condition=Type[=Status]`, `jsonpath={.path}[=value]`, or a JSON
 * list of such texts.
 */
export function parseWaitFor(text: string): ReadinessCheck {
  const checks = expressions(text).map(parseExpression);
  if (checks.length === 0) throw refusal("at least one condition must be specified");
  return async (observation) => {
    for (const check of checks) {
      const readiness = await check(observation);
      if (readiness.state !== "ready") return readiness;
    }
    return READY;
  };
}

function expressions(text: string): readonly string[] {
  if (!text.trimStart().startsWith("[")) return [text];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(String) : [text];
  } catch {
    return [text];
  }
}

function refusal(message: string): ProviderError {
  return new ProviderError(message, { status: "ok" });
}

function parseExpression(expression: string): ReadinessCheck {
  if (expression.startsWith("condition=")) return conditionCheck(expression.slice("condition=".length));
  if (expression.startsWith("jsonpath=")) return pathCheck(expression.slice("jsonpath=".length));
  throw refusal(`expected a "jsonpath=" or "condition=" prefix, got ${JSON.stringify(expression)}`);
}

function conditionCheck(text: string): ReadinessCheck {
  const [type = "", status = "True"] = text.split("=");
  return ({ live }: Observation): Readiness => {
    const condition = findCondition(live, type);
    const found = condition === undefined ? "" : textAt(condition, "status");
    if (found === status) return READY;
    return waiting(`Waiting for condition ${type} to be ${status}${found === "" ? "" : ` (it is ${found})`}`);
  };
}

type Step =
  | { readonly kind: "key"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "where"; readonly path: readonly Step[]; readonly value: string };

function pathCheck(text: string): ReadinessCheck {
  const match = /^\{\s*(.*?)\s*\}(?:=([\s\S]*))?$/.exec(text);
  if (match === null) throw refusal(`${text} should be wrapped in brackets { ... }`);
  const [, path = "", value] = match;
  if (value === "") throw refusal(`{${path}}= requires a value`);
  const steps = parsePath(path);
  return ({ live }) => {
    const [found] = select(live, steps);
    if (found === undefined) return waiting(`Waiting for {${path}}: it selected nothing`);
    if (value === undefined || textOf(found) === value) return READY;
    return waiting(`Waiting for {${path}} to be ${value} (it is ${textOf(found)})`);
  };
}

function textOf(value: PropertyValue): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const STEP = /^(?:\.?\[\?\((.*?)\)\]|\.?\[(\*|-?\d+)\]|\.?\['((?:\\'|[^'])*)'\]|\.((?:\\.|[^.[\\])+))/;

/** The part of JSONPath that kubectl's users write: keys, indices, `[*]` and `[?(@.type=='Ready')]`. */
function parsePath(text: string): readonly Step[] {
  const steps: Step[] = [];
  let rest = text.startsWith("$") ? text.slice(1) : text;
  while (rest !== "") {
    const match = STEP.exec(rest);
    if (match === null) throw refusal(`cannot read the JSONPath {${text}} from ${JSON.stringify(rest)} on`);
    steps.push(toStep(match, text));
    rest = rest.slice(match[0].length);
  }
  return steps;
}

function toStep([, filter, index, quoted, name = ""]: RegExpExecArray, text: string): Step {
  if (filter !== undefined) return parseFilter(filter, text);
  if (index === "*" || name === "*") return { kind: "all" };
  if (index !== undefined) return { kind: "index", index: Number(index) };
  return { kind: "key", name: quoted ?? name.replaceAll(/\\(.)/g, "$1") };
}

function parseFilter(filter: string, text: string): Step {
  const match = /^@([^=\s]+)\s*==\s*(?:'([^']*)'|"([^"]*)"|(\S+))$/.exec(filter.trim());
  if (match === null) throw refusal(`cannot read the filter ?(${filter}) of the JSONPath {${text}}`);
  const [, path = "", single, double, bare = ""] = match;
  return { kind: "where", path: parsePath(path), value: single ?? double ?? bare };
}

function select(value: PropertyValue, steps: readonly Step[]): readonly PropertyValue[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [value];
  return inside(value, step).flatMap((inner) => select(inner, rest));
}

function inside(value: PropertyValue, step: Step): readonly PropertyValue[] {
  switch (step.kind) {
    case "key": {
      const inner = isPropertyMap(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined;
      return inner === undefined || inner === null ? [] : [inner];
    }
    case "index": {
      const inner = isPropertyArray(value) ? value.at(step.index) : undefined;
      return inner === undefined ? [] : [inner];
    }
    case "all":
      return elementsOf(value);
    case "where":
      return elementsOf(value).filter((item) =>
        select(item, step.path).some((found) => textOf(found) === step.value),
      );
  }
}

function elementsOf(value: PropertyValue): readonly PropertyValue[] {
  if (isPropertyArray(value)) return value;
  return isPropertyMap(value) ? Object.values(value) : [];
}
