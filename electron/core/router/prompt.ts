import { implement } from '@orpc/server';
import { prompt } from '../../../shared/contract/prompt.ts';
import type { Prompt } from '../../../shared/model/prompt.ts';
import type { Session } from '../sessions.ts';
import { watchChanges } from '../streams/watch-changes.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

const os = implement(prompt).$context<AnswerContext>().use(errorsAsFailures);

export const promptRouter = os.router({
  watch: os.watch.handler(({ context, signal }) => watchPrompts(context.session, endOf(signal))),
  answer: os.answer.handler(({ input, context }) => context.session.core().prompts.answer(input.id, input.answer)),
});

async function* watchPrompts(session: Session, signal: AbortSignal): AsyncGenerator<Prompt[]> {
  const { prompts } = session.core();
  const changes = watchChanges<void>(prompts.onChange, signal, () => 'all');
  try {
    do yield [...prompts.list()];
    while (await changes.next());
  } finally {
    changes.end();
  }
}
