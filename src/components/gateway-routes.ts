import * as pulumi from "@pulumi/pulumi";
import { WRITE_SECONDS } from "../../contracts/write-seconds.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Method, RouteRule, RoutingPlatform } from "../platforms/routing.ts";
import { seconds } from "../quantities.ts";
import type { Traffic } from "./gateway.ts";
import { tokenShare } from "./token-share.ts";

/** A service below a path of its own. */
export interface OwnPath {
  readonly path: string;
  readonly definition: ServiceDefinition;
  /** The service knows nothing of the path. */
  readonly stripsPath: boolean;
}

export interface GatewayRoutesArgs {
  readonly platform: RoutingPlatform;
  readonly node: ServiceDefinition;
  readonly python: ServiceDefinition;
  readonly traffic: Traffic;
  /** A client stays with its backend, by its token. */
  readonly sticky: boolean;
  /** Gets copies of reads, where there is one. */
  readonly parity: NonNullable<RouteRule["copied"]> | undefined;
  /** Services with a path of their own. */
  readonly others: readonly OwnPath[];
  /** The services have to be up first. */
  readonly after: readonly pulumi.Resource[];
}

const API_PATHS = ["/v1", "/docs", "/openapi.json"];
/** A login writes nothing that lasts. */
const LOGIN = "/v1/auth/login";
const CANARY = "x-canary";
const COPIED: readonly Method[] = ["GET"];
const NOT_COPIED: readonly Method[] = ["HEAD", "OPTIONS"];

/** The one door where the platform routes by itself, and splits `/v1` between the backends by weight: the twin of Gateway. */
export class GatewayRoutes extends pulumi.ComponentResource {
  readonly url: string;

  constructor(name: string, args: GatewayRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:GatewayRoutes", name, {}, opts);
    const within = { parent: this };
    const entrance = args.platform.entrance(`${name}-entrance`, within);
    const rules = [...canaryRules(args), ...readRules(args), writeRule(args), ...ownRules(args)];
    args.platform.routes(`${name}-routes`, { entrance, rules, dependsOn: args.after }, within);
    this.url = `https://${entrance.host}`;
    this.registerOutputs({ url: this.url });
  }
}

/** Who names a backend in a header reads from it, whatever the weights: to try Python before anybody else does. */
function canaryRules({ node, python }: GatewayRoutesArgs): RouteRule[] {
  return Object.entries({ python, node }).map(([value, definition]) => ({
    paths: API_PATHS,
    methods: [...COPIED, ...NOT_COPIED],
    header: { name: CANARY, value },
    targets: [{ definition, weight: 1 }],
  }));
}

/** Reads are split by weight. */
function readRules(args: GatewayRoutesArgs): RouteRule[] {
  const { parity } = args;
  const split = splitRules(args);
  return [
    ...split.map((rule) => ({
      ...rule,
      paths: API_PATHS,
      methods: COPIED,
      ...(parity && { copied: parity }),
    })),
    ...split.map((rule) => ({ ...rule, paths: API_PATHS, methods: NOT_COPIED })),
    { paths: [LOGIN], methods: ["POST"], targets: weighted(args) },
  ];
}

type Split = Pick<RouteRule, "header" | "targets">;

/** Who has a token stays with a backend; whoever has none gets one by chance. */
function splitRules(args: GatewayRoutesArgs): Split[] {
  const { node, python, sticky, traffic } = args;
  const byChance = { targets: weighted(args) };
  if (!sticky) return [byChance];
  const ofTokens = (pattern: string, definition: ServiceDefinition): Split => ({
    header: { name: "authorization", pattern },
    targets: [{ definition, weight: 1 }],
  });
  const ofPython = traffic.pythonWeight > 0 ? [ofTokens(tokenShare(traffic.pythonWeight), python)] : [];
  return [...ofPython, ofTokens(".+", node), byChance];
}

function weighted({ node, python, traffic: { pythonWeight } }: GatewayRoutesArgs): RouteRule["targets"] {
  return [
    { definition: node, weight: 100 - pythonWeight },
    { definition: python, weight: pythonWeight },
  ];
}

/** All that is no read may write: it goes to the system of record, or nowhere for a moment. */
function writeRule({ node, python, traffic }: GatewayRoutesArgs): RouteRule {
  const definition = { node, python }[traffic.systemOfRecord];
  return {
    paths: API_PATHS,
    timeout: seconds(WRITE_SECONDS),
    targets: traffic.writes === "open" ? [{ definition, weight: 1 }] : [],
  };
}

function ownRules({ others }: GatewayRoutesArgs): RouteRule[] {
  return others.map(({ path, stripsPath, definition }) => ({
    paths: [path],
    stripsPath,
    targets: [{ definition, weight: 1 }],
  }));
}
