import { afterAll, beforeAll, expect, it } from 'vitest';
import { proofs } from '../../../shared/logic/proofs.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Verb, VerbRequest } from '../../../shared/model/verb.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { expectPredicted } from '../../support/predicted.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { openBerth, type BerthOfHost } from './support/berth.ts';
import { ask } from './support/host-words.ts';

const MINUTES = 60_000;
const PULLS: ReadonlySet<Verb> = new Set<Verb>(['upgrade', 'download', 'switch']);
const [V1, V2] = ['43.20261102.0', '43.20261109.0'];
const REBOOT: VerbRequest = { verb: 'reboot', delayMinutes: 0, message: '' };
const TIMER = 'rpm-ostreed-automatic.timer';

interface RpmOstreeDeployment {
  readonly id: string;
  readonly version: string;
  readonly booted: boolean;
  readonly staged: boolean;
  readonly pinned: boolean;
  readonly 'finalization-locked'?: boolean;
  readonly 'container-image-reference'?: string;
}

/**
 * One host with rpm-ostree and a real systemd, whose story the tests tell one after another. What rpm-ostree itself says is the judge. Pins, an
 * overlay of /usr and a soft reboot are done by the same commands as on plain ostree hosts, and tested there.
 */
describeWith(...labNeeds)('every verb of an rpm-ostree host', () => {
  let host: LabHost;
  let berth: BerthOfHost;
  beforeAll(async () => {
    host = await acquireLabHost({ tier: 2, manager: 'rpm-ostree' });
    berth = await openBerth(host, 'admin');
  }, 5 * MINUTES);
  afterAll(async () => {
    await berth.close();
    await host.release();
  });

  const deployments = async () =>
    (JSON.parse(await ask(host, 'rpm-ostree status --json')) as { deployments: RpmOstreeDeployment[] }).deployments;
  /** Version and marks of each, in boot order. */
  const order = async () =>
    (await deployments()).map((one) =>
      [
        one.version,
        ...(one.booted ? ['booted'] : []),
        ...(one.staged ? ['staged'] : []),
        ...(one['finalization-locked'] ? ['locked'] : []),
        ...(one.pinned ? ['pinned'] : []),
      ].join(' '),
    );
  /** The name that Berth has for one. */
  const idOf = async (version: string) => {
    const found = (await deployments()).find((one) => one.version === version && !one.staged);
    return found!.id.replace('default-', '');
  };
  /** A verb; what pulls nothing leads to the state that is predicted. */
  const run = async (request: VerbRequest) => {
    const operation = await berth.run(request);
    const { after, plan } = operation;
    if (!PULLS.has(request.verb)) expectPredicted(plan.before.deployments, request, null, after!.deployments);
    return operation;
  };
  const contrary = (operation: Operation) => proofs(operation).filter(({ kind }) => kind === 'contrary');

  it('check: exit code 77 is no failure', async () => {
    const checked = await run({ verb: 'check' });
    expect(checked.plan).toMatchObject({ tool: 'rpm-ostree', reportsProgress: false });
    expect([checked.exitCode, checked.outcome]).toEqual([77, { kind: 'no-update' }]);
    await host.registry.tag('stable', 'v2');
  });

  it('download only: staged, and locked; then the downloaded is unlocked', async () => {
    expect(await berth.refused({ verb: 'apply-download' })).toBe('operation.nothing-downloaded');
    expect((await run({ verb: 'download' })).outcome).toMatchObject({ kind: 'downloaded', version: V2 });
    expect(await order()).toEqual([`${V2} staged locked`, `${V1} booted`]);
    const applied = await run({ verb: 'apply-download' });
    expect(applied.outcome).toMatchObject({ kind: 'staged', version: V2 });
    expect(await order()).toEqual([`${V2} staged`, `${V1} booted`]);
    expect(contrary(applied)).toEqual([]);
  });

  it('the staged one is taken away, and staged again by an upgrade', async () => {
    expect(await berth.refused({ verb: 'rollback' })).toBe('operation.no-rollback');
    expect((await run({ verb: 'unstage' })).outcome).toEqual({ kind: 'done' });
    expect(await order()).toEqual([`${V1} booted`]);
    const upgraded = await run({ verb: 'upgrade' });
    expect(upgraded.outcome).toMatchObject({ kind: 'staged', version: V2 });
    expect(contrary(upgraded)).toEqual([]);
    expect(await order()).toEqual([`${V2} staged`, `${V1} booted`]);
  });

  it('the reboot into it is proven', async () => {
    expect(await berth.refused({ verb: 'soft-reboot' })).toBe('operation.soft-reboot-kernel');
    const before = await host.bootId();
    const rebooted = await run(REBOOT);
    expect(rebooted.outcome).toMatchObject({ kind: 'rebooted', version: V2, failedUnits: [] });
    expect(contrary(rebooted)).toEqual([]);
    expect(await host.bootId()).not.toBe(before);
    expect(await order()).toEqual([`${V2} booted`, V1]);
  });

  it('a rollback is queued, and taken back', async () => {
    const queued = await run({ verb: 'rollback' });
    expect([queued.outcome, queued.plan.tool]).toEqual([{ kind: 'done' }, 'rpm-ostree']);
    expect(await order()).toEqual([V1, `${V2} booted`]);
    expect(await berth.refused({ verb: 'rollback' })).toBe('operation.rollback-queued');
    expect((await run({ verb: 'undo-rollback' })).outcome).toEqual({ kind: 'done' });
    expect(await order()).toEqual([`${V2} booted`, V1]);
  });

  it('a deployment is removed, and what it alone had goes with a clean-up', async () => {
    const removed = await run({ verb: 'remove', deployment: await idOf(V1) });
    expect([removed.outcome, removed.plan.tool]).toEqual([{ kind: 'done' }, 'ostree']);
    expect(await order()).toEqual([`${V2} booted`]);
    expect((await run({ verb: 'clean-up' })).outcome).toEqual({ kind: 'done' });
    expect(await ask(host, 'ls -d /ostree/deploy/default/deploy/*.0 | wc -l')).toBe('1');
  });

  it('kernel arguments are staged', async () => {
    const staged = await run({ verb: 'kernel-arguments', append: ['lab.app=1', "lab.quoted=it's"], remove: ['rw'] });
    expect(staged.outcome).toMatchObject({ kind: 'staged', version: V2 });
    expect(await order()).toEqual([`${V2} staged`, `${V2} booted`]);
    // What ostree will write into the entry of the boot loader; the arguments are texts one behind the other.
    const words = (await ask(host, "tr '\\0' '\\n' </run/ostree/staged-deployment")).split('\n');
    expect(words).toEqual(expect.arrayContaining(['lab.app=1', "lab.quoted=it's"]));
    expect(words).not.toContain('rw');
  });

  it('automatic updates are paused by a mask, and resumed', async () => {
    const state = () => host.run(`systemctl is-enabled ${TIMER}; systemctl is-active ${TIMER}`);
    expect((await run({ verb: 'pause-updates' })).outcome).toEqual({ kind: 'done' });
    expect((await state()).stdout).toBe('masked\ninactive\n');
    expect(await berth.refused({ verb: 'pause-updates' })).toBe('operation.timer-paused');
    expect((await run({ verb: 'resume-updates' })).outcome).toEqual({ kind: 'done' });
    expect((await state()).stdout).toBe('disabled\nactive\n');
  });

  it('switch rebases to a container image, and only to one of a registry', async () => {
    await host.registry.tag('other', 'other');
    const image = { image: `${host.registry.address}/os:other`, transport: 'registry', signature: null };
    const request = { verb: 'switch', image, retain: false, enforcePolicy: false } as const;
    expect(await berth.refused({ ...request, image: { ...image, image: '/var/os', transport: 'oci' } })).toBe(
      'operation.registry-only',
    );
    expect((await run(request)).outcome).toMatchObject({ kind: 'staged', version: '7.1.0' });
    expect((await deployments())[0]).toMatchObject({
      staged: true,
      'container-image-reference': `ostree-unverified-registry:${image.image}`,
    });
    expect(await berth.refused(request)).toBe('operation.same-image');
  });
});
