/** Which files of a build context are left out, by the rules of a `.dockerignore` file (moby/patternmatcher). */
export interface IgnoreRules {
  isIgnored(path: string): boolean;
  /** True where an ignored folder may still hold files that a later `!pattern` brings back. */
  mayHoldKept(folder: string): boolean;
}

interface Rule {
  readonly expression: RegExp;
  readonly keeps: boolean;
  readonly pattern: string;
}

/** Reads `.dockerignore` text: a pattern a line, `#` comments, `!` brings back, the last match wins. */
export function parseIgnoreRules(text: string): IgnoreRules {
  return ignoreRules(
    text
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)
      .filter((line) => !line.startsWith("#")),
  );
}

/** Rules from patterns. */
export function ignoreRules(patterns: readonly string[]): IgnoreRules {
  const rules = patterns.map((line) => line.trim()).flatMap(toRule);
  return {
    isIgnored: (path) =>
      rules.reduce((ignored, rule) => (matches(rule, path) ? !rule.keeps : ignored), false),
    mayHoldKept: (folder) => rules.some((rule) => rule.keeps && mayMatchBelow(rule.pattern, folder)),
  };
}

function toRule(line: string): Rule[] {
  const keeps = line.startsWith("!");
  const pattern = clean(keeps ? line.slice(1).trim() : line);
  if (pattern === "" || pattern === ".") return [];
  return [{ expression: toExpression(pattern), keeps, pattern }];
}

/** Without `.`, empty and resolvable `..` parts and without slashes at either end. */
function clean(pattern: string): string {
  const kept: string[] = [];
  for (const part of pattern.split("/")) {
    if (part === "..") kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  }
  return kept.join("/");
}

/** A pattern matches a path or any of its parents. */
function matches(rule: Rule, path: string): boolean {
  const parts = path.split("/");
  return parts.some((_, index) => rule.expression.test(parts.slice(0, index + 1).join("/")));
}

function mayMatchBelow(pattern: string, folder: string): boolean {
  const wanted = pattern.split("/");
  for (const [index, part] of folder.split("/").entries()) {
    const own = wanted[index];
    if (own === undefined || own.includes("**")) return true;
    if (!toExpression(own).test(part)) return false;
  }
  return true;
}

function toExpression(pattern: string): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const rest = pattern.slice(i);
    if (rest.startsWith("**")) {
      i += rest.startsWith("**/") ? 2 : 1;
      source += i + 1 >= pattern.length ? ".*" : "(?:.*/)?";
    } else if (character === "[") {
      const end = pattern.indexOf("]", i + 1);
      source += end < 0 ? "\\[" : pattern.slice(i, end + 1);
      i = end < 0 ? i : end;
    } else if (character === "\\") {
      source += literal(pattern.charAt(++i));
    } else {
      source += character === "*" ? "[^/]*" : character === "?" ? "[^/]" : literal(character);
    }
  }
  return new RegExp(`^${source}$`, "s");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
