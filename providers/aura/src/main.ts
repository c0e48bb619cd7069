import { auraProvider } from "./aura-provider.ts";
import { serve } from "./protocol/serve.ts";

// An engine reads the port from the first line.
process.stdout.write(`${await serve(auraProvider(process.env))}\n`);
