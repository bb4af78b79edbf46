import { describe, expect, it } from 'vitest';
import { foundUpdate, leftVersion } from '../../../shared/logic/update.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import { deployment, image, set } from './fixtures.ts';

const edge = { image: 'quay.io/acme/edge-os:stable', transport: 'registry', signature: null };

/** Each row: the state, the update that is news, the version that was left by a rollback (reference 1.6, 2.3). */
const cases: readonly [string, Partial<DeploymentSet>, string | null, string | null][] = [
  ['nothing found', {}, null, null],
  ['found on the booted image', { booted: deployment('1', { cachedUpdate: image('2') }) }, '2', null],
  [
    'found and staged since',
    { booted: deployment('1', { cachedUpdate: image('2') }), staged: deployment('2') },
    null,
    null,
  ],
  [
    'staged, and a newer one found on the staged image',
    { booted: deployment('1', { cachedUpdate: image('2') }), staged: deployment('2', { cachedUpdate: image('3') }) },
    '3',
    null,
  ],
  ['equal to what runs', { booted: deployment('1', { cachedUpdate: image('1') }) }, null, null],
  [
    'rolled back from it',
    { booted: deployment('1', { cachedUpdate: image('2') }), rollback: deployment('2') },
    null,
    '2',
  ],
  [
    'rolled back, and a newer one found on the image that was left',
    { booted: deployment('1', { cachedUpdate: image('2') }), rollback: deployment('2', { cachedUpdate: image('3') }) },
    '3',
    '2',
  ],
  [
    'an old find on the rollback of a host that went on without it',
    { booted: deployment('3'), rollback: deployment('1', { cachedUpdate: image('2') }) },
    null,
    null,
  ],
  [
    'found for an image that a switch left behind',
    {
      booted: deployment('1', { cachedUpdate: image('2') }),
      staged: deployment('e', { image: image('e', { reference: edge }) }),
      tracked: edge,
    },
    null,
    null,
  ],
  [
    'the same image with another signature setting',
    {
      booted: deployment('1', { cachedUpdate: image('2') }),
      tracked: { image: 'quay.io/acme/web:stable', transport: 'registry', signature: 'containerPolicy' },
    },
    '2',
    null,
  ],
  ['no booted deployment', { booted: null, rollback: null }, null, null],
];

describe('what bootc has found', () => {
  it.each(cases)('%s', (_, state, update, left) => {
    expect(foundUpdate(set(state))?.version ?? null).toBe(update);
    expect(leftVersion(set(state))?.version ?? null).toBe(left);
  });
});
