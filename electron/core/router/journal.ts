import { implement } from '@orpc/server';
import { journal } from '../../../shared/contract/journal.ts';
import { endOf, errorsAsFailures, type AnswerContext } from './answers.ts';

const os = implement(journal).$context<AnswerContext>().use(errorsAsFailures);

export const journalRouter = os.router({
  boots: os.boots.handler(({ input, context }) => context.session.core().journal.boots(input.hostId)),
  page: os.page.handler(({ input, context }) => context.session.core().journal.page(input)),
  details: os.details.handler(({ input, context }) =>
    context.session.core().journal.details(input.hostId, input.cursor),
  ),
  values: os.values.handler(({ input, context }) => context.session.core().journal.values(input.hostId, input.field)),
  compareBoots: os.compareBoots.handler(({ input, context }) =>
    context.session.core().journal.compareBoots(input.hostId, input.bad, input.good),
  ),
  export: os.export.handler(({ input, context, signal }) =>
    context.session.core().journal.export(input, endOf(signal)),
  ),
});
