import { implement } from '@orpc/server';
import { group } from '../../../shared/contract/group.ts';
import { errorsAsFailures, type AnswerContext } from './answers.ts';

const os = implement(group).$context<AnswerContext>().use(errorsAsFailures);

export const groupRouter = os.router({
  list: os.list.handler(({ context }) => [...context.session.core().groups.list()]),
  set: os.set.handler(({ input, context }) => context.session.core().groups.set(input)),
});
