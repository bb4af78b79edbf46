import { describe, expect, it } from 'vitest';
import { describeNextBoot, droppedByStaged, nextBoot, plainText } from '../../../shared/logic/next-boot.ts';
import { formatDate } from '../../../shared/logic/format.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import { deployment, facts, image, known, NOW, ostreeDeployment, set, unknown } from './fixtures.ts';

const staged = deployment('2.15.0');
const downloaded = deployment('2.15.0', { downloadOnly: true });

const of = (state: Partial<DeploymentSet>, more: Partial<HostFacts> = {}) =>
  describeNextBoot(facts({ deployments: known(set(state)), ...more }));
const sentence = (state: Partial<DeploymentSet>) => {
  const found = of(state);
  return found && plainText(found.sentence);
};
const notes = (state: Partial<DeploymentSet>, more: Partial<HostFacts> = {}) =>
  of(state, more)?.notes.map(({ tone, text }) => (tone === 'warning' ? `! ${text}` : text));

describe('which deployment boots next (reference 1.4)', () => {
  const cases: readonly [string, Partial<DeploymentSet>, string, string | null][] = [
    ['nothing staged, nothing queued', {}, 'same', '2.14.0'],
    ['staged', { staged }, 'staged', '2.15.0'],
    ['download-only', { staged: downloaded }, 'same', '2.14.0'],
    ['rollback queued', { rollbackQueued: true }, 'rollback', '2.13.2'],
    ['staged after a queued rollback', { staged, rollbackQueued: true }, 'staged', '2.15.0'],
    ['download-only and a queued rollback', { staged: downloaded, rollbackQueued: true }, 'rollback', '2.13.2'],
    ['queued without a rollback', { rollback: null, rollbackQueued: true }, 'same', '2.14.0'],
    ['nothing booted', { booted: null, rollback: null }, 'same', null],
  ];
  it.each(cases)('%s', (_, state, kind, version) => {
    const next = nextBoot(set(state));
    expect([next.kind, next.deployment?.version ?? null]).toEqual([kind, version]);
  });
});

describe('the sentence', () => {
  const cases: readonly [string, Partial<DeploymentSet>, string | null][] = [
    ['staged', { staged }, 'The next boot runs 2.15.0 instead of 2.14.0, because a staged deployment goes first.'],
    [
      'rollback queued',
      { rollbackQueued: true },
      'The next boot runs 2.13.2 instead of 2.14.0, because a rollback is queued.',
    ],
    ['the same again', {}, 'The next boot runs 2.14.0 again, because nothing is staged and no rollback is queued.'],
    [
      'download-only',
      { staged: downloaded },
      'The next boot runs 2.14.0 again, because the staged 2.15.0 is download-only.',
    ],
    [
      'what runs is not known',
      { booted: null, staged },
      'The next boot runs 2.15.0, because a staged deployment goes first.',
    ],
    [
      'one version, two digests',
      { staged: deployment('2.14.0', { id: 'x.0', image: image('2.14.0', { digest: `sha256:${'ab'.repeat(32)}` }) }) },
      'The next boot runs 2.14.0 @abababab instead of 2.14.0 @322e3134, because a staged deployment goes first.',
    ],
    [
      'the same content staged again',
      { staged: deployment('2.14.0', { id: 'x.1', serial: 1 }) },
      'The next boot runs 2.14.0 again, because a staged deployment of the same content goes first.',
    ],
    [
      'no version',
      { staged: deployment('2.15.0', { version: null }) },
      'The next boot runs @322e3135 instead of 2.14.0, because a staged deployment goes first.',
    ],
    [
      'a host without images',
      { booted: ostreeDeployment('42'), rollback: null },
      'The next boot runs 42 again, because nothing is staged and no rollback is queued.',
    ],
    ['nothing known', { booted: null, rollback: null }, null],
  ];
  it.each(cases)('%s', (_, state, text) => expect(sentence(state)).toBe(text));

  it('marks the version', () => {
    expect(of({ staged })).toMatchObject({
      kind: 'staged',
      version: '2.15.0',
      because: 'a staged deployment goes first',
      sentence: [{ strong: false }, { text: '2.15.0', strong: true }, { strong: false }],
    });
  });

  it('is not said where the deployments are not known', () => {
    expect(describeNextBoot(facts({ deployments: unknown('facts.needs-root') }))).toBeNull();
  });
});

describe('what is dropped (reference 5.4)', () => {
  const others = [
    deployment('2.11.4', { pinned: true }),
    deployment('2.10.0'),
    deployment('other', { stateroot: 'second' }),
    deployment('old', { stateroot: null }),
  ];
  it('keeps the pinned ones and those of other stateroots', () => {
    expect(droppedByStaged(set({ others })).map(({ version }) => version)).toEqual(['2.13.2', '2.10.0', 'old']);
    expect(droppedByStaged(set({ rollback: deployment('2.13.2', { pinned: true }) }))).toEqual([]);
    expect(droppedByStaged(set({ rollback: null }))).toEqual([]);
  });
});

describe('the notes', () => {
  const booted = deployment('2.14.0');
  const kernels = (next: string) => ({ kernels: known({ [booted.id]: '6.12.0-124.8', [staged.id]: next }) });
  const timer = (overrides: Partial<NonNullable<Extract<HostFacts['autoUpdate'], { state: 'known' }>['value']>>) => ({
    autoUpdate: known({
      unit: 'bootc-fetch-apply-updates.timer',
      active: true,
      masked: false,
      reboots: true,
      nextAt: null,
      ...overrides,
    }),
  });
  const overlay = (access: 'read-only' | 'read-write', persistence: 'transient' | 'persistent') => ({
    usrOverlay: { access, persistence },
  });

  const cases: readonly [string, Partial<DeploymentSet>, Partial<HostFacts>, readonly string[]][] = [
    ['nothing to say', {}, {}, []],
    ['the rollback is dropped', { staged }, {}, ['! Rollback 2.13.2 is dropped unless pinned']],
    ['composefs has no pins', { staged, backend: 'composefs' }, {}, ['! Rollback 2.13.2 is dropped']],
    [
      'a pinned rollback stays',
      { staged, rollback: deployment('2.13.2', { pinned: true }) },
      {},
      ['Rollback 2.13.2 is pinned and stays'],
    ],
    [
      'others are dropped',
      { staged, rollback: null, others: [deployment('2.10.0'), deployment('2.9.0')] },
      {},
      ['! Also dropped: 2.10.0, 2.9.0'],
    ],
    [
      'a queued rollback that does not happen',
      { staged, rollbackQueued: true },
      {},
      ['! The queued rollback to 2.13.2 does not happen', '! Rollback 2.13.2 is dropped unless pinned'],
    ],
    [
      'a download is discarded',
      { staged: downloaded },
      {},
      ['! The download of 2.15.0 is discarded by a plain reboot'],
    ],
    [
      'a download and a queued rollback',
      { staged: downloaded, rollbackQueued: true },
      {},
      ['! The download of 2.15.0 is discarded by a plain reboot', '! /etc goes back to the copy of 2.13.2'],
    ],
    [
      'the kernel changes',
      { staged, rollback: null },
      kernels('6.12.0-124.13'),
      ['Kernel changes: a full reboot is needed'],
    ],
    ['the kernel stays', { staged, rollback: null }, kernels('6.12.0-124.8'), ['Kernel stays']],
    [
      'a soft reboot is possible',
      { staged: { ...staged, softRebootCapable: true }, rollback: null },
      kernels('6.12.0-124.8'),
      ['Kernel stays: a soft reboot is possible'],
    ],
    ['kernels that are not known', { staged, rollback: null }, { kernels: unknown('facts.timed-out') }, []],
    ['an overlay vanishes', overlay('read-write', 'transient'), {}, ['! The writable overlay on /usr vanishes']],
    ['a read-only overlay vanishes', overlay('read-only', 'transient'), {}, ['! The overlay on /usr vanishes']],
    ['a hotfix stays', overlay('read-write', 'persistent'), {}, ['The writable overlay on /usr stays']],
    [
      'a hotfix stays behind',
      { ...overlay('read-write', 'persistent'), staged, rollback: null },
      {},
      ['! The writable overlay on /usr vanishes'],
    ],
    ['a timer that reboots', {}, timer({}), ['! bootc-fetch-apply-updates.timer may update and reboot by itself']],
    [
      'a timer that reboots, and when',
      {},
      timer({ nextAt: NOW }),
      [`! bootc-fetch-apply-updates.timer may update and reboot by itself, next run ${formatDate(NOW)}`],
    ],
    ['a timer that stages', {}, timer({ reboots: false }), ['bootc-fetch-apply-updates.timer updates by itself']],
    ['a timer that stages what is staged', { staged, rollback: null }, timer({ reboots: false }), []],
    ['a masked timer', {}, timer({ masked: true }), []],
    ['a timer that is off', {}, timer({ active: false }), []],
    [
      'a timer that undoes a rollback',
      { rollbackQueued: true },
      timer({ reboots: false }),
      [
        '! /etc goes back to the copy of 2.13.2',
        'bootc-fetch-apply-updates.timer updates by itself',
        '! An automatic update may bring the newer version back',
      ],
    ],
    [
      'the last update was lost',
      {},
      { failedUnits: known(['ostree-boot-complete.service']) },
      ['! The last update was not applied at shutdown'],
    ],
    [
      'the last update was lost and the next is staged',
      { staged, rollback: null },
      { failedUnits: known(['ostree-boot-complete.service']) },
      ['! The last update was not applied at shutdown: it may fail again'],
    ],
  ];
  it.each(cases)('%s', (_, state, more, expected) => expect(notes(state, more)).toEqual(expected));
});
