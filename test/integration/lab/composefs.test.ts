import { afterAll, beforeAll, expect, it } from 'vitest';
import { valueOf } from '../../../shared/model/fact-value.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { openBerth } from './support/berth.ts';
import { readStatus } from './support/bootc-documents.ts';
import { ask } from './support/host-words.ts';
import { tellUpdateStory } from './support/update-story.ts';

const MINUTES = 60_000;
const [V1, V2] = ['43.20261102.0', '43.20261109.0'] as const;

/** ostree's backend with a root of composefs. Soft reboots, which only such hosts can do, have a test of their own. */
describeWith(...labNeeds)('a host whose root is composefs', () => {
  let host: LabHost;
  beforeAll(async () => {
    host = await acquireLabHost({ kind: 'full-composefs' });
  }, 5 * MINUTES);
  afterAll(() => host.release());

  it('has a newer ostree, and one read-only image as its root, /usr in it, and an /etc of its own', async () => {
    expect(await ask(host, 'ostree --version')).toMatch(/'20(2[5-9]|[3-9]\d)\.\d+'/);
    expect(await ask(host, 'findmnt --noheadings --output FSTYPE,OPTIONS /')).toMatch(/^overlay +ro,/);
    expect((await host.run('findmnt /usr')).code).toBe(1);
    expect((await host.run('touch /usr/here')).stderr).toContain('Read-only file system');
    expect((await host.run('touch /here')).stderr).toContain('Read-only file system');
    expect(await ask(host, 'touch /etc/here && rm /etc/here && findmnt --noheadings --output OPTIONS /etc')).toMatch(
      /^rw,/,
    );
  });

  it('is told by Berth as what it is to bootc: a host of the ostree backend', async () => {
    const berth = await openBerth(host);
    const facts = await berth.facts();
    await berth.close();
    expect(valueOf(facts.deployments)).toMatchObject({
      source: 'bootc',
      backend: 'ostree',
      booted: { version: V1 },
      staged: null,
    });
    expect((await readStatus(host)).status.booted).toMatchObject({ composefs: null });
  });

  // It goes back to what was queued, with the /etc that it had when it last ran that; nothing was merged.
  tellUpdateStory(() => host, {
    before: 'bootc rollback',
    then: [V1, V2],
    step: 'Finalizing deployment: ',
    proxy: 'proxy=none',
  });

  it('cannot be had without bootc: nothing can be taken out of its image', async () => {
    await expect(acquireLabHost({ kind: 'full-composefs', manager: 'ostree' })).rejects.toThrow(
      "on composefs the tools of an image cannot be taken out of it; only manager 'bootc' is there",
    );
  });
});
