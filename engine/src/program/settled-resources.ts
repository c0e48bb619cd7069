interface Settled {
  readonly custom: boolean;
  /** True where the object is there: not one that is only planned, or that is left out. */
  readonly isThere: boolean;
}

/** What a function that must wait for resources has to know: which are there, and which are still to come below them. */
export class SettledResources {
  private readonly settled = new Map<string, Settled>();
  private readonly children = new Map<string, Set<string>>();
  /** Parent -> how many registrations below it have no answer yet. */
  private readonly underWay = new Map<string, number>();
  private waiting: (() => void)[] = [];

  /** A registration has begun below a parent; call the result when it has its answer. */
  begin(parent: string): () => void {
    this.underWay.set(parent, (this.underWay.get(parent) ?? 0) + 1);
    return () => {
      const left = (this.underWay.get(parent) ?? 1) - 1;
      if (left === 0) this.underWay.delete(parent);
      else this.underWay.set(parent, left);
      const woken = this.waiting;
      this.waiting = [];
      for (const wake of woken) wake();
    };
  }

  add(urn: string, parent: string, resource: Settled): void {
    this.settled.set(urn, resource);
    const siblings = this.children.get(parent);
    if (siblings === undefined) this.children.set(parent, new Set([urn]));
    else siblings.add(urn);
  }

  /**
   * True where a resource, or a custom resource below a component, is not there. What registers below a component is
   * waited for. URNs that nobody registered do not count.
   */
  async lacksAny(urns: readonly string[]): Promise<boolean> {
    for (;;) {
      const reached = [...this.reachedFrom(urns)];
      const found = reached.map((urn) => this.settled.get(urn));
      if (found.some((resource) => resource?.custom && !resource.isThere)) return true;
      const isOpen = reached.some((urn) => !this.settled.get(urn)?.custom && this.underWay.has(urn));
      if (!isOpen) return false;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** The known resources among these, and all below the components among them; children of custom resources are their own affair. */
  private reachedFrom(urns: readonly string[]): ReadonlySet<string> {
    const reached = new Set<string>();
    const open = [...urns];
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
      const resource = this.settled.get(urn);
      if (resource === undefined || reached.has(urn)) continue;
      reached.add(urn);
      if (!resource.custom) open.push(...(this.children.get(urn) ?? []));
    }
    return reached;
  }
}
