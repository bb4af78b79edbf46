import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKnownHosts } from '../../../electron/core/ssh/known-hosts.ts';

const KEY = { type: 'ssh-ed25519', key: 'AAAAC3NzaC1lZDI1NTE5AAAAIGTT2z7GZ2wX8hQx7m1oWc5u0m3m0j3m0j3m0j3m0j3m' };

describe('an accepted key', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-known-hosts-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each(['*', '*.example.com', 'a,b', '!a', 'a b', 'a\nb', '|1|a', '@revoked', '#a'])(
    'is kept for one host, and not for what matches %j',
    async (address) => {
      const berthFile = join(folder, 'berth');
      const knownHosts = createKnownHosts({ berthFile, userFile: join(folder, 'user'), systemFiles: [] });
      await expect(knownHosts.add({ address, port: 22 }, KEY, 'berth')).rejects.toThrow('cannot stand in known_hosts');
      await knownHosts.add({ address: '2001:db8::1', port: 2222 }, KEY, 'berth');
      expect(await readFile(berthFile, 'utf8')).toBe(`[2001:db8::1]:2222 ${KEY.type} ${KEY.key}\n`);
    },
  );
});
