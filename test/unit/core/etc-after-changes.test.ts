import { expect, test } from 'vitest';
import { createEmitter } from '../../../electron/core/emitter.ts';
import { compareAfterChanges } from '../../../electron/core/etc/after-changes.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import type { EtcBlocker, EtcSummary } from '../../../shared/model/etc.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { VerbRequest } from '../../../shared/model/verb.ts';
import { endedOperation, fixtureOperation, fixturePlan } from '../../support/page-fixtures/operations.ts';

const summary: EtcSummary = { at: 1, drift: 1, masked: 0, blockers: 1, isTransient: false };
const etcRequest: VerbRequest = { verb: 'etc', files: [{ act: 'restore', path: 'a', seen: null }] };

function watching(known: { readonly summary: EtcSummary | null; readonly blockers: readonly EtcBlocker[] | null }) {
  const operations = createEmitter<Operation>();
  const asked: string[] = [];
  const logged: unknown[] = [];
  const stop = compareAfterChanges({
    operations: { onChange: operations.subscribe },
    etc: {
      summary: () => known.summary,
      blockers: () => known.blockers,
      compare: ({ hostId, view }, reason) => {
        asked.push(`${hostId} ${view} ${reason ?? ''}`);
        return Promise.reject(new BerthError('etc.no-answer', { detail: 'gone' }));
      },
    },
    log: { info: () => undefined, warn: () => undefined, error: (...words) => String(logged.push(words)) },
  });
  return { say: operations.emit, asked, logged, stop };
}

const plan = (request: VerbRequest) => fixturePlan({ hostId: 'h1', request });

test('a host whose /etc was changed is compared again, once, for what was known of it', async () => {
  const { say, asked, logged, stop } = watching({ summary, blockers: [] });
  say(fixtureOperation({ plan: plan(etcRequest) }));
  expect(asked).toEqual([]);
  say(endedOperation({ plan: plan(etcRequest) }));
  say(endedOperation({ plan: plan(etcRequest) }));
  expect(asked).toEqual(['h1 staged background']);
  await Promise.resolve();
  expect(logged).toEqual([]);
  stop();
  say(endedOperation({ id: 'other', plan: plan(etcRequest) }));
  expect(asked).toHaveLength(1);
});

test('without anything staged its drift is', () => {
  const { say, asked } = watching({ summary, blockers: null });
  say(endedOperation({ plan: plan(etcRequest) }));
  expect(asked).toEqual(['h1 drift background']);
});

test('another verb, or a host that was never compared, asks for nothing', () => {
  const { say, asked } = watching({ summary: null, blockers: null });
  say(endedOperation({ plan: plan(etcRequest) }));
  say(endedOperation({ id: 'other', plan: plan({ verb: 'upgrade' }) }));
  expect(asked).toEqual([]);
});
