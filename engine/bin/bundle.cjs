"use strict";
// Which bundle of the engine may be run. Part of each start, so it loads nothing and only looks at files.
const fs = require("node:fs");
const path = require("node:path");

/** Where bundles are, below the root of the checkout. */
const folder = ".infra/engine";
/** Names the newest of them, and everything that it is made of. */
const manifestFile = `${folder}/manifest.json`;

/** What changes with a file: its size and the time of its last change. Undefined where there is none. */
function stampOf(file) {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  return stats && [stats.size, stats.mtimeMs];
}

/**
 * The entry of the newest bundle of the checkout at `root`; undefined, so that the sources are run, where a file that
 * it was made from or that it consists of is not what it was.
 */
function freshBundle(root) {
  try {
    const manifest = JSON.parse(fs.readFileSync(path.join(root, manifestFile), "utf8"));
    const isUnchanged = ([file, size, time]) => {
      const stamp = stampOf(root + path.sep + file);
      return stamp !== undefined && stamp[0] === size && stamp[1] === time;
    };
    const isFresh =
      manifest.root === root && manifest.node === process.version && manifest.files.every(isUnchanged);
    return isFresh ? path.join(root, manifest.entry) : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { folder, freshBundle, manifestFile, stampOf };
