import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { planHostKeyUpdate, type HeldKeys } from '../../../shared/logic/host-key-update.ts';
import { parseKnownHosts, type KnownHostEntry, type OfferedKey } from '../../../shared/parse/known-hosts.ts';

const hmac = (salt: string, text: string) =>
  createHmac('sha1', Buffer.from(salt, 'base64')).update(text).digest('base64');

function keyOf(type: string, seed: number): OfferedKey {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return { type, key: Buffer.concat([length, Buffer.from(type), Buffer.alloc(35, seed)]).toString('base64') };
}
const ed = keyOf('ssh-ed25519', 1);
const ec = keyOf('ecdsa-sha2-nistp256', 2);
const old = keyOf('ssh-rsa', 3);
const fido = keyOf('sk-ssh-ed25519@openssh.com', 4);
const usableTypes = new Set([ed.type, ec.type, old.type]);
const box = { address: 'box', port: 22 };

const lines = (file: string, ...texts: readonly string[]): KnownHostEntry[] =>
  parseKnownHosts(texts.join('\n')).map((line) => ({ ...line, file }));
const line = (names: string, { type, key }: OfferedKey) => `${names} ${type} ${key}`;
const plan = (entries: readonly KnownHostEntry[], differs: Partial<HeldKeys> = {}, host: object = box) =>
  planHostKeyUpdate(
    entries,
    { ...box, ...host },
    { trusted: ed, held: [ed, ec], usableTypes, ...differs },
    new Set(['mine']),
    hmac,
  );
const NOTHING = { add: [], remove: [] };

describe('planHostKeyUpdate', () => {
  it('adds what nobody knows, and removes what the host has no longer', () => {
    const entries = lines('mine', line('box', ed), line('box', old), line('other', keyOf('ssh-rsa', 9)));
    const { add, remove } = plan(entries);
    expect(add).toEqual([ec]);
    expect(remove.map(({ key }) => key)).toEqual([old.key]);
    expect(plan(lines('mine', line('box', ed), line('box', ec)))).toEqual(NOTHING);
  });

  it('is about the name with its port, and about an alias', () => {
    expect(plan(lines('mine', line('[box]:2222', ed)), {}, { port: 2222 }).add).toEqual([ec]);
    expect(plan(lines('mine', line('box', ed)), {}, { port: 2222 })).toEqual(NOTHING);
    expect(plan(lines('mine', line('called', ed)), {}, { alias: 'called' }).add).toEqual([ec]);
  });

  it.each<[string, readonly KnownHostEntry[], Partial<HeldKeys>]>([
    ['the trusted key is only known from a file of the system', lines('system', line('box', ed)), {}],
    ['the host did not prove to hold the trusted key', lines('mine', line('box', ed)), { held: [ec] }],
    ['an authority vouches for the host', lines('mine', line('box', ed), `@cert-authority ${line('box', old)}`), {}],
    ['a line names several hosts', lines('mine', line('box,10.0.0.7', ed)), {}],
    ['a line is a pattern', lines('mine', line('b*', ed)), {}],
    [
      'a key to be removed is known under another name',
      lines('mine', line('box', ed), line('box', old), line('other', old)),
      {},
    ],
    [
      'there are more keys than an honest host has',
      lines('mine', line('box', ed)),
      { held: [ed, ...Array.from({ length: 20 }, (_, index) => keyOf('ssh-rsa', 20 + index))] },
    ],
  ])('changes nothing where %s', (_why, entries, differs) => {
    expect(plan(entries, differs)).toEqual(NOTHING);
  });

  it('never adds a revoked key, nor one of a type that is not asked for; and leaves lines of such types alone', () => {
    const entries = lines('mine', line('box', ed), line('box', fido), `@revoked ${line('*', ec)}`);
    expect(plan(entries, { held: [ed, ec, fido] })).toEqual(NOTHING);
    expect(plan(lines('mine', line('box', ed), line('box', fido)), { held: [ed] })).toEqual(NOTHING);
  });
});
