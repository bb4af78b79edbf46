import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import type { Bulk } from '../../../shared/model/bulk.ts';
import { bulkOf } from '../../support/page-fixtures/bulks.ts';
import { createFixtureConnection, createWorld } from '../../support/page-fixtures/connection.ts';
import { fixtureDetail, NOW } from '../../support/page-fixtures/hosts.ts';
import { accessibilityProblems, renderApp } from '../../support/render-app.tsx';

const done = { state: 'ended', outcome: { kind: 'up-to-date' } } as const;
const failed = {
  state: 'ended',
  outcome: { kind: 'failed', failure: failure('operation.failed', { detail: 'no space' }), staged: false },
} as const;

async function showBulk(bulk: Bulk) {
  const world = createWorld(fixtureDetail());
  world.bulks.set([bulk]);
  history.replaceState(null, '', '/#/operations');
  const { user } = await renderApp({ connection: createFixtureConnection(world) });
  return { world, user, card: await screen.findByRole('article', { name: /^Upgrade, / }) };
}

test('while it runs: how many are where, and no further host is begun when asked', async () => {
  const { world, card, user } = await showBulk(bulkOf([done, { state: 'running' }, {}, {}]));
  expect(card.textContent).toContain('Running');
  expect(card.textContent).toContain('1 done');
  expect(card.textContent).toContain('2 waiting');
  await user.click(within(card).getByRole('button', { name: 'Begin no more' }));
  expect(world.calls).toContain('bulk.stop b0b0b0b0b0b0');
  expect(await accessibilityProblems()).toEqual([]);
});

test('after it: which failed and why, and those that failed or were not begun are tried again with a plan', async () => {
  const { card, user } = await showBulk(
    bulkOf([done, failed, { state: 'refused', failure: failure('operation.plan-outdated') }, { state: 'skipped' }], {
      endedAt: NOW,
      stopped: 'by-failure',
      stopOnFailure: true,
    }),
  );
  expect(card.textContent).toContain('Stopped after a failure');
  expect(within(card).getByRole('link', { name: 'web-02.ber' }).getAttribute('href')).toContain('000000000001');
  expect(card.textContent).toContain('no space');
  expect(card.textContent).toContain('1 not begun');
  await user.click(within(card).getByRole('button', { name: 'Try 3 hosts again…' }));
  expect(await screen.findByRole('dialog', { name: 'Upgrade, 3 hosts' })).toBeTruthy();
});

test('when all went well there is nothing to try again', async () => {
  const { card } = await showBulk(bulkOf([done, done], { endedAt: NOW }));
  expect(card.textContent).toContain('Done');
  expect(within(card).queryByRole('button')).toBeNull();
});
