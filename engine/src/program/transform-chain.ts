/** What tells one registration from the others while it has no URN. */
interface Place<Transform> {
  readonly parent: string;
  readonly type: string;
  readonly name: string;
  readonly remote: boolean;
  readonly transforms: readonly Transform[];
}

/**
 * The transforms of one run. Those of a resource run first, then those of each ancestor from the parent outward, then
 * the stack's in the order of their registration.
 */
export class TransformChain<Transform> {
  private readonly ofStack: Transform[] = [];
  private readonly registered = new Map<
    string,
    { readonly parent: string; readonly own: readonly Transform[] }
  >();
  private readonly handedOver = new Map<string, readonly Transform[]>();

  addStackTransform(transform: Transform): void {
    this.ofStack.push(transform);
  }

  /** A resource's own. A remote component's are said where it is asked for, and apply again where its provider registers it. */
  ownOf({ parent, type, name, remote, transforms }: Place<Transform>): readonly Transform[] {
    const key = [parent, type, name].join("::");
    const pending = this.handedOver.get(key);
    if (pending !== undefined) {
      this.handedOver.delete(key);
      return pending;
    }
    if (remote && transforms.length > 0) this.handedOver.set(key, transforms);
    return transforms;
  }

  /** A resource is there: what registers below it gets its transforms, too. */
  remember(urn: string, resource: { readonly parent: string; readonly own: readonly Transform[] }): void {
    this.registered.set(urn, resource);
  }

  /** The transforms of a resource that is about to register. */
  collect(own: readonly Transform[], parent: string): readonly Transform[] {
    const found = [...own];
    let ancestor = this.registered.get(parent);
    while (ancestor !== undefined) {
      found.push(...ancestor.own);
      ancestor = this.registered.get(ancestor.parent);
    }
    return [...found, ...this.ofStack];
  }
}
