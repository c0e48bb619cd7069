import type { ConfigMap } from "../project/config-value.ts";
import { absentProject } from "../project/project-file.ts";
import { openStackSecrets } from "../project/stack-secrets.ts";
import { unsavedSettings } from "../project/stack-settings.ts";
import { type ConfigSession, recordedSecrets, type StackSession } from "./stack-session.ts";

/** A stack outside its project's folder: its last update tells the configuration, its state what encrypts. */
export async function withoutProject(session: StackSession): Promise<ConfigSession> {
  const { reference, store, passphrase, process } = session;
  const [latest] = await store.history({ size: 1, page: 1 });
  const settings = unsavedSettings((latest?.config ?? {}) as ConfigMap, reference.project);
  return {
    ...session,
    settings,
    project: absentProject(reference.project, process.cwd),
    secrets: () => openStackSecrets(settings, passphrase, () => recordedSecrets(store)),
  };
}
