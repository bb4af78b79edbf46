import { describe, expect, it } from 'vitest';
import { describePlan, isDigestPinned } from '../../../shared/logic/plan-notes.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import type { OperationPlan } from '../../../shared/model/operation.ts';
import { deployment, digestFor, image, plan, snapshot, webStable } from './fixtures.ts';

const of = (state: Partial<DeploymentSet>, overrides: Partial<OperationPlan> = {}) =>
  describePlan(plan({ before: snapshot({ rollback: null, ...state }), ...overrides }));

const knows = deployment('2.14.0', { cachedUpdate: image('2.15.0') });
const MERGE = '/etc is merged at shutdown: if that fails, the host boots what it runs now.';

describe('describePlan of an upgrade', () => {
  it('names host, target and unit', () => {
    expect(of({ booted: knows })).toMatchObject({
      title: 'Upgrade web-03.ber',
      confirm: 'Upgrade web-03.ber',
      target: 'quay.io/acme/web:stable, 2.15.0 @322e3135',
      safe: 'Safe to close the window: this runs on the host as unit berth-upgrade-7f3a00000000.',
    });
    expect(of({}).target).toBe('quay.io/acme/web:stable');
    expect(of({ tracked: null, booted: deployment('1', { origin: 'fedora:x' }) }).target).toBe('fedora:x');
  });

  const cases: readonly [string, Partial<DeploymentSet>, readonly string[], readonly string[], readonly string[]][] = [
    [
      'a known update',
      { booted: knows },
      ['Stages 2.15.0 as the next boot. Nothing restarts, no reboot.'],
      [],
      [MERGE],
    ],
    [
      'an unknown one',
      {},
      ['Stages the newest image, if there is one, as the next boot. Nothing restarts, no reboot.'],
      [],
      [MERGE],
    ],
    [
      'a rollback and older ones',
      {
        booted: knows,
        rollback: deployment('2.13.2'),
        others: [deployment('2.12.0'), deployment('2.11.4', { pinned: true })],
      },
      ['Stages 2.15.0 as the next boot. Nothing restarts, no reboot.'],
      [
        'Rollback 2.13.2 is dropped at the next reboot unless pinned.',
        'Deployment 2.12.0 is dropped at the next reboot unless pinned.',
      ],
      [MERGE],
    ],
    [
      'something staged, and news',
      { staged: deployment('2.14.2', { cachedUpdate: image('2.15.0') }) },
      ['Stages 2.15.0 as the next boot. Nothing restarts, no reboot.'],
      ['Staged 2.14.2 is replaced.'],
      [MERGE],
    ],
    [
      'something staged, no news',
      { staged: deployment('2.14.2') },
      ['Stages the newest image, if there is one, as the next boot. Nothing restarts, no reboot.'],
      ['Staged 2.14.2 is replaced if the registry has something newer.'],
      [MERGE],
    ],
    [
      'a download',
      { staged: deployment('2.14.2', { downloadOnly: true }) },
      [
        'Stages the newest image, if there is one, as the next boot. Nothing restarts, no reboot.',
        'If there is nothing newer, the download-only 2.14.2 is unlocked: the next reboot applies it.',
      ],
      ['Staged 2.14.2 is replaced if the registry has something newer.'],
      [MERGE],
    ],
    [
      'rolled back',
      { booted: knows, rollback: deployment('2.15.0', { pinned: true }) },
      [
        'Stages the newest image, if there is one, as the next boot. Nothing restarts, no reboot.',
        'This host was rolled back from 2.15.0: it is staged again if the registry has nothing newer.',
      ],
      [],
      [MERGE],
    ],
    [
      'a queued rollback',
      { booted: knows, rollback: deployment('2.13.2', { pinned: true }), rollbackQueued: true },
      ['Stages 2.15.0 as the next boot. Nothing restarts, no reboot.'],
      ['The queued rollback to 2.13.2 does not happen once an update is staged.'],
      [MERGE],
    ],
    [
      'composefs',
      { backend: 'composefs', rollback: deployment('2.13.2') },
      ['Stages the newest image, if there is one, as the next boot. Nothing restarts, no reboot.'],
      ['Rollback 2.13.2 is dropped at the next reboot.'],
      [],
    ],
    [
      'a pinned digest',
      {
        backend: 'composefs',
        tracked: { ...webStable, image: `quay.io/acme/web@${digestFor('1')}` },
        booted: deployment('1', { image: null }),
      },
      ['Stages the newest image, if there is one, as the next boot. Nothing restarts, no reboot.'],
      [],
      ['The reference is pinned to a digest: bootc finds nothing newer, whatever the registry has.'],
    ],
    [
      'a switch that is staged',
      { backend: 'composefs', tracked: { ...webStable, image: 'quay.io/acme/web:next' } },
      ['Stages the newest image, if there is one, as the next boot. Nothing restarts, no reboot.'],
      [],
      ['bootc follows the staged quay.io/acme/web:next, not the booted quay.io/acme/web:stable.'],
    ],
  ];
  it.each(cases)('%s', (_, state, effects, losses, notes) => {
    const { effects: will, losses: lost, notes: also } = of(state);
    expect({ effects: will, losses: lost, notes: also }).toEqual({ effects, losses, notes });
  });

  it('says when there will be no progress', () => {
    expect(of({}, { reportsProgress: false }).notes.at(-1)).toBe(
      'The bootc of this host reports no progress: the log is all there is.',
    );
  });
});

describe('describePlan of a check', () => {
  it('stages nothing', () => {
    expect(of({ staged: deployment('2'), rollback: deployment('1') }, { request: { verb: 'check' } })).toMatchObject({
      title: 'Check web-03.ber for an update',
      confirm: 'Check for update',
      effects: [
        'Asks the registry for the newest image and notes on the host what it found. Nothing is staged, nothing restarts.',
      ],
      losses: [],
      notes: [],
    });
  });

  it('does not promise that on composefs', () => {
    expect(of({ backend: 'composefs' }, { request: { verb: 'check' } })).toMatchObject({
      effects: ['Asks the registry for the newest image. Nothing restarts.'],
      notes: [
        'On the composefs backend bootc stages an image that was pulled before, although only a check was asked for.',
      ],
    });
  });
});

it.each([
  ['quay.io/acme/web:stable', false],
  [`quay.io/acme/web@${digestFor('1')}`, true],
  ['quay.io/acme/web@latest', false],
])('%s pinned: %s', (reference, pinned) => expect(isDigestPinned({ ...webStable, image: reference })).toBe(pinned));
