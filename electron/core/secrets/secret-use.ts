import type { SecretKind, SecretOwner } from '../../../shared/model/secret.ts';

/** What a secret opens: an account at one place, which may be that of every host of a group, or a key file. */
export type SecretUse =
  | {
      readonly kind: 'password' | 'sudo-password';
      /** The host of the inventory; null: a jump host on the way to it. */
      readonly hostId: string | null;
      readonly name: string;
      readonly user: string;
      /** Where it is, as resolved, with the way there: a host that moves is another place. */
      readonly place: string;
      /** The group of the host; null: it has none, or it is a jump host. */
      readonly group: string | null;
    }
  | { readonly kind: 'passphrase'; readonly keyFile: string };

/** A secret as it is looked for: whose it is, and a key that is the same for the same owner. */
export interface SecretSlot {
  readonly key: string;
  readonly kind: SecretKind;
  readonly owner: SecretOwner;
  readonly user: string | null;
  /** Null: not that of one place. */
  readonly place: string | null;
}

/** The slots that a use looks into, the nearest first: the host's own before that of its group. */
export function slotsOf(use: SecretUse): readonly [SecretSlot, ...SecretSlot[]] {
  const { kind } = use;
  if (kind === 'passphrase') {
    return [slot(kind, { kind: 'key-file', path: use.keyFile }, null, null)];
  }
  const { hostId, name, user, place, group } = use;
  const own = slot(kind, { kind: 'host', hostId, name }, user, place);
  return group === null ? [own] : [own, slot(kind, { kind: 'group', name: group }, user, null)];
}

/** Names and ids of a host change; what it is found by does not. */
export function slot(kind: SecretKind, owner: SecretOwner, user: string | null, place: string | null): SecretSlot {
  const where = owner.kind === 'host' ? place : owner.kind === 'group' ? owner.name : owner.path;
  return { key: JSON.stringify([kind, user, owner.kind, where]), kind, owner, user, place };
}
