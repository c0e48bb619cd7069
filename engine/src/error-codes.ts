/** What an error code means, and what to do about it. */
export interface ErrorCode {
  readonly meaning: string;
  readonly remedy: string;
}

/** Every code that a `UserError` of this package has. docs/errors.md is rendered from it. */
export const errorCodes: { readonly [code: string]: ErrorCode } = {
  "already-waiting": {
    meaning: "A program said a second time that it is done",
    remedy: "It uses the SDK in a way that is not meant; nothing was lost",
  },
  "ambiguous-name": {
    meaning: "A name stands for several recorded resources",
    remedy: "Give the URN of one: `pulumi stack --show-urns`",
  },
  "ambiguous-resource": {
    meaning: "A URN stands for several recorded resources",
    remedy: "Edit the state by hand: `pulumi state edit`",
  },
  "asset-unreadable": {
    meaning: "A file or archive of an asset cannot be read",
    remedy: "Correct its path in the program",
  },
  "atlas-aws-credentials": {
    meaning: "The keys for MongoDB Atlas are to come from AWS Secrets Manager",
    remedy: "Give `clientId` and `clientSecret`, or install the official plugin",
  },
  "autonaming-invalid": {
    meaning: "`pulumi:autonaming` in the configuration is wrong",
    remedy: "Correct it as the message says",
  },
  "backend-corrupt": {
    meaning: "`meta.yaml` of the backend's folder is damaged",
    remedy: "It must hold `version: 1`",
  },
  "backend-unsupported": {
    meaning: "The backend is no folder, or in a layout that is not known",
    remedy: "Use `file://`; upgrade the old layout with `pulumi state upgrade`",
  },
  "bad-config-key": {
    meaning: "A key of the configuration is malformed",
    remedy: "Write `name` or `namespace:name`",
  },
  "bad-config-path": {
    meaning: "A path into a value of the configuration leads nowhere",
    remedy: "Compare it with `pulumi config --json`",
  },
  "bad-environment": {
    meaning: "An environment variable has a value that is not known",
    remedy: "Set it to one of the values named",
  },
  "bad-import-file": {
    meaning: "The file given to `pulumi import` is malformed",
    remedy: "Correct the entry named",
  },
  "bad-move": {
    meaning: "`pulumi state move` was asked to move what cannot be moved",
    remedy: "Name resources; providers go along by themselves",
  },
  "bad-number": {
    meaning: "A value of the configuration is not of the number type that was asked for",
    remedy: "Write the number in digits, or give no `--type`",
  },
  "bad-stack-name": {
    meaning: "A stack's name is malformed, or of another project",
    remedy: "Write `stack` or `organization/project/stack`",
  },
  "bad-urn": { meaning: "A text is no URN", remedy: "List them with `pulumi stack --show-urns`" },
  "bad-usage": { meaning: "A flag or an argument is wrong or missing", remedy: "`pulumi COMMAND --help`" },
  "bare-secret": {
    meaning: "A value that looks like a secret would be stored in clear",
    remedy: "Use `--secret`, or `--plaintext` where it is none",
  },
  "callback-invalid": {
    meaning: "A program registered a transform or hook that cannot be called",
    remedy: "Use the version of the SDK that the project pins",
  },
  "command-failed": { meaning: "A package manager failed", remedy: "Run it by hand in the folder named" },
  "config-invalid": {
    meaning: "`pulumi:disable-default-providers` is no list",
    remedy: "Write a JSON list of package names",
  },
  "config-missing": {
    meaning: "The project declares configuration that the stack lacks",
    remedy: "`pulumi config set KEY VALUE`",
  },
  "config-type": {
    meaning: "A value is not of the type that the project declares",
    remedy: "Correct the value",
  },
  "conversion-failed": {
    meaning: "A converter could not read another tool's state",
    remedy: "Read what it says above; `pulumi import --file` takes what is listed by hand",
  },
  "credentials-encrypted": {
    meaning:
      "The official CLI encrypted `credentials.json` (`PULUMI_CREDENTIAL_STORE`), which this engine cannot read",
    remedy: "Set PULUMI_BACKEND_URL, or name another folder in PULUMI_CREDENTIALS_PATH",
  },
  "credentials-invalid": {
    meaning: "`credentials.json` of PULUMI_HOME, or `config.json` beside it, is damaged",
    remedy: "Delete it and run `pulumi login` again",
  },
  "delete-hooks-need-program": {
    meaning: "Resources have delete hooks, which only the program has",
    remedy: "`pulumi destroy --run-program`",
  },
  "disk-full": {
    meaning: "There is no room left to write the state",
    remedy: "Make room; the state before is unchanged",
  },
  "duplicate-alias": { meaning: "Two resources have the same alias", remedy: "Take it from one of them" },
  "edit-cancelled": { meaning: "An edit of the state was given up", remedy: "Nothing was changed" },
  "environments-unsupported": {
    meaning: "Environments exist only in Pulumi Cloud",
    remedy: "Keep the values in the stack's settings",
  },
  "extension-not-supported": {
    meaning: "A package extends a provider that cannot be extended",
    remedy: "Use a version of the provider that knows the package",
  },
  "file-not-readable": { meaning: "A file cannot be read", remedy: "Check its path and permissions" },
  "file-not-writable": { meaning: "A file cannot be written", remedy: "Check its path and permissions" },
  "history-corrupt": { meaning: "An entry of the history is damaged", remedy: "Move the file named away" },
  "hook-name-invalid": {
    meaning: "A hook has no name, or one that is taken",
    remedy: "Give each hook a name of its own",
  },
  "import-not-found": {
    meaning: "There is no object with the id to import",
    remedy: "Check the id with the provider's own tools",
  },
  "import-not-supported": {
    meaning: "The provider cannot import this type",
    remedy: "Create the resource instead",
  },
  "import-refused": {
    meaning: "A state to import has errors, or is another stack's",
    remedy: "Correct it, or add `--force`",
  },
  "import-type-invalid": {
    meaning: "A type to import does not name its package, module and type",
    remedy: "Give it as `<package>:<module>:<type>`",
  },
  "kubeconfig-invalid": {
    meaning: "The kubeconfig cannot be used",
    remedy: "Correct it, or set `KUBECONFIG`",
  },
  "kubernetes-client-side-apply": {
    meaning: "Client-side apply was asked for",
    remedy: "Leave `enableServerSideApply` out",
  },
  "lock-lost": {
    meaning: "The stack's lock was removed while an operation ran",
    remedy: "Look who runs `pulumi cancel`; then run the operation again",
  },
  "move-failed": {
    meaning: "`pulumi state move` could not write the source",
    remedy: "Nothing was moved: mend the cause and run it again",
  },
  "move-half-done": {
    meaning: "Moved resources are in both stacks",
    remedy: "Run the `pulumi state delete` commands named",
  },
  "no-answer": { meaning: "A question was not answered", remedy: "Answer, or set PULUMI_CONFIG_PASSPHRASE" },
  "no-backend": { meaning: "No backend was chosen", remedy: "`pulumi login file://<folder>`" },
  "no-config": { meaning: "There is no such key in the configuration", remedy: "`pulumi config`" },
  "no-editor": { meaning: "$EDITOR is missing or failed", remedy: "Set EDITOR" },
  "no-history": { meaning: "The stack was never updated", remedy: "Update it first" },
  "no-output": { meaning: "The stack has no such output", remedy: "`pulumi stack output`" },
  "no-package-json": { meaning: "A program has no package.json", remedy: "Run `npm init` in its folder" },
  "no-passphrase": {
    meaning: "The passphrase is not known",
    remedy: "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  },
  "no-project": { meaning: "There is no Pulumi.yaml here or above", remedy: "Run the command in a project" },
  "no-project-name": {
    meaning: "The resources of a stack in the old layout name no project",
    remedy: "Upgrade it with the official CLI, which asks",
  },
  "no-resource": { meaning: "No recorded resource has this URN", remedy: "`pulumi stack --show-urns`" },
  "no-secrets-manager": {
    meaning: "A state holds secrets and does not say how they are encrypted",
    remedy: "Restore it from a backup",
  },
  "no-stack": {
    meaning: "No stack is selected",
    remedy: "`pulumi stack select NAME`, or add `--stack NAME`",
  },
  "no-tag": { meaning: "The stack has no such tag", remedy: "`pulumi stack tag ls`" },
  "no-versions": {
    meaning: "A folder keeps no numbered versions of a state",
    remedy: "See `.pulumi/history` in the backend's folder",
  },
  "node-not-found": { meaning: "The program's Node cannot be started", remedy: "Put it on PATH" },
  "not-approved": { meaning: "Nobody can be asked whether to go on", remedy: "Add `--yes`" },
  "nothing-to-move": {
    meaning: "None of the URNs is in the source",
    remedy: "`pulumi stack --show-urns --stack SOURCE`",
  },
  offline: {
    meaning: "`PULUMI_ENGINE_OFFLINE` is set, and more than a preview of what is recorded was asked for",
    remedy: "Take the variable out of the environment",
  },
  "package-ambiguous": {
    meaning: "Two installed packages have one name, and different plugins speak for them",
    remedy: "Remove one of them, or name a provider for each resource",
  },
  "package-name-empty": {
    meaning: "A package that a program registers has no name",
    remedy: "Generate its SDK again",
  },
  "package-reference-unknown": {
    meaning: "A program refers to a package that it did not register",
    remedy: "Use the version of the SDK that the project pins",
  },
  "package-version-invalid": {
    meaning: "A package's version is no version",
    remedy: "Correct it in the package",
  },
  "passphrases-differ": { meaning: "The new passphrase was not repeated", remedy: "Type it twice alike" },
  "plan-unreadable": {
    meaning: "An update plan cannot be read",
    remedy: "Write it anew: `pulumi preview --save-plan FILE`",
  },
  "plugin-corrupt": {
    meaning: "A plugin's archive is damaged or not the one that was meant",
    remedy: "Download it again",
  },
  "plugin-deadline-invalid": {
    meaning: "A time that plugins are waited for is no number",
    remedy: "Correct the environment variable named",
  },
  "plugin-download-failed": {
    meaning: "A plugin cannot be downloaded",
    remedy: "`pulumi plugin install KIND NAME VERSION --file FILE`",
  },
  "plugin-failed": {
    meaning: "A plugin does not start, or not as a plugin should",
    remedy: "As the message says",
  },
  "plugin-not-acquired": {
    meaning: "An operation needs a plugin that is installed nowhere and could not be downloaded",
    remedy: "`pulumi plugin install resource NAME VERSION`",
  },
  "plugin-not-found": {
    meaning: "There is no plugin and no adapter for a package",
    remedy: "`pulumi plugin install resource NAME VERSION`",
  },
  "plugin-not-removable": {
    meaning: "A plugin's files cannot be deleted",
    remedy: "Check the permissions of the folder",
  },
  "plugins-ambiguous": {
    meaning: "`Pulumi.yaml` names one version of a plugin twice",
    remedy: "Remove one of them from `plugins.providers`",
  },
  "policy-config-invalid": {
    meaning: "The configuration of a policy pack is wrong, or the pack takes none",
    remedy: "Correct the file of `--policy-pack-config` as the message says",
  },
  "policy-pack-failed": {
    meaning: "The process of a policy pack does not start, or does not answer",
    remedy: "See what it wrote: its output is part of the messages",
  },
  "policy-pack-invalid": {
    meaning: "A folder is no policy pack: its PulumiPolicy.yaml is missing or wrong",
    remedy: "Compare the path of `--policy-pack`, and the file's `runtime`",
  },
  "policy-pack-not-installed": {
    meaning: "The dependencies of a policy pack are not installed",
    remedy: "Run `npm install` in its folder",
  },
  "policy-runtime-unsupported": {
    meaning: "A policy pack is written for a runtime that this engine does not start",
    remedy: "Use a pack for Node, or one that is a program of its own",
  },
  "policy-violated": {
    meaning: "Recorded resources do not meet a mandatory policy",
    remedy: "Change what the violations name, or the level of the policy",
  },
  "program-not-found": { meaning: "`main` of Pulumi.yaml leads nowhere", remedy: "Correct it" },
  "project-invalid": { meaning: "Pulumi.yaml is wrong", remedy: "Correct what is listed" },
  "provider-unknown": {
    meaning: "A resource refers to a provider that is not there",
    remedy: "`pulumi state repair`",
  },
  "pulumi-version-unfit": {
    meaning: "A project, plugin or policy pack asks for other versions of Pulumi than this engine stands for",
    remedy: "Change its `requiredPulumiVersion`",
  },
  "resource-exists": { meaning: "The URN is taken", remedy: "Choose another name" },
  "resource-has-dependents": {
    meaning: "Others depend on a resource that was to be forgotten",
    remedy: "Add `--target-dependents`",
  },
  "resource-protected": {
    meaning: "A protected resource was to be forgotten",
    remedy: "`pulumi state unprotect URN`, or add `--force`",
  },
  "runtime-unsupported": {
    meaning: "The program is written for a runtime that this engine does not start",
    remedy: "A program for Node, or an inline program of the Automation API",
  },
  "sdk-not-installed": {
    meaning: "`@pulumi/pulumi` is not installed in the program's folder",
    remedy: "`npm install`",
  },
  "secret-unreadable": {
    meaning: "A secret cannot be decrypted",
    remedy: "Check the passphrase and the salt of the stack's settings",
  },
  "secrets-provider-unsupported": {
    meaning: "Secrets are encrypted in another way than with a passphrase",
    remedy: "`pulumi stack change-secrets-provider passphrase` with the official CLI",
  },
  "settings-invalid": { meaning: "`Pulumi.<stack>.yaml` is wrong", remedy: "Correct what is listed" },
  "snapshot-integrity": {
    meaning: "A state refers to what is not there, or is out of order",
    remedy: "`pulumi state repair`",
  },
  "stack-exists": { meaning: "The stack exists already", remedy: "Choose another name, or select it" },
  "stack-has-resources": {
    meaning: "A stack that still has resources was to be removed",
    remedy: "`pulumi destroy` first",
  },
  "stack-locked": {
    meaning: "Another process works on the stack",
    remedy: "Wait (`--lock-timeout 5m`); if it is dead on another machine: `pulumi cancel`",
  },
  "stack-not-found": { meaning: "There is no such stack", remedy: "`pulumi stack ls`" },
  "state-changed": { meaning: "The state changed while it was edited", remedy: "Edit it again" },
  "state-corrupt": { meaning: "A state is damaged", remedy: "Take the good copy that the message names" },
  "state-not-readable": {
    meaning: "The state cannot be read",
    remedy: "Check the permissions of the backend's folder",
  },
  "state-not-repairable": {
    meaning: "`pulumi state repair` cannot mend a state",
    remedy: "Export, edit and import it by hand",
  },
  "state-not-writable": {
    meaning: "The state cannot be written; the one before is unchanged",
    remedy: "Check the permissions of the backend's folder",
  },
  "state-too-new": { meaning: "A state was written by a newer version", remedy: "Use that version" },
  "state-too-old": {
    meaning: "A state was written by a very old version",
    remedy: "Bring it up with the official CLI",
  },
  "state-unsupported-features": {
    meaning: "A state uses features that this engine does not know",
    remedy: "Use the official CLI",
  },
  "tags-corrupt": { meaning: "The file of a stack's tags is damaged", remedy: "Delete the file named" },
  "target-absent": {
    meaning: "A resource to refresh or destroy, or to leave out, is not recorded",
    remedy: "Compare it with `pulumi stack --show-urns`, and quote it in the shell",
  },
  "timeout-invalid": { meaning: "A custom timeout is no duration", remedy: "Write for example `5m`" },
  "unknown-command": { meaning: "There is no such command", remedy: "`pulumi --help`" },
  "version-range-invalid": {
    meaning: "A range of versions is malformed",
    remedy: "Write for example `>=3.0.0 <4.0.0`",
  },
  "wire-invalid": {
    meaning: "A program or plugin sent what is no property value",
    remedy: "Use the version of the SDK that the project pins",
  },
  "workspace-invalid": {
    meaning: "The file that remembers the selected stack is damaged",
    remedy: "Delete it and select the stack again",
  },
  "wrong-passphrase": {
    meaning: "The passphrase is not that of the stack",
    remedy: "Set the right PULUMI_CONFIG_PASSPHRASE",
  },
};
