import { createHash } from "node:crypto";

import type { Collection, Db } from "mongodb";

import { hashPassword, verifyPassword } from "./password.ts";
import type { Account } from "./schemas.ts";

interface UserDocument {
  _id: string;
  email: string;
  emailNorm: string;
  role: Account["role"];
  passwordHash: string;
  disabledAt: Date | null;
  createdAt: Date;
  version: number;
}

/** The accounts of people, in the document store. */
export class AccountRepository {
  readonly #users: Collection<UserDocument>;
  readonly #administrator: { email: string; password: string };
  #administratorMade: Promise<void> | undefined;
  #unknownUserHash: Promise<string> | undefined;

  constructor(database: Db, administrator: { email: string; password: string }) {
    this.#users = database.collection("users");
    this.#administrator = administrator;
  }

  /** The account that the address and password belong to. An unknown address takes as long as a known one. */
  async authenticate(email: string, password: string): Promise<Account | undefined> {
    await this.ensureAdministrator();
    const user = await this.#users.findOne({ emailNorm: normaliseEmail(email) });
    this.#unknownUserHash ??= hashPassword(crypto.randomUUID());
    const matches = await verifyPassword(user?.passwordHash ?? (await this.#unknownUserHash), password);
    return user && matches && user.disabledAt === null ? toAccount(user) : undefined;
  }

  async find(userId: string): Promise<Account | undefined> {
    const user = await this.#users.findOne({ _id: userId });
    return user && user.disabledAt === null ? toAccount(user) : undefined;
  }

  /**
   * Makes the first administrator, once a process. The environment owns this account's password:
   * where a restored data volume holds another one, it is replaced.
   */
  ensureAdministrator(): Promise<void> {
    this.#administratorMade ??= this.#makeAdministrator().catch((error: unknown) => {
      this.#administratorMade = undefined;
      throw error;
    });
    return this.#administratorMade;
  }

  async #makeAdministrator(): Promise<void> {
    await this.#users.createIndex({ emailNorm: 1 }, { name: "email_unique", unique: true });
    const { email, password } = this.#administrator;
    const _id = userIdOf(email);
    const known = await this.#users.findOne({ _id });
    if (known === null || !(await verifyPassword(known.passwordHash, password))) {
      await this.#writeAdministrator(_id, email, await hashPassword(password));
    }
  }

  async #writeAdministrator(_id: string, email: string, passwordHash: string): Promise<void> {
    const created = { email, role: "admin" as const, disabledAt: null, createdAt: new Date() };
    await this.#users.updateOne(
      { _id },
      {
        $set: { passwordHash },
        $inc: { version: 1 },
        $setOnInsert: { ...created, emailNorm: normaliseEmail(email) },
      },
      { upsert: true },
    );
  }
}

/** The same address has the same identifier in every backend's database, so tokens pass between them. */
export function userIdOf(email: string): string {
  const hash = createHash("sha256").update(normaliseEmail(email)).digest("hex");
  return `usr_${hash.slice(0, 24)}`;
}

/** Addresses that differ only in case and surrounding space are one. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}

function toAccount(user: UserDocument): Account {
  return { userId: user._id, email: user.email, role: user.role };
}
