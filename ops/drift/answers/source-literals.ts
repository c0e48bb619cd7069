import { readFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import ts from "typescript";
import { LiteralSearch } from "./literal-search.ts";

/** A literal of the program that may be what a property comes from. */
export interface SourceLiteral {
  /** Path in the checkout. */
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** As it is written. */
  readonly text: string;
  /** As it would have to be written. */
  readonly replacement: string;
}

export interface Sought {
  /** Where the resource is made, as a state records it: `project:///src/index.ts#12,3`. */
  readonly position: string;
  /** Path of the property. */
  readonly steps: readonly string[];
  readonly recorded: boolean | number | string;
  readonly live: boolean | number | string;
  /** Literals beside `name: "ROLE"` go before all others. */
  readonly role: string;
}

/** The program's own files, typed. */
export class ProgramSource {
  readonly #root: string;
  readonly #entry: string;
  readonly #options: ts.CompilerOptions;
  readonly #program: ts.Program;

  private constructor(root: string, entry: string, options: ts.CompilerOptions) {
    this.#root = root;
    this.#entry = entry;
    this.#options = options;
    this.#program = ts.createProgram([entry], options);
  }

  /** Undefined where the program is not TypeScript. */
  static open(root: string): ProgramSource | undefined {
    const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
    if (config.error !== undefined) return undefined;
    const entry = join(root, entryOf(root));
    if (!entry.endsWith(".ts")) return undefined;
    const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, root);
    return new ProgramSource(root, entry, { ...options, noEmit: true, incremental: false });
  }

  /** The literals that may give a property its recorded value, the likeliest first. */
  literals(sought: Sought): readonly SourceLiteral[] {
    const made = this.#construction(sought.position);
    if (made === undefined) return [];
    const own = this.#ownFiles();
    const found = [...new LiteralSearch(this.#program.getTypeChecker(), own).search(made, sought.steps)];
    const literals = found.flatMap((node) => this.#toLiteral(node, sought) ?? []);
    const beside = found.filter((node) => isBesideName(node, sought.role)).map((node) => node.getStart());
    const isNear = ({ start }: SourceLiteral) => beside.includes(start);
    return [...literals.filter(isNear), ...literals.filter((literal) => !isNear(literal))];
  }

  /** The first thing that the compiler has against a file's new text; undefined where there is nothing. */
  problemWith(file: string, text: string): string | undefined {
    const path = join(this.#root, file);
    const host = ts.createCompilerHost(this.#options);
    const read = host.getSourceFile.bind(host);
    // What has not changed, declarations of packages above all, is parsed already.
    host.getSourceFile = (name, language, ...rest) =>
      name === path
        ? ts.createSourceFile(name, text, language)
        : (this.#program.getSourceFile(name) ?? read(name, language, ...rest));
    const program = ts.createProgram([this.#entry], this.#options, host, this.#program);
    const [first] = ts.getPreEmitDiagnostics(program);
    return first && ts.flattenDiagnosticMessageText(first.messageText, "\n");
  }

  #ownFiles(): readonly ts.SourceFile[] {
    return this.#program
      .getSourceFiles()
      .filter(
        ({ fileName, isDeclarationFile }) => !isDeclarationFile && this.#pathOf(fileName) !== undefined,
      );
  }

  #pathOf(fileName: string): string | undefined {
    const path = relative(this.#root, fileName);
    return path.startsWith("..") || isAbsolute(path) || path.includes("node_modules") ? undefined : path;
  }

  /** The arguments of the resource that is made at a position. */
  #construction(position: string): ts.Expression | undefined {
    const [, path = "", line] = /^project:\/\/\/(.*)#(\d+)/.exec(position) ?? [];
    const file = this.#fileAt(decodeURI(path));
    if (file === undefined) return undefined;
    let made: ts.Expression | undefined;
    const visit = (node: ts.Node): void => {
      const isHere = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1 === Number(line);
      if (made === undefined && ts.isNewExpression(node) && isHere) made = node.arguments?.[1];
      ts.forEachChild(node, visit);
    };
    visit(file);
    return made;
  }

  /** By the end of its path: of an ES module the state has the whole path, perhaps of a checkout elsewhere. */
  #fileAt(path: string): ts.SourceFile | undefined {
    return this.#ownFiles()
      .filter(({ fileName }) => `/${path}`.endsWith(`/${this.#pathOf(fileName)}`))
      .sort((left, right) => right.fileName.length - left.fileName.length)[0];
  }

  #toLiteral(node: ts.Expression, { recorded, live }: Sought): SourceLiteral | undefined {
    const source = node.getSourceFile();
    const replacement = rewrite(node.getText(), { recorded, live });
    const file = this.#pathOf(source.fileName);
    if (replacement === undefined || file === undefined) return undefined;
    const [start, end] = [node.getStart(), node.getEnd()];
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    return { file, line, start, end, text: node.getText(), replacement };
  }
}

function entryOf(root: string): string {
  const { main = "index.ts" } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly main?: string;
  };
  return main;
}

/** A number may stand for a text with a unit: `15` for `15s`. */
function rewrite(text: string, { recorded, live }: Pick<Sought, "recorded" | "live">): string | undefined {
  if (text.replaceAll("_", "") === String(recorded) && typeof recorded !== "string") return String(live);
  if (typeof recorded !== "string" || typeof live !== "string") return undefined;
  if (text === JSON.stringify(recorded)) return JSON.stringify(live);
  const [before, after] = [recorded, live].map((value) => /^(\d+)([a-zA-Z]+)$/.exec(value));
  return text === before?.[1] && before[2] === after?.[2] ? after?.[1] : undefined;
}

function isBesideName(node: ts.Node, role: string): boolean {
  for (let outer = node.parent; outer !== undefined; outer = outer.parent) {
    if (!ts.isObjectLiteralExpression(outer)) continue;
    const names = outer.properties.filter(ts.isPropertyAssignment);
    if (names.some(({ name, initializer }) => name.getText() === "name" && isText(initializer, role)))
      return true;
  }
  return false;
}

function isText(node: ts.Expression, text: string): boolean {
  return ts.isStringLiteral(node) && node.text === text;
}
