/** Typing into several terminals at once. `receivers`: terminal ids. `lastTypedAt`: epoch ms. */
export interface Broadcast {
  readonly receivers: readonly string[];
  readonly lastTypedAt: number;
}

/** A terminal, as far as a broadcast cares. */
interface Receiver {
  readonly state: { readonly kind: string };
}

/** Fewer than two is no broadcast. */
export function beginBroadcast(receivers: readonly string[], now: number): Broadcast | null {
  const unique = [...new Set(receivers)];
  return unique.length < 2 ? null : { receivers: unique, lastTypedAt: now };
}

/**
 * What is left of it while terminals come and go: one that is not open any more is out for good, so that nothing is typed into what has
 * come back meanwhile as something else. Null: one alone is no broadcast.
 */
export function withOpenOnly(broadcast: Broadcast, terminals: ReadonlyMap<string, Receiver>): Broadcast | null {
  const receivers = broadcast.receivers.filter((id) => terminals.get(id)?.state.kind === 'open');
  if (receivers.length === broadcast.receivers.length) return broadcast;
  return receivers.length < 2 ? null : { ...broadcast, receivers };
}

/** Who gets what is typed into a terminal: all, if it is one of them; else itself alone. */
export function receiversOf(broadcast: Broadcast | null, terminalId: string): readonly string[] {
  return broadcast?.receivers.includes(terminalId) ? broadcast.receivers : [terminalId];
}

/** Milliseconds until it ends because nobody types; 0 when it is over. */
export function idleLeft({ lastTypedAt }: Broadcast, now: number, idleSeconds: number): number {
  return Math.max(0, lastTypedAt + idleSeconds * 1000 - now);
}
