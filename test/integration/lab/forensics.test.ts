import { afterAll, beforeAll, expect, it } from 'vitest';
import { verdictWords } from '../../../shared/logic/forensics-words.ts';
import type { Forensics } from '../../../shared/model/forensics.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { openBerth, type BerthOfHost } from './support/berth.ts';
import { readStatus } from './support/bootc-documents.ts';
import { ask } from './support/host-words.ts';

const MINUTES = 60_000;

describeWith(...labNeeds)('forensics of a real host', () => {
  let host: LabHost;
  let berth: BerthOfHost;
  beforeAll(async () => {
    host = await acquireLabHost({ tier: 2 });
    berth = await openBerth(host);
  }, 5 * MINUTES);
  afterAll(async () => {
    await berth.close();
    await host.release();
  });

  const titleOf = ({ verdict }: Forensics) => verdictWords(verdict, 'utc').title;
  const bootedId = async () => {
    const { booted } = (await readStatus(host)).status;
    return `${booted!.ostree.checksum}.${booted!.ostree.deploySerial}`;
  };

  it('finds nothing wrong with a host that was only started', async () => {
    const forensics = await berth.forensics();
    expect(forensics).toMatchObject({ journal: 'readable', persistent: true, bootCount: 1, failures: [] });
    expect(forensics.verdict).toMatchObject({ kind: 'as-expected', params: { version: '43.20261102.0' } });
    expect(forensics.boots).toMatchObject([{ end: 'running', version: '43.20261102.0' }]);
  });

  it('a cut of power while an update was staged: the stage is lost', async () => {
    await host.registry.tag('stable', 'v2');
    await ask(host, 'bootc upgrade && journalctl --sync');
    const before = await bootedId();
    await host.powerCut();
    await host.powerOn();
    const forensics = await berth.forensics();
    expect(forensics.verdict.kind).toBe('power-cut');
    expect(titleOf(forensics)).toBe(
      'The power was cut, or the host crashed, while 43.20261109.0 was staged: the stage is lost.',
    );
    expect(forensics.boots.map(({ deployment, end }) => ({ deployment, end }))).toEqual([
      { deployment: before, end: 'running' },
      { deployment: before, end: 'cut' },
    ]);
  });

  it('a download-only update and a plain reboot: discarded', async () => {
    await ask(host, 'bootc upgrade --download-only');
    await host.reboot();
    const forensics = await berth.forensics();
    expect(forensics.verdict).toMatchObject({ kind: 'held', params: { by: 'somebody who was logged in' } });
    expect(forensics.verdict.evidence.map(({ text }) => text)).toContain(
      'Not finalizing; deployment is locked for finalization',
    );
  });

  it('a file in /etc where the new image has a directory: the merge failed, and says which', async () => {
    await host.registry.tag('stable', 'blocker');
    await ask(host, 'echo proxy=10.0.0.1 >/etc/app.proxy && bootc upgrade');
    await host.reboot();
    const forensics = await berth.forensics();
    expect(forensics.verdict).toMatchObject({
      kind: 'etc-conflict',
      params: { path: 'etc/app.proxy', becomes: 'directory' },
    });
    expect(titleOf(forensics)).toBe('/etc merge failed: etc/app.proxy is a directory in the new image.');
    expect(forensics.boots[1]?.finalize).toMatchObject({ result: 'failed' });
  });

  it('the update that came after that: nothing is wrong any more', async () => {
    await ask(host, 'cp -a --no-preserve=xattr,context /usr/etc/app.proxy /etc/app.proxy && bootc upgrade');
    await host.reboot();
    const forensics = await berth.forensics();
    expect(forensics.verdict).toMatchObject({ kind: 'as-expected', params: { version: '43.20261118.0' } });
    expect(forensics.boots[0]).toMatchObject({ deployment: await bootedId(), version: '43.20261118.0' });
    expect(forensics.boots[1]).toMatchObject({ version: '43.20261102.0', finalize: { result: 'done' } });
  });

  it('a user who may not read the journal is told so', async () => {
    const guest = await openBerth(host, 'guest');
    try {
      const forensics = await guest.forensics();
      expect(forensics).toMatchObject({ journal: 'unreadable', verdict: { kind: 'journal-unreadable' } });
    } finally {
      await guest.close();
    }
  });

  it('a rollback that somebody queued', async () => {
    await ask(host, 'bootc rollback');
    const { verdict } = await berth.forensics();
    expect(verdict).toMatchObject({
      kind: 'rollback-queued',
      params: { version: '43.20261102.0', by: 'somebody who was logged in' },
    });
  });
});
