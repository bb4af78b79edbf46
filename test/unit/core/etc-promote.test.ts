import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { promote } from '../../../electron/core/etc/promote.ts';
import { compareEtc } from '../../../shared/logic/etc-merge.ts';
import type { EtcComparison } from '../../../shared/model/etc.ts';
import { contentOf, file, tree } from '../logic/etc-trees.ts';

const base = tree({ 'motd.conf': 'old\n', shadow: 'a', 'changed.conf': 'a' });
const local = tree({
  'motd.conf': 'new\n',
  shadow: 'b',
  'changed.conf': 'b',
  'large.conf': file('x'.repeat(1_500_000), { mode: 0o640, uid: 7 }),
});
const entries = compareEtc({
  base,
  local,
  target: null,
  view: 'drift',
  backend: 'ostree',
  isTransient: false,
  rules: { hidden: [] },
});
const comparison = {
  hostId: 'h',
  view: 'drift',
  entries,
  booted: { deployment: 'a.0', version: '2.14.0', digest: null },
} as unknown as EtcComparison;

function host() {
  const asked: string[] = [];
  type Core = Parameters<typeof promote>[0];
  const etc: Pick<Core['etc'], 'last' | 'compare' | 'piece'> = {
    last: () => null,
    compare: () => Promise.resolve(comparison),
    piece(_question, { side, path, offset, length }) {
      asked.push(path);
      const node = (side === 'base' ? base : local).get(path);
      // What somebody wrote since it was compared.
      const text = path === 'changed.conf' && side === 'local' ? 'c' : node ? contentOf(node) : '';
      return Promise.resolve({ node: node ?? null, bytes: Buffer.from(text).subarray(offset, offset + length) });
    },
  };
  const core = { etc, hosts: { host: () => ({ id: 'h', name: 'web 04' }) }, options: { now: () => 0 } };
  return { core: core as unknown as Core, asked };
}

describe('what was changed on a host, packed for its image', () => {
  const paths = ['motd.conf', 'shadow', 'changed.conf', 'large.conf', 'never.heard'];

  it('is an archive with modes and owners, without what is secret or changed meanwhile', async () => {
    const { core, asked } = host();
    const { fileName, base64, containerfile, leftOut } = await promote(core, { hostId: 'h', paths, format: 'tar' });
    expect(fileName).toBe('etc-web-04.tar');
    const list = spawnSync('tar', ['-tv', '--numeric-owner'], {
      input: Buffer.from(base64, 'base64'),
      encoding: 'utf8',
    });
    const told = list.stdout.trimEnd().split('\n');
    expect(told.map((line) => line.replace(/\s+(\d+) \d{4}-\S+ \S+ /, ' $1 '))).toEqual([
      `-rw-r--r-- 0/0 ${String(containerfile.length)} Containerfile`,
      '-rw-r----- 7/0 1500000 etc/large.conf',
      '-rw-r--r-- 0/0 4 etc/motd.conf',
    ]);
    expect(containerfile).toContain('RUN chown -h 7:0 -- /etc/large.conf\n');
    expect(leftOut).toEqual([
      { path: 'changed.conf', why: 'It is too large, or changed while it was read.' },
      { path: 'shadow', why: 'It holds a secret.' },
      { path: 'never.heard', why: 'It is as the image has it.' },
    ]);
    expect(asked).not.toContain('shadow');
  });

  it('is a patch', async () => {
    const { base64, fileName } = await promote(host().core, { hostId: 'h', paths: ['motd.conf'], format: 'patch' });
    expect(fileName).toBe('etc-web-04.patch');
    const patch = Buffer.from(base64, 'base64').toString();
    expect(patch).toContain('--- a/etc/motd.conf\n+++ b/etc/motd.conf\n');
    const stat = spawnSync('git', ['apply', '--stat', '-'], { input: patch, encoding: 'utf8' });
    expect(stat).toMatchObject({ status: 0, stdout: expect.stringContaining('etc/motd.conf') as string });
  });
});
