/**
 * Loaded into `bin/pulumi` with `--import`: ends it with SIGKILL when it comes by its REAP_AT-th boundary, which are
 * the writes that count. How many an update comes by is chance: writes are grouped, and the journal is folded as time
 * allows. Its end is a boundary like any other, for whoever wanted a later one. Where REAP_COUNT names a file, leaves
 * the number of boundaries there at the end.
 */
import { write, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { promisify } from "node:util";

type Call = (this: unknown, ...args: never[]) => Promise<unknown>;

const { REAP_AT, REAP_COUNT } = process.env;
let passed = 0;

function boundary(): void {
  passed += 1;
  if (String(passed) === REAP_AT) die();
}

function die(): void {
  process.kill(process.pid, "SIGKILL");
}

/** A boundary before the call, and one after it. */
function reap(owner: object, name: PropertyKey): void {
  const call = Reflect.get(owner, name) as Call;
  const reaped: Call = async function (...args) {
    boundary();
    const result = await call.apply(this, args);
    boundary();
    return result;
  };
  Reflect.set(owner, name, reaped);
}

// Programs, plugins and policy packs that it starts are left alone.
if (process.argv[1]?.endsWith("/bin/pulumi")) {
  const file = await fs.open(process.execPath);
  const handles = Object.getPrototypeOf(file) as object;
  await file.close();
  for (const name of ["rename", "unlink"]) reap(fs, name);
  reap(handles, "sync");
  syncBuiltinESMExports();
  // The journal's writes: a promise for each call, made from the call with a callback.
  Object.defineProperty(write, promisify.custom, { value: promisify(write), writable: true });
  reap(write, promisify.custom);
  process.on("exit", () => {
    if (REAP_COUNT !== undefined) writeFileSync(REAP_COUNT, String(passed));
    if (REAP_AT !== undefined) die();
  });
}
