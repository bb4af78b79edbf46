import { expect, it } from 'vitest';
import { isKept, keptOf } from '../../../shared/logic/etc-kept.ts';
import type { EtcEntry, EtcNode } from '../../../shared/model/etc.ts';

const node = (changes: Partial<EtcNode> = {}): EtcNode => ({
  ...{ type: 'file', mode: 0o644, uid: 0, gid: 0, size: 3, link: null, hash: 'a'.repeat(64), isReadable: true },
  ...{ label: null, xattrs: null, changedAt: 1_000, ...changes },
});
const entry = (local: EtcNode | null, target: EtcNode | null): EtcEntry => ({
  ...{ path: 'x', outcome: 'masked', here: 'content', there: 'content', base: node(), local, target },
  ...{ result: 'local', reason: '', toolWords: null, noise: null, isSecret: false },
});

it('is kept until what is here or what the image brings is another one', () => {
  const first = entry(node({ hash: 'b'.repeat(64) }), node({ hash: 'c'.repeat(64) }));
  const kept = [keptOf(first)];
  expect(isKept(first, kept)).toBe(true);
  expect(isKept({ ...first, path: 'y' }, kept)).toBe(false);
  expect(isKept(entry(node({ hash: 'd'.repeat(64) }), first.target), kept)).toBe(false);
  expect(isKept(entry(node({ hash: 'b'.repeat(64), mode: 0o600 }), first.target), kept)).toBe(false);
  expect(isKept(entry(first.local, node({ hash: 'd'.repeat(64) })), kept)).toBe(false);
  expect(isKept(entry(null, first.target), kept)).toBe(false);
  // Without an image that brings something, what is here decides.
  expect(isKept(entry(first.local, null), kept)).toBe(true);
});

it('knows content that was not hashed by its size and time', () => {
  const kept = [keptOf(entry(node({ hash: null }), null))];
  expect(isKept(entry(node(), null), kept)).toBe(true);
  expect(isKept(entry(node({ changedAt: 2_000 }), null), kept)).toBe(false);
});
