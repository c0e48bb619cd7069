const PROJECT = "trials.project";
const STACK = "trials.stack";
/** Label of everything that a stack made: which service, store or job of it this is. */
export const ROLE_LABEL = "trials.role";

/** Which service or job a pod is of. */
export const SERVICE_LABEL = "app.kubernetes.io/name";

/** A stack as Docker's labels tell stacks apart: another project's `dev` is not this one's. */
export interface StackName {
  readonly project: string;
  readonly stack: string;
}

/** True where both are the same stack; something that is no stack's is nobody's own. */
export function isSameStack(owner: StackName | undefined, { project, stack }: StackName): boolean {
  return owner?.project === project && owner.stack === stack;
}

/** The labels, as Docker filters by them, of everything that a stack made. */
export function stackLabels({ project, stack }: StackName): string[] {
  return [`${PROJECT}=${project}`, `${STACK}=${stack}`];
}

/** Whose an object with these labels is. */
export function ownerOf(labels: { readonly [label: string]: string }): StackName | undefined {
  const project = labels[PROJECT];
  const stack = labels[STACK];
  return project === undefined || stack === undefined ? undefined : { project, stack };
}

/** Stacks of one person's machine; any other is an environment that people share. */
const LOCAL_STACKS: readonly string[] = ["dev", "test"];

/** True of a stack that runs on this machine's Docker Engine. */
export function isLocalStack(stack: string): boolean {
  return LOCAL_STACKS.includes(stack);
}
