import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../lab/command.ts';
import { claimedRanges } from '../../lab/hosts/address-range.ts';
import { labDir } from '../../lab/places.ts';
import { acquireLabHost, type LabHost, type LabHostOptions } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { startHoldingProcess, type HoldingProcess } from './support/holding-process.ts';
import { ask } from './support/host-words.ts';

const MINUTES = 60_000;
const kinds: readonly LabHostOptions[] = [{ kind: 'small' }, { kind: 'full' }];

describeWith(...labNeeds)('two labs on one machine', () => {
  let second: string;
  let hosts: readonly LabHost[];
  let others: HoldingProcess;

  beforeAll(async () => {
    hosts = await Promise.all(kinds.map((kind) => acquireLabHost(kind)));
    // A folder of its own on the same file system. What is made once and never changes need not be made again.
    second = await mkdtemp(join(labDir(), 'second-'));
    for (const cache of ['base', 'images', 'templates']) await symlink(join(labDir(), cache), join(second, cache));
    others = await startHoldingProcess(kinds, { BERTH_LAB_DIR: second });
  }, 5 * MINUTES);
  afterAll(async () => {
    await others.kill();
    takeDownSecond();
    await rm(second, { recursive: true });
    await Promise.all(hosts.map((host) => host.release()));
  });

  const takeDownSecond = () =>
    spawnSync(process.execPath, ['test/lab/run.mjs', 'down', '--here'], {
      env: { ...process.env, BERTH_LAB_DIR: second },
      encoding: 'utf8',
    });

  it('have addresses of their own: who answers there is the host that was made for it', async () => {
    const addresses = [...hosts.map(({ address, port }) => `${address} ${port}`), ...others.addresses];
    expect(new Set(addresses).size).toBe(2 * kinds.length);
    for (const [at, place] of others.addresses.entries()) {
      const [address = '', port = ''] = place.split(' ');
      const known = join(second, 'labs', 'pool', 'hosts', String(others.numbers[at]), 'known_hosts');
      const answer = await runCommand(['ssh-keyscan', '-t', 'ed25519', '-p', port, address]);
      expect(answer.split('\n')).toContain((await readFile(known, 'utf8')).trimEnd());
    }
    for (const host of hosts) expect(await ask(host, 'hostname')).toBe(host.name);
  });

  it('are taken down one by one', async () => {
    await others.kill();
    expect(takeDownSecond()).toMatchObject({ status: 0, stderr: '' });
    expect(claimedRanges().has(second)).toBe(false);
    expect(await readdir(join(second, 'labs', 'pool', 'hosts'))).toEqual([]);
    for (const host of hosts) {
      expect(await ask(host, 'hostname')).toBe(host.name);
      // Routes of full hosts, and the registry behind them.
      expect(await ask(host, `curl -sS http://${host.registry.address}/v2/`)).toBe('{}');
    }
  });
});
