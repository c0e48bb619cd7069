import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as sdk from "@pulumi/pulumi/provider/index.js";

// A provider of the package nodefake, written with the public Node SDK. Its objects are JSON files in the folder
// NODEFAKE_DIR. What reaches it are the values of the wire: secrets are objects with a signature.

interface Props {
  readonly [name: string]: unknown;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const fileOf = (id: string) => join(process.env["NODEFAKE_DIR"] ?? ".", `${id}.json`);
const secret = (value: unknown) => ({ [SIGNATURE]: SECRET, value });
const isSecret = (value: unknown): value is { value: unknown } =>
  typeof value === "object" && value !== null && (value as Props)[SIGNATURE] === SECRET;

/** An asset counts by its hash: of a recorded one the provider is told nothing else. */
const fingerprint = (value: unknown) =>
  JSON.stringify((value as { hash?: unknown } | undefined)?.hash ?? value);

/** What a thing tells of itself: secret where it comes from a secret. */
function outputsOf(inputs: Props): Props {
  const { value } = inputs;
  const shout = (text: unknown) => String(text).toUpperCase();
  return {
    ...inputs,
    shout: isSecret(value) ? secret(shout(value.value)) : shout(value),
    token: secret("node-token"),
    digest: createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 8),
  };
}

function store(id: string, inputs: Props): Props {
  const outputs = outputsOf(inputs);
  writeFileSync(fileOf(id), JSON.stringify({ inputs, outputs }));
  return outputs;
}

class Thing extends pulumi.CustomResource {
  declare readonly shout: pulumi.Output<string>;
  constructor(name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super("nodefake:index:Thing", name, { shout: undefined, ...props }, opts);
  }
}

class Box extends pulumi.ComponentResource {
  readonly shout: pulumi.Output<string>;
  readonly inner: pulumi.Output<string>;
  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.ComponentResourceOptions) {
    super("nodefake:index:Box", name, {}, opts);
    const thing = new Thing(`${name}-inner`, { value: inputs["value"] }, { parent: this });
    this.shout = thing.shout;
    this.inner = thing.id;
    this.registerOutputs({ shout: this.shout, inner: this.inner });
  }
}

/** A box that exists already, as a reference names it. */
class ExistingBox extends pulumi.ComponentResource {
  constructor(name: string, urn: string) {
    super("nodefake:index:Box", name, {}, { urn });
  }
}

const version = "2.0.0";

pulumi.runtime.registerResourceModule("nodefake", "index", {
  version,
  construct: (name, _type, urn) => new ExistingBox(name, urn),
});

const provider: sdk.Provider = {
  version,

  async check(_urn, _olds: Props, news: Props) {
    if (news["value"] === undefined) return { failures: [{ property: "value", reason: "is required" }] };
    return { inputs: { size: 1, ...news } };
  },

  async diff(_id, _urn, olds: Props, news: Props) {
    const changed = Object.keys(news).filter((key) => fingerprint(olds[key]) !== fingerprint(news[key]));
    return { changes: changed.length > 0, replaces: changed.filter((key) => key === "zone") };
  },

  async create(urn, inputs: Props) {
    if (inputs["crash"] === true) process.exit(3);
    const zone = typeof inputs["zone"] === "string" ? `-${inputs["zone"]}` : "";
    const id = `${urn.split("::").at(-1)}-node${zone}`;
    const outs = store(id, inputs);
    const reason = inputs["notReady"];
    if (typeof reason === "string") {
      throw Object.assign(new Error(reason), { id, properties: outs, reasons: [reason] });
    }
    return { id, outs };
  },

  async read(id) {
    if (!existsSync(fileOf(id))) return {};
    const { inputs, outputs } = JSON.parse(readFileSync(fileOf(id), "utf8")) as {
      inputs: Props;
      outputs: Props;
    };
    return { id, props: outputs, inputs };
  },

  async update(id, _urn, _olds, news: Props) {
    return { outs: store(id, news) };
  },

  async delete(id) {
    rmSync(fileOf(id));
  },

  async construct(name, type, inputs, options) {
    if (type !== "nodefake:index:Box") throw new Error(`no component ${type}`);
    if (inputs["value"] === undefined) {
      const errors = [
        { propertyPath: "value", reason: "missing" },
        { propertyPath: "other.part", reason: "odd" },
      ];
      throw new pulumi.InputPropertiesError({ message: "the box is wrong", errors });
    }
    const { urn, shout, inner } = new Box(name, inputs, options);
    return { urn, state: { shout, inner } };
  },

  async call(token, inputs) {
    if (token !== "nodefake:index:Box/describe") throw new Error(`no method ${token}`);
    const { __self__: self, greeting } = inputs;
    if (greeting === undefined) return { failures: [{ property: "greeting", reason: "is missing" }] };
    return { outputs: { text: pulumi.interpolate`${greeting} from ${(self as ExistingBox).urn}` } };
  },

  async invoke(token, { text }: Props) {
    if (token !== "nodefake:index:shout") throw new Error(`no function ${token}`);
    if (text === "") return { failures: [{ property: "text", reason: "is empty" }] };
    return { outputs: { text: String(text).toUpperCase() } };
  },
};

await sdk.main(provider, process.argv.slice(2));
