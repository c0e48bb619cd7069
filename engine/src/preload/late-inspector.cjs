"use strict";

const { runInThisContext } = require("node:vm");

/** The name of a script that tells those that were there before it from those that came later. */
const MARK = "pulumi-embedded-engine:mark";

/**
 * The SDK opens a debugger in every program, for functions that are turned into code, and as long as it is there V8 makes
 * and awaits each promise in a slower way. Here it is opened for the first such function. It knows the same scripts: those
 * that were loaded after this.
 */
function openInspectorLate(exports) {
  if (typeof exports.getSessionAsync !== "function") return;
  // As long as its function is kept, V8 names the mark to whoever asks for the scripts.
  const scripts = { mark: runInThisContext("() => undefined", { filename: MARK }), urls: new Map() };
  let session;
  exports.isInitializedAsync = async () => undefined;
  exports.getSessionAsync = () => {
    session ??= openSession(scripts);
    return session;
  };
  exports.getScriptUrl = (id) => scripts.urls.get(id);
}

async function openSession({ urls }) {
  const { Session } = require("node:inspector");
  const session = new Session();
  let marked = 0;
  session.connect();
  session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
    if (url === MARK) marked = Number(scriptId);
    urls.set(scriptId, url);
  });
  await new Promise((resolve, reject) => {
    session.post("Debugger.enable", (error) => (error ? reject(error) : resolve()));
  });
  for (const id of urls.keys()) {
    if (Number(id) <= marked) urls.delete(id);
  }
  return session;
}

module.exports = { openInspectorLate };
