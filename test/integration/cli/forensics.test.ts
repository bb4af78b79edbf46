import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Forensics } from '../../../shared/model/forensics.ts';
import { openCliUser } from '../../support/cli.ts';

let user: Awaited<ReturnType<typeof openCliUser>>;
beforeAll(async () => {
  user = await openCliUser();
});
afterAll(() => user.dispose());

describe('berth forensics', () => {
  it('says why greenboot brought a host back, with the check, the lines and the boots', async () => {
    const { code, out } = await user.run(['--demo', 'forensics', 'edge-berlin-02']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Greenboot rolled 42\.20260815\.0 back after 3 failed boots: the check 40-gateway\.sh fails\.\n/,
    );
    expect(out).toMatch(/\nEvidence:\n {2}2\d{3}-.*Z {2}greenboot-healthcheck\.service {2}40-gateway\.sh: no answer/);
    expect(out.match(/ unhealthy/g)).toHaveLength(3);
    expect(out).toMatch(/\nBOOTED \(UTC\) +RAN +HOW IT ENDED +UPDATE\n/);
  });

  it('is one line of JSON for programs', async () => {
    const { code, out } = await user.run(['--demo', 'forensics', 'web-04.ber', '--json']);
    const told = JSON.parse(out) as { words: { title: string } };
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(Forensics.parse(told).verdict).toMatchObject({
      kind: 'etc-conflict',
      params: { path: 'etc/acme/agent.conf' },
    });
    expect(told.words.title).toBe('/etc merge failed: etc/acme/agent.conf is a directory in the new image.');
    expect(code).toBe(0);
  });

  it('exits 4 where the journal cannot be read, and 1 where there is nothing to judge or no host', async () => {
    const unreadable = await user.run(['--demo', 'forensics', 'proxy-01.fra']);
    expect(unreadable.code).toBe(4);
    expect(unreadable.out).toContain('The journal cannot be read');
    const packages = await user.run(['--demo', 'forensics', 'legacy-app-02']);
    expect(packages).toMatchObject({ code: 1, out: '' });
    expect(packages.err).toContain('not in image mode');
    expect((await user.run(['--demo', 'forensics', 'nobody'])).code).toBe(2);
  });
});

describe('berth bundle', () => {
  const list = (file: string) => spawnSync('tar', ['-tzf', file], { encoding: 'utf8' }).stdout.trimEnd().split('\n');
  const read = (file: string, path: string) => spawnSync('tar', ['-xzOf', file, path], { encoding: 'utf8' }).stdout;

  it('packs hosts into an archive with a manifest that is true, also those that cannot be read', async () => {
    const file = join(user.dir, 'incident.tar.gz');
    const { code, out, err } = await user.run([
      '--demo',
      'bundle',
      'web-04.ber',
      'edge-kiel-01',
      'proxy-01.fra',
      '-o',
      file,
    ]);
    expect(out).toBe(`${file}\n`);
    expect(err).toContain('edge-kiel-01 could not be read');
    expect(code).toBe(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const paths = list(file);
    const [root] = paths[0]!.split('/');
    expect(root).toMatch(/^berth-incident-3-hosts-\d{12}$/);
    for (const path of [
      'README.txt',
      'web-04.ber/verdict.txt',
      'web-04.ber/facts.json',
      'web-04.ber/host/journal-previous-boot.txt',
      'edge-kiel-01/not-read.txt',
      'proxy-01.fra/forensics.json',
    ])
      expect(paths).toContain(`${root}/${path}`);
    const manifest = JSON.parse(read(file, `${root}/MANIFEST.json`)) as {
      hosts: { name: string; read: boolean }[];
      files: { path: string; size: number; sha256: string }[];
      leftOut: string[];
    };
    expect(manifest.hosts.map(({ name, read: isRead }) => [name, isRead])).toEqual([
      ['web-04.ber', true],
      ['edge-kiel-01', false],
      ['proxy-01.fra', true],
    ]);
    expect(manifest.leftOut).toEqual([]);
    const listed = manifest.files.map(({ path }) => `${root}/${path}`);
    expect([...listed, `${root}/MANIFEST.json`, `${root}/README.txt`].sort()).toEqual([...paths].sort());
    for (const { path, size, sha256 } of manifest.files) {
      const content = read(file, `${root}/${path}`);
      expect(Buffer.byteLength(content)).toBe(size);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
    expect(read(file, `${root}/web-04.ber/verdict.txt`)).toMatch(
      /^\/etc merge failed: etc\/acme\/agent\.conf is a directory/,
    );
  });

  it('writes over nothing', async () => {
    const file = join(user.dir, 'incident.tar.gz');
    const before = await readFile(file);
    const { code, err } = await user.run(['--demo', 'bundle', 'web-01.ber', '-o', file]);
    expect(code).toBe(1);
    expect(err).toContain('EEXIST');
    expect(await readFile(file)).toEqual(before);
  });
});
