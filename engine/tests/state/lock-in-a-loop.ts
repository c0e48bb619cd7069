/** Takes and releases the lock of a stack again and again; shouts when anybody else is inside at the same time. */
import { closeSync, openSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFileBackend } from "../../src/state/file-backend.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";

const [root = "", rounds = "0", killedIn = ""] = process.argv.slice(2);
const backend = await openFileBackend({ root, env: {}, locking: { timeout: 60_000 } });
const store = backend.stack({ organization: "organization", project: "p", stack: "dev" }, base64Secrets);
const inside = join(root, "inside");
const counter = join(root, "counter");
for (let round = 0; round < Number(rounds); round++) {
  const lock = await store.lock();
  closeSync(openSync(inside, "wx"));
  writeFileSync(counter, String(Number(readFileSync(counter, "utf8")) + 1));
  unlinkSync(inside);
  if (String(round) === killedIn) process.kill(process.pid, "SIGKILL");
  await lock.release();
}
