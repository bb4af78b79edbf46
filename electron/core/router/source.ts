import { implement } from '@orpc/server';
import { source } from '../../../shared/contract/source.ts';
import type { SourceState } from '../../../shared/model/source.ts';
import { exportInventory } from '../inventory-sources/export-inventory.ts';
import type { Session } from '../sessions.ts';
import { watchChanges } from '../streams/watch-changes.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

/** Every change of the inventory may concern a source, and they come in bursts. */
const SOURCES_SETTLE_MS = 100;

const os = implement(source).$context<AnswerContext>().use(errorsAsFailures);

export const sourceRouter = os.router({
  discover: os.discover.handler(({ input, context }) => context.session.core().sources.discover(input.place)),
  import: os.import.handler(({ input, context }) => context.session.core().sources.import(input)),
  watch: os.watch.handler(({ context, signal }) => watchSources(context.session, endOf(signal))),
  refresh: os.refresh.handler(({ input, context }) => context.session.core().sources.refresh(input.id)),
  apply: os.apply.handler(({ input, context }) => context.session.core().sources.apply(input.id, input.names)),
  setApply: os.setApply.handler(({ input, context }) => context.session.core().sources.setApply(input.id, input.apply)),
  forget: os.forget.handler(({ input, context }) => context.session.core().sources.forget(input.id)),
  export: os.export.handler(({ input, context }) => {
    const hosts = context.session.core().inventory.list();
    const wanted = input.hostIds === null ? null : new Set(input.hostIds);
    return exportInventory(wanted ? hosts.filter(({ id }) => wanted.has(id)) : hosts, input.format);
  }),
});

async function* watchSources(session: Session, signal: AbortSignal): AsyncGenerator<SourceState[]> {
  const { sources } = session.core();
  const changes = watchChanges<void>(sources.onChange, signal, () => 'all', SOURCES_SETTLE_MS);
  try {
    do yield [...sources.list()];
    while (await changes.next());
  } finally {
    changes.end();
  }
}
