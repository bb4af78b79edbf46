import { implement } from '@orpc/server';
import { run } from '../../../shared/contract/run.ts';
import { snippet } from '../../../shared/contract/snippet.ts';
import type { Run } from '../../../shared/model/run.ts';
import type { Session } from '../sessions.ts';
import { watchChanges } from '../streams/watch-changes.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

/** Hosts of a run begin and end together. */
const RUN_SETTLE_MS = 150;

const os = implement(run).$context<AnswerContext>().use(errorsAsFailures);

export const runRouter = os.router({
  start: os.start.handler(async ({ input, context }) => (await context.session.core().runs()).runs.start(input)),
  stop: os.stop.handler(async ({ input, context }) =>
    (await context.session.core().runs()).runs.stop(input.id, input.hostId),
  ),
  watch: os.watch.handler(({ input, context, signal }) => watchRun(context.session, input.id, endOf(signal))),
  list: os.list.handler(async ({ context }) => {
    const { runs, records } = await context.session.core().runs();
    const known = runs.list();
    return { runs: [...known], earlier: await records.newest(new Set(known.map(({ id }) => id))) };
  }),
  outputs: os.outputs.handler(async ({ input, context }) =>
    (await context.session.core().runs()).runs.outputs(input.id, input.hostIds),
  ),
});

const ofSnippets = implement(snippet).$context<AnswerContext>().use(errorsAsFailures);

export const snippetRouter = ofSnippets.router({
  list: ofSnippets.list.handler(async ({ context }) => (await context.session.core().runs()).snippets.list()),
  set: ofSnippets.set.handler(async ({ input, context }) => (await context.session.core().runs()).snippets.set(input)),
  remove: ofSnippets.remove.handler(async ({ input, context }) =>
    (await context.session.core().runs()).snippets.remove(input.id),
  ),
});

async function* watchRun(session: Session, id: string, signal: AbortSignal): AsyncGenerator<Run> {
  const { runs } = await session.core().runs();
  const subscribe = (listener: (changedId: string) => void) =>
    runs.onChange((changedId) => {
      if (changedId === id) listener(changedId);
    });
  const changes = watchChanges<string>(subscribe, signal, () => id, RUN_SETTLE_MS);
  try {
    do {
      const now = runs.get(id);
      yield now;
      if (now.endedAt !== null) return;
    } while (await changes.next());
  } finally {
    changes.end();
  }
}
