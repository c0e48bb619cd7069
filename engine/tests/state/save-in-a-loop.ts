/** Saves ever other states until it is killed; writes a dot for each. */
import { openFileBackend } from "../../src/state/file-backend.ts";
import { newManifest } from "../../src/state/integrity.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { emptySnapshot, resourceState } from "../../src/state/resource.ts";

const backend = await openFileBackend({ root: process.argv[2] ?? "", env: {} });
const store = backend.stack({ organization: "organization", project: "p", stack: "dev" }, base64Secrets);
for (let size = 1; ; size = (size % 500) + 1) {
  const resources = Array.from({ length: size }, (_, index) =>
    resourceState({ urn: `urn:pulumi:dev::p::t:m:R::${index}`, type: "t:m:R", custom: true, id: `${size}` }),
  );
  await store.save({ ...emptySnapshot(), manifest: newManifest(new Date(0)), resources });
  process.stdout.write(".");
}
