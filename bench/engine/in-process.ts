/**
 * The engine with a provider in its own process, on the stack `dev` of the project around the current folder:
 *
 *     node bench/engine/in-process.ts up|preview|refresh|destroy
 */
import { enableCompileCache } from "node:module";
import { setFlagsFromString } from "node:v8";

// As `engine/bin/pulumi` does; what is imported before it is not cached.
enableCompileCache();
setFlagsFromString("--heap-growing-percent=100");
await import("./in-process-operation.ts");
