/** What a secret opens: one account at one place, or the same account at every host of a group. */
export interface SecretUse {
  readonly kind: 'password' | 'sudo-password';
  readonly user: string;
  /** `address:port`, as resolved: a host that moves is another place. */
  readonly place: string;
  /** The group of the host; null: it has none, or it is a jump host. */
  readonly group: string | null;
}

/** How far an answer may be used again: for this host, or for every host of its group. */
export type SecretScope = 'host' | 'group';

/**
 * Secrets that the user allowed to be used again, in this process's memory alone: they end with it. One that was refused is
 * forgotten wherever it would be found again, so that nothing is tried twice.
 */
export interface SecretMemory {
  find(use: SecretUse): string | null;
  /** For a host without a group both scopes mean the host. */
  keep(use: SecretUse, secret: string, scope: SecretScope): void;
  forget(use: SecretUse): void;
  dispose(): void;
}

export function createSecretMemory(): SecretMemory {
  const secrets = new Map<string, string>();
  const hostKey = ({ kind, user, place }: SecretUse) => JSON.stringify([kind, user, 'host', place]);
  const groupKey = ({ kind, user, group }: SecretUse) => JSON.stringify([kind, user, 'group', group]);

  return {
    find: (use) => secrets.get(hostKey(use)) ?? (use.group === null ? null : (secrets.get(groupKey(use)) ?? null)),
    keep(use, secret, scope) {
      secrets.set(scope === 'group' && use.group !== null ? groupKey(use) : hostKey(use), secret);
    },
    forget(use) {
      // The one of the group is only looked at where the host has none of its own.
      if (!secrets.delete(hostKey(use)) && use.group !== null) secrets.delete(groupKey(use));
    },
    dispose: () => secrets.clear(),
  };
}
