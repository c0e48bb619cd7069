import { auraProvider } from "./aura-provider.ts";
import { serve } from "./protocol/serve.ts";

const LOOK_MS = 1000;

const engine = process.ppid;
const { port } = await serve(auraProvider(process.env));
// An engine reads the port from the first line.
process.stdout.write(`${port}\n`);

// An engine that was killed told nobody: whoever is another process's child now has lost it.
setInterval(() => {
  if (process.ppid !== engine) process.exit(0);
}, LOOK_MS).unref();
