import { AuraApi } from "./api/aura-api.ts";
import { AuraError, UnknownOutcome, Unreachable } from "./api/aura-error.ts";
import { AuraHttp } from "./api/aura-http.ts";
import type { Tenant } from "./api/aura-objects.ts";
import { Interrupted, type Limit, OutOfTime } from "./api/deadline.ts";
import { type Configuration, MISSING_CREDENTIALS } from "./configuration.ts";
import { CallFailure } from "./protocol/failures.ts";

/** What the resources of one configured provider share. */
export class Session {
  readonly configuration: Configuration;
  private readonly client: AuraApi | undefined;
  private readonly tenants = new Map<string, Promise<Tenant>>();

  constructor(configuration: Configuration) {
    this.configuration = configuration;
    const { credentials, baseUrl } = configuration;
    if (credentials !== undefined) this.client = new AuraApi(new AuraHttp({ ...credentials, baseUrl }));
  }

  get hasCredentials(): boolean {
    return this.client !== undefined;
  }

  /** @throws CallFailure without credentials */
  get api(): AuraApi {
    if (this.client === undefined) throw new CallFailure(MISSING_CREDENTIALS);
    return this.client;
  }

  /** A tenant, asked for once. */
  getTenant(id: string, limit: Limit): Promise<Tenant> {
    const known = this.tenants.get(id);
    if (known !== undefined) return known;
    const asked = this.api.getTenant(id, limit);
    this.tenants.set(id, asked);
    asked.catch(() => this.tenants.delete(id));
    return asked;
  }
}

/** An error in words for the user: what was tried, and what came of it. */
export function toFailure(doing: string, error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  if (error instanceof AuraError) {
    return new CallFailure(`cannot ${doing}: ${error.message}`, "refused", { cause: error });
  }
  if (error instanceof UnknownOutcome) {
    const help = "Whether Aura did it is not known. Run the command again: it looks first.";
    return new CallFailure(`cannot ${doing}: ${error.message}. ${help}`, "doubtful", { cause: error });
  }
  if (error instanceof Unreachable) {
    const help = "Run the command again when it can be.";
    return new CallFailure(`cannot ${doing}: ${error.message}. ${help}`, "doubtful", { cause: error });
  }
  if (error instanceof OutOfTime) {
    const help = "Run the command again to go on, or give it more time by `customTimeouts`.";
    return new CallFailure(`cannot ${doing} within its time limit. ${help}`, "doubtful", { cause: error });
  }
  if (error instanceof Interrupted) {
    const help = "Run the command again to go on.";
    return new CallFailure(`interrupted while trying to ${doing}. ${help}`, "doubtful", { cause: error });
  }
  const { message } = error as Error;
  return new CallFailure(`cannot ${doing}: ${message}`, "doubtful", { cause: error });
}
