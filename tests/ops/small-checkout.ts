import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Checkout, root } from "../../ops/paths.ts";
import { type OpenStack, openStack } from "../../ops/stack.ts";

/** A checkout of its own with a program that a test writes, and its stack `dev` on the embedded engine. */
export interface SmallCheckout {
  readonly checkout: Checkout;
  write(program: string): void;
  /** Sets the stack's settings; keys are `namespace:name`. */
  configure(settings: { readonly [key: string]: string }): void;
  open(): Promise<OpenStack>;
  remove(): void;
}

export function smallCheckout(program: string): SmallCheckout {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "small-checkout-"));
  const checkout = { root: folder, local: join(folder, ".infra") };
  const write = (text: string) => writeFileSync(join(folder, "index.js"), text);
  mkdirSync(checkout.local);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"name":"local","main":"index.js"}');
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: local\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  );
  const configure = (config: object) =>
    writeFileSync(join(folder, "Pulumi.dev.yaml"), JSON.stringify({ config }));
  configure({});
  write(program);
  return {
    checkout,
    write,
    configure,
    open: () => openStack({ positionals: ["dev"], flags: { engine: "embedded" }, checkout }, () => undefined),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
