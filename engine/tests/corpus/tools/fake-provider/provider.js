// A small deterministic resource provider used by the corpus ("fake"). Its "cloud" is a folder
// of JSON files: $FAKE_DIR (or ./cloud), one file per resource id, plus "counter".
// Types: fake:index:Thing (anything goes in, see below); functions fake:index:lookup, fake:index:fail.
//
// Input properties with a meaning (all optional, all kept as ordinary inputs and outputs):
//   replaceOn: [names]        a change of one of these properties asks for a replacement
//   deleteBeforeReplace: bool such a replacement says deleteBeforeReplace
//   detailed: false           Diff answers without detailedDiff (hasDetailedDiff=false)
//   diffUnknown: true         Diff answers DIFF_UNKNOWN, nothing else
//   defaultTag                Check fills "tag" = "default" when absent (when this is true)
//   failCheck / failCreate / failUpdate / failDelete / failDiff / failRead: message -> error
//   initError: message        Create makes the object, then answers ErrorResourceInitFailed
//   crash: true               the provider process ends in Create (exit code 7)
//   slowMs                    Create, Update and Delete sleep this long
//   secretOut: true           the output "token" comes back as a secret
//   named: true               Check fills "physName" from name + "-" + hex of randomSeed (7 hex digits)
// Outputs: every input, and out = "<name>:<value>", serial = number of writes.
// Environment: FAKE_FAIL_CREATE / FAKE_FAIL_UPDATE / FAKE_FAIL_DELETE / FAKE_FAIL_READ =
//   comma-separated resource names that fail; FAKE_NO_PREVIEW=1: supportsPreview=false;
//   FAKE_NO_SECRETS=1: acceptSecrets=false; FAKE_ALONE=1: no other process shares the cloud, which is quicker.
"use strict";
const fs = require("fs");
const path = require("path");
const grpc = require("@grpc/grpc-js");
const pp = require("@pulumi/pulumi/proto/provider_pb.js");
const ps = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const plug = require("@pulumi/pulumi/proto/plugin_pb.js");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
const anyproto = require("google-protobuf/google/protobuf/any_pb.js");

const SIG = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const dir = process.env.FAKE_DIR || path.join(process.cwd(), "cloud");
fs.mkdirSync(dir, { recursive: true });

const isSecret = (v) => v && typeof v === "object" && v[SIG] === SECRET;
const strip = (v) =>
  isSecret(v)
    ? strip(v.value)
    : Array.isArray(v)
      ? v.map(strip)
      : v && typeof v === "object"
        ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, strip(x)]))
        : v;
const js = (s) => (s ? s.toJavaScript() : {});
const st = (o) => Struct.fromJavaScript(o);
const nameOf = (urn) => urn.split("::").pop();
const listed = (v, n) => (process.env[v] || "").split(",").filter(Boolean).includes(n);
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const fileOf = (id) => path.join(dir, id.replace(/[^A-Za-z0-9_.-]/g, "_") + ".json");
// Several provider processes share the cloud: a number belongs to whoever makes its file, and the counter is
// replaced as a whole, so that nobody reads half of it.
const next = () => {
  const counter = path.join(dir, "counter");
  if (process.env.FAKE_ALONE) {
    const n = (fs.existsSync(counter) ? +fs.readFileSync(counter, "utf8") : 0) + 1;
    fs.writeFileSync(counter, String(n));
    return n;
  }
  const taken = path.join(dir, "numbers");
  fs.mkdirSync(taken, { recursive: true });
  for (let n = (fs.existsSync(counter) ? +fs.readFileSync(counter, "utf8") : 0) + 1; ; n += 1) {
    try {
      fs.closeSync(fs.openSync(path.join(taken, String(n)), "wx"));
    } catch (error) {
      if (error.code === "EEXIST") continue;
      throw error;
    }
    fs.writeFileSync(path.join(taken, `counter-${process.pid}`), String(n));
    fs.renameSync(path.join(taken, `counter-${process.pid}`), counter);
    return n;
  }
};
const fail = (msg, code) =>
  Object.assign(new Error(msg), { code: code ?? grpc.status.UNKNOWN, details: msg });
const outputs = (name, ins, serial, preview) => {
  const p = strip(ins);
  const o = { ...ins };
  const unk = preview;
  o.out =
    unk || p.value === UNKNOWN ? UNKNOWN : `${name}:${p.value === undefined ? "" : JSON.stringify(p.value)}`;
  o.serial = unk ? UNKNOWN : serial;
  if (p.secretOut) {
    o.token = unk ? UNKNOWN : { [SIG]: SECRET, value: `token-${name}-${serial}` };
  }
  return o;
};
const computed = ["out", "serial", "token"];

const diffOf = (olds, news) => {
  const a = strip(olds),
    b = strip(news),
    d = {};
  const walk = (x, y, p) => {
    if (JSON.stringify(x) === JSON.stringify(y)) {
      return;
    }
    if (x && y && typeof x === "object" && typeof y === "object" && !Array.isArray(x) && !Array.isArray(y)) {
      for (const k of new Set([...Object.keys(x), ...Object.keys(y)])) {
        walk(x[k], y[k], p ? `${p}.${k}` : k);
      }
    } else if (Array.isArray(x) && Array.isArray(y)) {
      for (let i = 0; i < Math.max(x.length, y.length); i++) {
        walk(x[i], y[i], `${p}[${i}]`);
      }
    } else {
      d[p] = x === undefined ? "add" : y === undefined ? "delete" : "update";
    }
  };
  for (const k of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!k.startsWith("__")) {
      walk(a[k], b[k], k);
    }
  }
  return d;
};

const impl = {
  handshake(req) {
    const r = new pp.ProviderHandshakeResponse();
    r.setAcceptSecrets(!process.env.FAKE_NO_SECRETS);
    r.setAcceptResources(true);
    r.setAcceptOutputs(true);
    return r;
  },
  getSchema() {
    const r = new pp.GetSchemaResponse();
    r.setSchema(JSON.stringify({ name: "fake", version: process.env.FAKE_VERSION || "1.0.0" }));
    return r;
  },
  getPluginInfo() {
    const r = new plug.PluginInfo();
    r.setVersion(process.env.FAKE_VERSION || "1.0.0");
    return r;
  },
  checkConfig(req) {
    const r = new pp.CheckResponse();
    r.setInputs(req.getNews());
    const n = js(req.getNews());
    if (n.bad) {
      const f = new pp.CheckFailure();
      f.setProperty("bad");
      f.setReason("bad provider configuration");
      r.setFailuresList([f]);
    }
    return r;
  },
  diffConfig(req) {
    const d = diffOf(js(req.getOldInputs()), js(req.getNews()));
    delete d.version;
    const r = new pp.DiffResponse();
    r.setChanges(
      Object.keys(d).length ? pp.DiffResponse.DiffChanges.DIFF_SOME : pp.DiffResponse.DiffChanges.DIFF_NONE,
    );
    r.setDiffsList(Object.keys(d));
    if ("region" in d) {
      r.setReplacesList(["region"]);
    }
    return r;
  },
  configure(req) {
    if (js(req.getArgs()).explode) {
      throw fail("cannot configure: explode");
    }
    const r = new pp.ConfigureResponse();
    r.setAcceptsecrets(!process.env.FAKE_NO_SECRETS);
    r.setSupportspreview(!process.env.FAKE_NO_PREVIEW);
    r.setAcceptresources(true);
    r.setAcceptoutputs(true);
    return r;
  },
  check(req) {
    const r = new pp.CheckResponse(),
      n = js(req.getNews()),
      o = js(req.getOlds());
    if (n.defaultTag && n.tag === undefined) {
      n.tag = "default";
    }
    if (n.named) {
      n.physName =
        o.physName ||
        `${nameOf(req.getUrn())}-${Buffer.from(req.getRandomseed_asU8()).toString("hex").slice(0, 7)}`;
    }
    r.setInputs(st(n));
    if (n.failCheck) {
      const f = new pp.CheckFailure();
      f.setProperty("failCheck");
      f.setReason(strip(n.failCheck));
      r.setFailuresList([f]);
    }
    return r;
  },
  diff(req) {
    const olds = js(req.getOlds()),
      oldIn = js(req.getOldInputs()),
      news = js(req.getNews());
    const p = strip(news),
      r = new pp.DiffResponse();
    if (p.failDiff) {
      throw fail(p.failDiff);
    }
    if (p.diffUnknown) {
      return r;
    }
    const base = Object.keys(oldIn).length
      ? oldIn
      : Object.fromEntries(Object.entries(olds).filter(([k]) => !computed.includes(k)));
    const d = diffOf(base, news);
    for (const ig of req.getIgnorechangesList()) {
      for (const k of Object.keys(d)) {
        if (k === ig || k.startsWith(ig + ".") || k.startsWith(ig + "[")) {
          delete d[k];
        }
      }
    }
    const keys = Object.keys(d),
      repl = keys.filter((k) => (p.replaceOn || []).includes(k.split(/[.[]/)[0]));
    r.setChanges(keys.length ? pp.DiffResponse.DiffChanges.DIFF_SOME : pp.DiffResponse.DiffChanges.DIFF_NONE);
    r.setDiffsList([...new Set(keys.map((k) => k.split(/[.[]/)[0]))]);
    r.setReplacesList(repl);
    r.setDeletebeforereplace(!!(repl.length && p.deleteBeforeReplace));
    if (p.detailed !== false) {
      r.setHasdetaileddiff(true);
      const K = pp.PropertyDiff.Kind;
      for (const k of keys) {
        const pd = new pp.PropertyDiff();
        pd.setKind(
          {
            add: [K.ADD, K.ADD_REPLACE],
            delete: [K.DELETE, K.DELETE_REPLACE],
            update: [K.UPDATE, K.UPDATE_REPLACE],
          }[d[k]][repl.includes(k) ? 1 : 0],
        );
        pd.setInputdiff(true);
        r.getDetaileddiffMap().set(k, pd);
      }
    }
    return r;
  },
  async create(req) {
    const ins = js(req.getProperties()),
      p = strip(ins),
      name = nameOf(req.getUrn()),
      r = new pp.CreateResponse();
    if (req.getPreview()) {
      r.setProperties(st(outputs(name, ins, 1, true)));
      return r;
    }
    if (p.slowMs) {
      await sleep(p.slowMs);
    }
    if (p.crash) {
      process.exit(7);
    }
    if (p.failCreate || listed("FAKE_FAIL_CREATE", name)) {
      throw fail(p.failCreate || `create of ${name} refused`);
    }
    const id = `${name}-${next()}`,
      o = outputs(name, ins, 1, false);
    fs.writeFileSync(fileOf(id), JSON.stringify({ inputs: ins, serial: 1 }, null, 1));
    if (p.initError) {
      throw initFailed(id, o, [p.initError], ins);
    }
    r.setId(id);
    r.setProperties(st(o));
    return r;
  },
  async update(req) {
    const ins = js(req.getNews()),
      olds = js(req.getOlds()),
      p = strip(ins),
      name = nameOf(req.getUrn()),
      r = new pp.UpdateResponse();
    if (req.getPreview()) {
      r.setProperties(st(outputs(name, ins, 0, true)));
      return r;
    }
    if (p.slowMs) {
      await sleep(p.slowMs);
    }
    if (p.failUpdate || listed("FAKE_FAIL_UPDATE", name)) {
      throw fail(p.failUpdate || `update of ${name} refused`);
    }
    const serial = (strip(olds).serial || 0) + 1,
      o = outputs(name, ins, serial, false);
    fs.writeFileSync(fileOf(req.getId()), JSON.stringify({ inputs: ins, serial }, null, 1));
    if (p.initError) {
      throw initFailed(req.getId(), o, [p.initError], ins);
    }
    r.setProperties(st(o));
    return r;
  },
  async delete(req) {
    const p = strip(js(req.getProperties())),
      name = nameOf(req.getUrn());
    if (p.slowMs) {
      await sleep(p.slowMs);
    }
    if (p.failDelete || listed("FAKE_FAIL_DELETE", name)) {
      throw fail(p.failDelete || `delete of ${name} refused`);
    }
    fs.rmSync(fileOf(req.getId()), { force: true });
    return new Empty();
  },
  read(req) {
    const r = new pp.ReadResponse(),
      name = nameOf(req.getUrn());
    if (listed("FAKE_FAIL_READ", name)) {
      throw fail(`read of ${name} refused`);
    }
    if (!fs.existsSync(fileOf(req.getId()))) {
      return r;
    }
    const s = JSON.parse(fs.readFileSync(fileOf(req.getId()), "utf8"));
    r.setId(req.getId());
    r.setInputs(st(s.inputs));
    r.setProperties(st(outputs(name, s.inputs, s.serial, false)));
    return r;
  },
  invoke(req) {
    const a = js(req.getArgs()),
      r = new pp.InvokeResponse(),
      p = strip(a);
    if (req.getTok() === "fake:index:fail") {
      throw fail("the function failed");
    }
    if (p.reject) {
      const f = new pp.CheckFailure();
      f.setProperty("reject");
      f.setReason(p.reject);
      r.setFailuresList([f]);
      return r;
    }
    r.setReturn(st({ echo: a, answer: 42, secretAnswer: { [SIG]: SECRET, value: "sesame" } }));
    return r;
  },
  cancel() {
    return new Empty();
  },
};
function initFailed(id, props, reasons, ins) {
  const e = new pp.ErrorResourceInitFailed();
  e.setId(id);
  e.setProperties(st(props));
  e.setReasonsList(reasons);
  e.setInputs(st(ins));
  const { Status } = require("@pulumi/pulumi/proto/status_pb.js");
  const any = new anyproto.Any();
  any.pack(e.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const s = new Status();
  s.setCode(grpc.status.UNKNOWN);
  s.setMessage("resource is not ready");
  s.addDetails(any);
  const md = new grpc.Metadata();
  md.add("grpc-status-details-bin", Buffer.from(s.serializeBinary()));
  return Object.assign(fail("resource is not ready"), { metadata: md });
}
// ends when the engine that started it is gone (killed)
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) {
    process.exit(0);
  }
}, 250).unref();
const server = new grpc.Server({ "grpc.max_receive_message_length": 400 << 20 });
const handlers = {};
for (const [k, def] of Object.entries(ps.ResourceProviderService)) {
  if (def.requestStream || def.responseStream) {
    continue;
  }
  handlers[k] = (call, cb) => {
    if (!impl[k]) {
      return cb({ code: grpc.status.UNIMPLEMENTED, details: `${k} is not implemented` });
    }
    Promise.resolve()
      .then(() => impl[k](call.request))
      .then(
        (r) => cb(null, r),
        (e) => cb(e),
      );
  };
}
server.addService(ps.ResourceProviderService, handlers);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (e, port) => {
  if (e) {
    console.error(e);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
});
