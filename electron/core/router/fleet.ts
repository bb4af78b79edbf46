import { implement } from '@orpc/server';
import { fleet } from '../../../shared/contract/fleet.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

const os = implement(fleet).$context<AnswerContext>().use(errorsAsFailures);

export const fleetRouter = os.router({
  watch: os.watch.handler(({ context, signal }) => context.session.core().fleet.watch(endOf(signal))),
  setVisible: os.setVisible.handler(({ input, context }) => context.session.setVisible(input.hostIds)),
  refresh: os.refresh.handler(({ input, context }) => {
    const { hosts } = context.session.core();
    // Refreshing one host is about that host; refreshing many must not bring up a question for each.
    const reason = input.hostIds.length === 1 ? 'user' : 'retry';
    for (const hostId of input.hostIds) hosts.connectAndRead(hostId, reason);
  }),
});
