// fakecomp:index:Box (remote component): creates fake:index:Thing children; method fakecomp:index:Box/describe.
"use strict";
const pulumi = require("@pulumi/pulumi");
const provider = require("@pulumi/pulumi/provider");
class Thing extends pulumi.CustomResource {
  constructor(name, props, opts) {
    super(
      "fake:index:Thing",
      name,
      { out: undefined, serial: undefined, ...props },
      { version: "1.0.0", ...opts },
    );
  }
}
class Box extends pulumi.ComponentResource {
  constructor(name, args, opts) {
    super("fakecomp:index:Box", name, {}, opts);
    this.first = new Thing(`${name}-first`, { value: args.value }, { parent: this });
    this.second = new Thing(`${name}-second`, { value: this.first.out }, { parent: this });
    this.result = this.second.out;
    this.hidden = pulumi.secret(this.first.id);
    this.registerOutputs({ result: this.result, hidden: this.hidden });
  }
}
class Provider {
  constructor() {
    this.version = "1.0.0";
    this.name = "fakecomp";
  }
  async construct(name, type, inputs, options) {
    if (type !== "fakecomp:index:Box") {
      throw new Error(`unknown resource type ${type}`);
    }
    const b = new Box(name, inputs, options);
    return { urn: b.urn, state: { result: b.result, hidden: b.hidden } };
  }
  async call(token, inputs) {
    const { __self__: self, ...rest } = inputs;
    return {
      outputs: {
        token,
        described: pulumi.output(rest).apply((r) => JSON.stringify(r)),
        self: self && self.urn,
      },
    };
  }
  async invoke(token, inputs) {
    return { outputs: { token, ...inputs } };
  }
}
provider.main(new Provider(), process.argv.slice(2));
