import { UserError } from "../errors.ts";

/** The stack's configuration forbids the default provider of a package. */
export class DefaultProviderDenied extends UserError {
  override name = "DefaultProviderDenied";
  readonly pkg: string;
  constructor(pkg: string) {
    super("default-provider-disabled", `Default provider for '${pkg}' disabled.`);
    this.pkg = pkg;
  }

  /** The message for whoever needed the provider: a URN, a type or a function token. */
  messageFor(user: string, pkg = this.pkg): string {
    return `Default provider for '${pkg}' disabled. '${user}' must use an explicit provider.`;
  }
}
