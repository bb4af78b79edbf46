import { afterAll, beforeAll, expect, it } from 'vitest';
import { nextBoot } from '../../../shared/logic/next-boot.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { openBerth, partsOf, type BerthOfHost, type Parts } from './support/berth.ts';
import { readStatus } from './support/bootc-documents.ts';
import { ask, look } from './support/host-words.ts';

const MINUTES = 60_000;
const [V1, V2, V3] = ['43.20261102.0', '43.20261109.0', '44.20261116.0'];

interface OstreeDeployment {
  readonly checksum: string;
  readonly serial: number;
  readonly booted: boolean;
  readonly staged: boolean;
  readonly pinned: boolean;
}

/** One host, whose story the tests tell one after another: ostree's own words are the truth, Berth's are compared with them. */
describeWith(...labNeeds)('the deployments of a host, as Berth tells them', () => {
  let host: LabHost;
  let berth: BerthOfHost;
  beforeAll(async () => {
    host = await acquireLabHost({ kind: 'full' });
    berth = await openBerth(host, 'admin');
  }, 5 * MINUTES);
  afterAll(async () => {
    await berth.close();
    await host.release();
  });

  /** From the order of `ostree admin status`: what is before the booted one and not staged is booted next. */
  async function truth(): Promise<Parts> {
    const { deployments } = JSON.parse(await ask(host, 'ostree admin status --json')) as {
      readonly deployments: readonly OstreeDeployment[];
    };
    const idOf = ({ checksum, serial }: OstreeDeployment) => `${checksum}.${serial}`;
    const booted = deployments.findIndex((each) => each.booted);
    const kept = deployments.filter((each) => !each.staged && !each.booted);
    const queued = deployments.slice(0, booted).filter((each) => !each.staged);
    const rollback = queued[0] ?? deployments[booted + 1];
    return {
      booted: idOf(deployments[booted]!),
      staged: deployments.filter((each) => each.staged).map(idOf)[0] ?? null,
      rollback: rollback ? idOf(rollback) : null,
      rollbackQueued: queued.length > 0,
      others: kept.filter((each) => each !== rollback).map(idOf),
      pinned: deployments
        .filter((each) => each.pinned)
        .map(idOf)
        .sort(),
    };
  }

  /** The set as Berth reads it, which must be what ostree says and what bootc's schema allows; with what the next boot is in it. */
  async function read() {
    const { status } = await readStatus(host);
    const facts = await berth.facts();
    const set = valueOf(facts.deployments)!;
    expect(set).toMatchObject({ source: 'bootc', backend: 'ostree', managedByBootc: true, readOnly: false });
    expect(partsOf(set)).toEqual(await truth());
    expect(set.booted?.image?.digest).toBe(status.booted?.image?.imageDigest);
    expect(set.tracked?.image).toBe(`${host.registry.address}/os:stable`);
    return { ...set, facts, next: nextBoot(set) };
  }

  it('one, before anything is staged', async () => {
    const { booted, staged, rollback, next, facts } = await read();
    expect(booted?.version).toBe(V1);
    expect([staged, rollback]).toEqual([null, null]);
    expect(next.kind).toBe('same');
    expect(valueOf(facts.kernels)).toEqual({ [booted!.id]: '6.12.48-lab' });
    expect(facts.bootcFailure).toBeNull();
  });

  it('one with a writable /usr, until the next boot', async () => {
    await ask(host, 'bootc usr-overlay && touch /usr/here && test -e /usr/here');
    expect((await read()).usrOverlay).toEqual({ access: 'read-write', persistence: 'transient' });
  });

  it('a staged one, and the pin of the booted one', async () => {
    await host.registry.tag('stable', 'v2');
    await ask(host, 'ostree admin pin booted && bootc upgrade');
    const { booted, staged, next } = await read();
    expect([booted?.version, staged?.version]).toEqual([V1, V2]);
    expect(booted?.pinned).toBe(true);
    expect(next).toMatchObject({ kind: 'staged', deployment: { version: V2 } });
  });

  it('the staged one booted after a reboot, and the one before as rollback', async () => {
    await host.reboot();
    const { booted, staged, rollback, usrOverlay, next } = await read();
    expect([booted?.version, staged, rollback?.version]).toEqual([V2, null, V1]);
    expect(usrOverlay).toBeNull();
    expect((await host.run('test -e /usr/here')).code).toBe(1);
    expect(next.kind).toBe('same');
  });

  it('what is pinned is kept when the next update comes, beside the rollback', async () => {
    await host.registry.tag('stable', 'v3');
    await ask(host, 'echo v2 >/etc/here; bootc upgrade');
    await host.reboot();
    const { booted, rollback, others, facts } = await read();
    expect([booted?.version, rollback?.version]).toEqual([V3, V2]);
    expect(others).toMatchObject([{ version: V1, pinned: true }]);
    expect(valueOf(facts.kernels)).toMatchObject({ [booted!.id]: '6.17.8-lab', [rollback!.id]: '6.12.48-lab' });
  });

  it('a rollback that is queued, which merges nothing: each has the /etc that it had, /var is one', async () => {
    await ask(host, 'echo v3 >/etc/here; echo v3 >/etc/only-here; echo v3 >/var/lib/shared; sync; bootc rollback');
    const queued = await read();
    expect(queued).toMatchObject({ rollbackQueued: true, next: { kind: 'rollback', deployment: { version: V2 } } });
    expect(await ask(host, 'cat /run/reboot-required')).toContain('Reboot required');

    await host.reboot();

    const { booted, rollback, rollbackQueued, others } = await read();
    expect([booted?.version, rollback?.version, rollbackQueued]).toEqual([V2, V3, false]);
    expect(others).toMatchObject([{ version: V1, pinned: true }]);
    expect([...(await look(host, '', ['etc/here', 'etc/only-here', 'var/lib/shared'])).values()]).toEqual([
      'file 644: v2',
      'nothing',
      'file 644: v3',
    ]);
    const left = `/ostree/deploy/default/deploy/${rollback!.id}/etc`;
    expect([...(await look(host, left, ['here', 'only-here'])).values()]).toEqual(['file 644: v3', 'file 644: v3']);
  });

  it('one that ostree was told to boot: bootc calls it the rollback', async () => {
    const { others, rollback } = await read();
    await ask(host, 'ostree admin set-default 2');
    const after = await read();
    expect(after).toMatchObject({ rollbackQueued: true, rollback: { id: others[0]!.id, version: V1, pinned: true } });
    expect(after.next).toMatchObject({ kind: 'rollback', deployment: { version: V1 } });
    expect(after.others.map(({ id }) => id)).toEqual([rollback!.id]);
  });

  it('a staged one, which wins over the one that was queued', async () => {
    await ask(host, 'bootc upgrade');
    const { staged, rollbackQueued, next } = await read();
    expect([staged?.version, rollbackQueued, next.kind]).toEqual([V3, true, 'staged']);
  });

  it('the queued one again, once the staged one is taken away', async () => {
    await ask(host, 'ostree admin undeploy 0');
    const { staged, next } = await read();
    expect(staged).toBeNull();
    expect(next).toMatchObject({ kind: 'rollback', deployment: { version: V1 } });
  });
});
