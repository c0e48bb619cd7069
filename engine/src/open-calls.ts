import { randomUUID } from "node:crypto";

/** What calls that are under way are about. A handle stands for each until it ends. */
export class OpenCalls<Subject> {
  private readonly subjects = new Map<string, Subject>();

  /** Does the work of a call; its handle stands for `subject` meanwhile. */
  async during<Answer>(subject: Subject, work: (handle: string) => Promise<Answer>): Promise<Answer> {
    const handle = randomUUID();
    this.subjects.set(handle, subject);
    try {
      return await work(handle);
    } finally {
      this.subjects.delete(handle);
    }
  }

  /** undefined where no call under way has this handle. */
  find(handle: string): Subject | undefined {
    return this.subjects.get(handle);
  }
}
