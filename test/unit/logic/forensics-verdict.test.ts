import { describe, expect, it } from 'vitest';
import { verdictWords } from '../../../shared/logic/forensics-words.ts';
import { Verdict, VerdictKind } from '../../../shared/model/forensics.ts';
import { boot, events, good, judged, NEW, OLD, T0, BOOT_MS, type Story } from './forensics-journal.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { OperationOutcome } from '../../../shared/model/operation.ts';
import { deployment as deploymentOf, operation, plan, set, snapshot } from './fixtures.ts';

const deployment = (id: string, version: string) => deploymentOf(version, { id, checksum: id.slice(0, 64) });
const deploymentSet = (parts: Partial<DeploymentSet>) => set({ rollback: null, ...parts });
const endedOperation = (outcome: OperationOutcome, endedAt: number) =>
  operation({
    phase: 'ended',
    startedBy: 'jb@laptop',
    startedAt: endedAt - 60_000,
    endedAt,
    outcome,
    plan: plan({ before: snapshot(deploymentSet({ booted: deployment(OLD, '42.1') })) }),
  });

const { applied, bootComplete, down, failed, fallback, green, halfway, held, red, rollback, staged, up } = events;
const DIRECTORY =
  "Finalizing deployment: During /etc merge: Modified config file newly defaults to directory 'app.proxy', cannot merge";
const UPDATER = 'bootc-fetch-apply-updates.service';
const running = deploymentSet({ booted: deployment(OLD, '42.1') });

interface Case {
  readonly name: string;
  readonly story: Story;
  readonly kind: VerdictKind;
  readonly params?: Record<string, string | number>;
  readonly title: string;
}

const cases: readonly Case[] = [
  {
    name: 'a host that was only started',
    story: { boots: [boot(OLD, up)], set: running },
    kind: 'as-expected',
    title: 'Nothing is wrong: the host runs what it should, 42.1.',
  },
  {
    name: 'plain reboots',
    story: { boots: [good(OLD), good(OLD), boot(OLD, up)], set: running },
    kind: 'as-expected',
    title: 'Nothing is wrong: the host runs what it should, 42.1.',
  },
  {
    name: 'an update that was staged, applied and booted',
    story: {
      boots: [good(OLD, staged(), applied()), boot(NEW, up)],
      set: deploymentSet({ booted: deployment(NEW, '42.2') }),
    },
    kind: 'as-expected',
    params: { version: '42.2', since: T0 + BOOT_MS },
    title: 'Nothing is wrong: the host runs what it should, 42.2.',
  },
  {
    name: 'an update that waits',
    story: {
      boots: [boot(OLD, up, staged())],
      set: deploymentSet({ booted: deployment(OLD, '42.1'), staged: deployment(NEW, '42.2') }),
    },
    kind: 'waiting',
    title: 'Nothing is wrong: 42.2 waits for the next boot.',
  },
  {
    name: 'an update that waits after one that was applied',
    story: {
      boots: [good(OLD, staged(), applied()), boot(NEW, up)],
      set: deploymentSet({ booted: deployment(NEW, '42.2'), staged: deployment(`${'c'.repeat(64)}.0`, '42.3') }),
    },
    kind: 'waiting',
    params: { version: '42.2', staged: '42.3' },
    title: 'Nothing is wrong: 42.3 waits for the next boot.',
  },
  {
    name: 'a file in /etc where the image has a directory',
    story: { boots: [good(OLD, staged(), failed(DIRECTORY)), boot(OLD, bootComplete(DIRECTORY), up)], set: running },
    kind: 'etc-conflict',
    params: { path: 'etc/app.proxy', becomes: 'directory' },
    title: '/etc merge failed: etc/app.proxy is a directory in the new image.',
  },
  {
    name: 'the same on the composefs backend',
    story: {
      boots: [good(OLD, staged(), failed("Directory 'app.d' now defaults to a file in new etc")), boot(OLD, up)],
      set: running,
    },
    kind: 'etc-conflict',
    params: { path: 'etc/app.d', becomes: 'file' },
    title: '/etc merge failed: etc/app.d is a file in the new image.',
  },
  {
    name: 'a merge that fails with other words',
    story: {
      boots: [good(OLD, staged(), failed('During /etc merge: fchmod: Operation not permitted')), boot(OLD, up)],
      set: running,
    },
    kind: 'etc-conflict',
    params: { path: '' },
    title: '/etc merge failed.',
  },
  {
    name: 'a failure that only the next boot tells',
    story: { boots: [boot(OLD, up, staged()), boot(OLD, bootComplete(DIRECTORY), up)], set: running },
    kind: 'etc-conflict',
    params: { path: 'etc/app.proxy' },
    title: '/etc merge failed: etc/app.proxy is a directory in the new image.',
  },
  {
    name: 'no room on /boot',
    story: {
      boots: [
        good(OLD, staged(), failed('Finalizing deployment: Installing kernel: regfile copy: No space left on device')),
        boot(OLD, up),
      ],
      set: running,
    },
    kind: 'boot-full',
    title: 'Finalization failed: there was no room left for the new kernel.',
  },
  {
    name: 'another failure',
    story: {
      boots: [good(OLD, staged(), failed('Finalizing deployment: fsetxattr: Input/output error')), boot(OLD, up)],
      set: running,
    },
    kind: 'finalize-failed',
    params: { reason: 'Finalizing deployment: fsetxattr: Input/output error' },
    title: 'The staged update could not be finalized at shutdown.',
  },
  {
    name: 'a finalization that was killed at its timeout',
    story: { boots: [good(OLD, staged(), events.timedOut), boot(OLD, up)], set: running },
    kind: 'finalize-timeout',
    title: 'Finalization took too long and was killed at its timeout.',
  },
  {
    name: 'a cut of power while staged',
    story: { boots: [boot(OLD, up, staged()), boot(OLD, up)], set: running },
    kind: 'power-cut',
    title: 'The power was cut, or the host crashed, while @dddddddd was staged: the stage is lost.',
  },
  {
    name: 'a shutdown that did not finalize',
    story: { boots: [good(OLD, staged()), boot(OLD, up)], set: running },
    kind: 'finalize-cut',
    title: 'The host went down before the staged update was finalized.',
  },
  {
    name: 'a cut of power while finalizing',
    story: { boots: [boot(OLD, up, staged(), halfway), boot(OLD, up)], set: running },
    kind: 'finalize-cut',
    title: 'The host went down before the staged update was finalized.',
  },
  {
    name: 'a cut journal, and the next boot runs what was finalized',
    story: {
      boots: [boot(OLD, up, staged(), halfway), boot(NEW, up)],
      set: deploymentSet({ booted: deployment(NEW, '42.2') }),
    },
    kind: 'as-expected',
    title: 'Nothing is wrong: the host runs what it should, 42.2.',
  },
  {
    name: 'download-only and a plain reboot',
    story: { boots: [good(OLD, staged(), held), boot(OLD, up)], set: running },
    kind: 'held',
    params: { by: 'somebody who was logged in' },
    title: '@dddddddd was only downloaded, and a plain reboot discarded it.',
  },
  {
    name: 'download-only, as ostree before 2023.8 said it',
    story: { boots: [good(OLD, staged(), events.heldBefore2023), boot(OLD, up)], set: running },
    kind: 'held',
    title: '@dddddddd was only downloaded, and a plain reboot discarded it.',
  },
  {
    name: 'somebody removed what was staged',
    story: { boots: [good(OLD, staged(), events.nothingThere), boot(OLD, up)], set: running },
    kind: 'stage-removed',
    title: 'The staged update was removed before the reboot.',
  },
  {
    name: 'a queued rollback',
    story: {
      boots: [boot(NEW, up, rollback())],
      set: deploymentSet({ booted: deployment(NEW, '42.2'), rollback: deployment(OLD, '42.1'), rollbackQueued: true }),
    },
    kind: 'rollback-queued',
    params: { by: 'somebody who was logged in', version: '42.1' },
    title: 'A rollback is queued: the next boot runs 42.1.',
  },
  {
    name: 'a rollback',
    story: {
      boots: [good(NEW, rollback()), boot(OLD, up)],
      set: deploymentSet({ booted: deployment(OLD, '42.1'), rollback: deployment(NEW, '42.2') }),
    },
    kind: 'rolled-back',
    params: { version: '42.1', from: '42.2', lost: '' },
    title: 'Somebody rolled the host back to 42.1.',
  },
  {
    name: 'a rollback by a bootc before 1.8, with its other field',
    story: { boots: [good(NEW, events.rollbackBefore18()), boot(OLD, up)], set: running },
    kind: 'rolled-back',
    title: 'Somebody rolled the host back to 42.1.',
  },
  {
    name: 'a rollback that deleted what was staged',
    story: { boots: [good(NEW, staged(), rollback(), events.nothingThere), boot(OLD, up)], set: running },
    kind: 'rolled-back',
    params: { lost: '@dddddddd' },
    title: 'Somebody rolled the host back to 42.1.',
  },
  {
    name: 'a rollback that was taken back by a retry',
    story: { boots: [good(OLD, rollback(), rollback('revert')), boot(OLD, up)], set: running },
    kind: 'rollback-toggled',
    params: { times: 2 },
    title: 'The rollback was taken back by asking for it again.',
  },
  {
    name: 'an auto-update that brought back what was rolled back from',
    story: {
      boots: [good(NEW, rollback()), good(OLD, staged(UPDATER), applied(NEW)), boot(NEW, up)],
      set: deploymentSet({ booted: deployment(NEW, '42.2'), rollback: deployment(OLD, '42.1') }),
    },
    kind: 'auto-update-undid-rollback',
    params: { unit: UPDATER, version: '42.2', rolledBackAt: T0 + 2000 },
    title: 'The auto-update undid the rollback at 20 Nov 2026, 06:16.',
  },
  {
    name: 'an auto-update after a rollback that brought something newer',
    story: {
      boots: [
        good(NEW, rollback()),
        good(OLD, staged(UPDATER), applied(`${'c'.repeat(64)}.0`)),
        boot(`${'c'.repeat(64)}.0`, up),
      ],
      set: deploymentSet({ booted: deployment(`${'c'.repeat(64)}.0`, '42.3') }),
    },
    kind: 'as-expected',
    title: 'Nothing is wrong: the host runs what it should, 42.3.',
  },
  {
    name: 'greenboot: three failed boots and the fallback',
    story: {
      boots: [
        good(OLD, staged(), applied()),
        boot(NEW, red, down),
        boot(NEW, red, down),
        boot(NEW, red, down),
        boot(OLD, fallback, green, up),
      ],
      set: deploymentSet({ booted: deployment(OLD, '42.1'), rollback: deployment(NEW, '42.2') }),
    },
    kind: 'greenboot-rollback',
    params: {
      boots: 3,
      attempts: 3,
      version: '42.2',
      back: '42.1',
      check: '10-app.sh',
      output: 'app: the database is too old',
    },
    title: 'Greenboot rolled 42.2 back after 3 failed boots: the check 10-app.sh fails.',
  },
  {
    name: 'greenboot of the other generation, which says nothing of a fallback, after a plain reboot',
    story: {
      boots: [
        good(OLD, staged(), applied()),
        boot(NEW, events.redOfRust, rollback('rollback', 'greenboot-healthcheck.service'), down),
        good(OLD, green),
        boot(OLD, green, up),
      ],
      set: deploymentSet({ booted: deployment(OLD, '42.1'), rollback: deployment(NEW, '42.2') }),
      frames: { 'greenboot-conf': 'GREENBOOT_MAX_BOOT_ATTEMPTS=1\n' },
    },
    kind: 'greenboot-rollback',
    params: { boots: 1, attempts: 1, check: '10-app.sh' },
    title: 'Greenboot rolled 42.2 back after 1 failed boot: the check 10-app.sh fails.',
  },
  {
    name: 'greenboot, of which only the message of the day is left',
    story: {
      boots: [boot(OLD, up)],
      set: running,
      frames: { 'boot-status': 'FALLBACK BOOT DETECTED! x\n' },
      identity: { persistent: 'no' },
    },
    kind: 'journal-volatile',
    title: 'The journal of this host does not outlive a boot, so that earlier boots are not known.',
  },
  {
    name: 'greenboot finds this boot unhealthy',
    story: {
      boots: [good(OLD, staged(), applied()), boot(NEW, red)],
      set: deploymentSet({ booted: deployment(NEW, '42.2') }),
    },
    kind: 'greenboot-red',
    params: { check: '10-app.sh' },
    title: 'Greenboot finds this boot unhealthy: the check 10-app.sh fails.',
  },
  {
    name: 'a kernel that left no journal',
    story: { boots: [good(OLD, staged(), applied()), boot(OLD, up)], set: running },
    kind: 'did-not-come-up',
    params: { told: 'nothing', booted: '42.1' },
    title: '@dddddddd did not come up.',
  },
  {
    name: 'a boot that ended in the middle',
    story: {
      boots: [good(OLD, staged(), applied()), boot(NEW), boot(OLD, up)],
      set: deploymentSet({ booted: deployment(OLD, '42.1'), rollback: deployment(NEW, '42.2') }),
    },
    kind: 'did-not-come-up',
    params: { told: 'some', version: '42.2' },
    title: '42.2 did not come up.',
  },
  {
    name: 'another entry of the boot menu',
    story: { boots: [good(NEW), boot(OLD, up)], set: running },
    kind: 'other-entry',
    title: 'The host booted 42.1 without being told to by bootc.',
  },
  {
    name: 'a failure that a later update has made good',
    story: {
      boots: [good(OLD, staged(), failed(DIRECTORY)), good(OLD, staged(), applied()), boot(NEW, up)],
      set: deploymentSet({ booted: deployment(NEW, '42.2') }),
    },
    kind: 'as-expected',
    title: 'Nothing is wrong: the host runs what it should, 42.2.',
  },
  {
    name: 'a failure some plain reboots ago',
    story: { boots: [good(OLD, staged(), failed(DIRECTORY)), good(OLD), good(OLD), boot(OLD, up)], set: running },
    kind: 'etc-conflict',
    title: '/etc merge failed: etc/app.proxy is a directory in the new image.',
  },
  {
    name: 'no right to read the journal',
    story: { boots: [], set: running, identity: { journal: 'unreadable', user: 'guest' } },
    kind: 'journal-unreadable',
    params: { user: 'guest' },
    title: 'The journal cannot be read, so that the last boots are not known.',
  },
  {
    name: 'no journal at all',
    story: { boots: [], set: running, identity: { journal: 'none', persistent: 'no' } },
    kind: 'journal-volatile',
    title: 'This host has no journal, so that the last boots are not known.',
  },
  {
    name: 'Berth staged it, and the journal has nothing of it',
    story: {
      boots: [boot(OLD, up)],
      set: running,
      identity: { persistent: 'no' },
      operations: [
        endedOperation({ kind: 'staged', version: '42.2', digest: `sha256:${'e'.repeat(64)}` }, T0 - 60_000),
      ],
    },
    kind: 'update-gone',
    params: { version: '42.2', booted: '42.1', journal: 'volatile' },
    title: '42.2 was staged and is gone, and the host does not tell why.',
  },
];

describe('the verdict', () => {
  it.each(cases)('$name', ({ story, kind, params = {}, title }) => {
    const { verdict } = judged(story);
    expect(Verdict.parse(verdict)).toEqual(verdict);
    expect(verdict).toMatchObject({ kind, params });
    expect(verdictWords(verdict, 'utc').title).toBe(title);
  });

  it('is tried with every kind there is', () => {
    expect(new Set(cases.map(({ kind }) => kind))).toEqual(new Set(VerdictKind.options));
  });

  it('shows the failed boot beside the good one, and the lines that tell', () => {
    const { verdict } = judged(cases.find(({ name }) => name.startsWith('greenboot: three'))!.story);
    expect(verdict.failedBoot).toBe('3'.padStart(32, '0'));
    expect(verdict.goodBoot).toBe('4'.padStart(32, '0'));
    expect(verdict.evidence.map(({ text }) => text)).toEqual([
      'app: the database is too old',
      "Script '10-app.sh' FAILURE (exit code '1')",
      'FALLBACK BOOT DETECTED! Default bootc deployment has been rolled back.',
      'Rolling back',
    ]);
  });

  it('names Berth where Berth did it', () => {
    const operation = endedOperation({ kind: 'staged', version: '42.2', digest: `sha256:${'d'.repeat(64)}` }, T0);
    const by = `berth-upgrade-${operation.id}.service`;
    const { verdict } = judged({
      boots: [good(OLD, staged(by), held), boot(OLD, up)],
      set: running,
      operations: [operation],
    });
    expect(verdict).toMatchObject({
      kind: 'held',
      operationId: operation.id,
      params: { version: '42.2', by: 'jb@laptop with Berth' },
    });
    const other = judged({
      boots: [good(OLD, staged('berth-upgrade-0123456789ab.service'), held), boot(OLD, up)],
      set: running,
    });
    expect(other.verdict.params['by']).toBe('a Berth of another workstation');
  });
});

describe('a journal with more events than are read', () => {
  it('is judged by the boots that are known whole', () => {
    const many = Array.from({ length: 1500 }, () => events.green).map(([line]) => line);
    const { boots, verdict } = judged({
      boots: [boot(NEW), boot(OLD), boot(OLD, many), boot(OLD, up)],
      set: running,
    });
    expect(boots).toHaveLength(1);
    expect(verdict.kind).toBe('as-expected');
  });
});

describe('the words of a verdict', () => {
  it.each(cases)('$name: sentences without holes', ({ story }) => {
    const { title, why, remedies } = verdictWords(judged(story).verdict, 'utc');
    for (const text of [title, why, ...remedies]) {
      expect(text).not.toMatch(/undefined|null|NaN|\{|\}| {2}| \.|^$|\.\.|–/);
      expect(text).toMatch(/^[/@A-Z\d“]/);
    }
    for (const text of [title, why]) expect(text).toMatch(/[.”]$/);
  });
});
