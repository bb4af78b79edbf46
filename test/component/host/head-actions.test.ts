import { expect, test } from 'vitest';
import { headActions } from '../../../renderer/features/host/head-actions.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import {
  booted,
  fixtureDeployment,
  fixtureDetail,
  fixtureFacts,
  fixtureSet,
  known,
  staged,
  unknown,
  update,
} from '../../support/page-fixtures/hosts.ts';

const primaryOf = (detail: HostDetail) => headActions(detail, () => null).primary?.id ?? null;
const withSet = (change: Parameters<typeof fixtureSet>[0]) => fixtureDetail(fixtureFacts(fixtureSet(change)));

test.each<readonly [string, HostDetail, string | null]>([
  ['not connected', fixtureDetail(null, { connection: { kind: 'idle' } }), 'connect'],
  ['an operation runs', fixtureDetail(fixtureFacts(), { runningOperationId: '1' }), 'open-operation'],
  ['nothing known', withSet({}), 'upgrade'],
  ['an update was found', withSet({ booted: { ...booted, cachedUpdate: update } }), 'upgrade'],
  ['downloaded only', withSet({ staged: { ...staged, downloadOnly: true } }), 'upgrade'],
  ['staged', withSet({ staged }), 'reboot'],
  [
    'staged, and something newer is known',
    withSet({ staged: fixtureDeployment('2.14.2', 'e0', { cachedUpdate: update }) }),
    'upgrade',
  ],
  ['a rollback is queued', withSet({ rollbackQueued: true }), 'reboot'],
  [
    'the last update was not applied',
    fixtureDetail(fixtureFacts(fixtureSet(), { failedUnits: known(['ostree-boot-complete.service']) })),
    null,
  ],
  [
    'sudo wants its password',
    fixtureDetail(
      fixtureFacts(fixtureSet(), {
        privilege: { kind: 'none', failure: failure('privilege.password-needed') },
        deployments: unknown(failure('facts.needs-root', { what: 'bootc status' })),
      }),
    ),
    'unlock-sudo',
  ],
])('the primary button: %s', (_, detail, id) => {
  expect(primaryOf(detail)).toBe(id);
});

test.each(['ssh.host-key-unknown', 'auth.answer-needed'] as const)(
  'a question that was not asked is opened: %s',
  (code) => {
    const connection = { kind: 'failed', failure: failure(code), failedAt: 0 } as const;
    const { primary } = headActions(fixtureDetail(null, { connection }), () => null);
    expect(primary).toEqual({ id: 'connect', text: 'Connect…', reason: null });
  },
);

test('what is refused is never the primary button, and says why', () => {
  const { primary, secondary } = headActions(withSet({}), () => failure('operation.layered'));
  expect(primary).toBeNull();
  expect(secondary.map(({ reason }) => reason?.startsWith('Layered packages'))).toEqual([true, true]);
});

test('a settled host that cannot be rebooted from here has no primary button', () => {
  const detail = withSet({ staged });
  const { primary } = headActions(detail, (verb) => (verb === 'reboot' ? failure('operation.needs-root') : null));
  expect(primary).toBeNull();
});

test('a connection on its way cannot be asked for again', () => {
  const { primary } = headActions(fixtureDetail(null, { connection: { kind: 'connecting' } }), () => null);
  expect(primary).toMatchObject({ id: 'connect', reason: 'Berth is connecting already.' });
});
