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

interface OstreeDeployment {
  readonly checksum: string;
  readonly serial: number;
  readonly version: string;
  readonly booted: boolean;
  readonly staged: boolean;
  readonly pinned: boolean;
  readonly unlocked: string;
}

/** One host with nothing but ostree and a real systemd, whose story the tests tell one after another. The real ostree is the judge. */
describeWith(...labNeeds)('every verb of a plain ostree host', () => {
  let host: LabHost;
  let berth: BerthOfHost;
  beforeAll(async () => {
    host = await acquireLabHost({ tier: 2, manager: 'ostree' });
    berth = await openBerth(host, 'admin');
  }, 5 * MINUTES);
  afterAll(async () => {
    await berth.close();
    await host.release();
  });

  const deployments = async () =>
    (JSON.parse(await ask(host, 'ostree admin status --json')) as { deployments: OstreeDeployment[] }).deployments;
  /** Version and marks of each, in boot order. */
  const order = async () =>
    (await deployments()).map(({ version, booted, staged, pinned }) =>
      [version, ...(booted ? ['booted'] : []), ...(staged ? ['staged'] : []), ...(pinned ? ['pinned'] : [])].join(' '),
    );
  /** A verb; what pulls nothing leads to the state that is predicted. */
  const run = async (request: VerbRequest) => {
    const operation = await berth.run(request);
    const { after, plan } = operation;
    if (!PULLS.has(request.verb)) expectPredicted(plan.before.deployments, request, null, after!.deployments);
    return operation;
  };
  const contrary = (operation: Operation) => proofs(operation).filter(({ kind }) => kind === 'contrary');

  it('says why of what ostree cannot do', async () => {
    const image = { image: `${host.registry.address}/os:other`, transport: 'registry', signature: null };
    const refusals: readonly [VerbRequest, string][] = [
      [{ verb: 'check' }, 'operation.not-with-ostree'],
      [{ verb: 'download' }, 'operation.not-with-ostree'],
      [{ verb: 'switch', image, retain: false, enforcePolicy: false }, 'operation.not-with-ostree'],
      [{ verb: 'kernel-arguments', append: ['quiet'], remove: [] }, 'operation.no-kernel-arguments'],
      [{ verb: 'pause-updates' }, 'operation.no-timer'],
      [{ verb: 'rollback' }, 'operation.no-rollback'],
      [{ verb: 'unstage' }, 'operation.nothing-staged'],
    ];
    for (const [request, code] of refusals)
      expect([request.verb, await berth.refused(request)]).toEqual([request.verb, code]);
  });

  it('upgrade: nothing new, then staged, taken away and staged again', async () => {
    expect((await run({ verb: 'upgrade' })).outcome).toEqual({ kind: 'up-to-date' });
    await host.registry.tag('stable', 'v2');
    const upgraded = await run({ verb: 'upgrade' });
    expect([upgraded.outcome, upgraded.plan.tool]).toEqual([
      expect.objectContaining({ kind: 'staged', version: V2 }),
      'ostree',
    ]);
    expect(contrary(upgraded)).toEqual([]);
    expect(await order()).toEqual([`${V2} staged`, `${V1} booted`]);
    expect((await run({ verb: 'unstage' })).outcome).toEqual({ kind: 'done' });
    expect(await order()).toEqual([`${V1} booted`]);
    expect((await run({ verb: 'upgrade' })).outcome).toMatchObject({ kind: 'staged', version: V2 });
  });

  it('the reboot into it is proven', async () => {
    const rebooted = await run(REBOOT);
    expect(rebooted.outcome).toMatchObject({ kind: 'rebooted', version: V2, failedUnits: [] });
    expect(contrary(rebooted)).toEqual([]);
    expect(await order()).toEqual([`${V2} booted`, V1]);
  });

  it('a rollback is queued, and taken back', async () => {
    expect((await run({ verb: 'rollback' })).outcome).toEqual({ kind: 'done' });
    expect(await order()).toEqual([V1, `${V2} booted`]);
    // What ostree has written anybody may read, as after an update that nobody followed.
    await ask(host, 'ostree admin status && cat /boot/loader/entries/*.conf', { user: 'guest' });
    expect((await run({ verb: 'undo-rollback' })).outcome).toEqual({ kind: 'done' });
    expect(await order()).toEqual([`${V2} booted`, V1]);
  });

  it('pinned it stays, unpinned it can be removed', async () => {
    const { checksum, serial } = (await deployments())[1]!;
    const deployment = `${checksum}.${String(serial)}`;
    expect((await run({ verb: 'pin', deployment })).outcome).toEqual({ kind: 'done' });
    expect(await order()).toEqual([`${V2} booted`, `${V1} pinned`]);
    expect(await berth.refused({ verb: 'remove', deployment })).toBe('operation.pinned');
    expect((await run({ verb: 'unpin', deployment })).outcome).toEqual({ kind: 'done' });
    expect((await run({ verb: 'remove', deployment })).outcome).toEqual({ kind: 'done' });
    expect(await order()).toEqual([`${V2} booted`]);
    expect((await run({ verb: 'clean-up' })).outcome).toEqual({ kind: 'done' });
  });

  it('everything but the kernel is started again; /usr becomes writable', async () => {
    const before = await host.bootId();
    expect((await run({ verb: 'soft-reboot' })).outcome).toEqual(
      expect.objectContaining({ kind: 'rebooted', version: V2 }),
    );
    expect(await host.bootId()).toBe(before);
    expect((await run({ verb: 'usr-overlay' })).outcome).toEqual({ kind: 'done' });
    await ask(host, 'touch /usr/lib/mine');
    expect((await deployments())[0]?.unlocked).toBe('development');
  });
});
