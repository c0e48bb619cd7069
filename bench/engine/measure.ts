import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

const meter = fileURLToPath(new URL("./meter.cjs", import.meta.url));

export type Role = "program" | "engine" | "provider";

/** What one process, or all processes of one role, used. */
export interface Use {
  readonly cpuMilliseconds: number;
  /** Of it that of the threads that run JavaScript. */
  readonly mainThreadMilliseconds: number;
  readonly peakBytes: number;
  readonly writtenBytes: number;
}

export interface Measured {
  readonly milliseconds: number;
  readonly uses: { readonly [role in Role]: Use };
}

export interface MeasuredCommand {
  readonly executable: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
}

/** Runs a command to its end and adds up what the processes below it used. @throws Error where it fails. */
export async function measure(command: MeasuredCommand): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "bench-meter-"));
  try {
    const env = { ...command.env, NODE_OPTIONS: `--require ${meter}`, BENCH_METER: folder };
    const started = performance.now();
    const child = spawn(command.executable, command.args, {
      cwd: command.cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => output.push(chunk));
    }
    const [code] = (await once(child, "close")) as [number | null];
    const milliseconds = performance.now() - started;
    if (code !== 0) {
      const said = Buffer.concat(output).toString().slice(-2000);
      throw new Error(`${command.executable} ${command.args.join(" ")} ended with ${code}:\n${said}`);
    }
    return { milliseconds, uses: readUses(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readUses(folder: string): Measured["uses"] {
  const uses = { program: nothing, engine: nothing, provider: nothing };
  for (const file of readdirSync(folder)) {
    const { role, ...use } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Use & { role: Role };
    uses[role] = add(uses[role], use);
  }
  return uses;
}

const nothing: Use = { cpuMilliseconds: 0, mainThreadMilliseconds: 0, peakBytes: 0, writtenBytes: 0 };

function add(a: Use, b: Use): Use {
  return {
    cpuMilliseconds: a.cpuMilliseconds + b.cpuMilliseconds,
    mainThreadMilliseconds: a.mainThreadMilliseconds + b.mainThreadMilliseconds,
    peakBytes: a.peakBytes + b.peakBytes,
    writtenBytes: a.writtenBytes + b.writtenBytes,
  };
}
