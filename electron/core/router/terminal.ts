import { implement } from '@orpc/server';
import { terminal } from '../../../shared/contract/terminal.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { watchTerminals } from '../terminals/watch-terminals.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

/** A shell can do anything: in read-only mode none is begun. Those that are open stay. */
function refuseReadOnly({ session }: AnswerContext): void {
  if (session.core().settings.read().readOnlyMode) throw new BerthError('guard.read-only');
}

const os = implement(terminal).$context<AnswerContext>().use(errorsAsFailures);

export const terminalRouter = os.router({
  open: os.open.handler(({ input, context }) => {
    refuseReadOnly(context);
    return context.session.core().terminals.open(input.hostId, input.size, input.attach);
  }),
  close: os.close.handler(({ input, context }) => context.session.core().terminals.close(input.id)),
  reopen: os.reopen.handler(({ input, context }) => {
    refuseReadOnly(context);
    return context.session.core().terminals.reopen(input.id, input.attach);
  }),
  list: os.list.handler(({ context }) => [...context.session.core().terminals.list()]),
  watch: os.watch.handler(({ context, signal }) => watchTerminals(context.session.core().terminals, endOf(signal))),
  record: os.record.handler(({ input, context }) =>
    context.session.core().terminals.record(input.id, input.on, input.withInput),
  ),
  recordings: os.recordings.handler(async ({ input, context }) => [
    ...(await context.session.core().terminals.recordings(input.hostId)),
  ]),
  removeRecording: os.removeRecording.handler(({ input, context }) =>
    context.session.core().terminals.removeRecording(input.id),
  ),
  exportRecording: os.exportRecording.handler(async function* ({ input, context }) {
    yield* context.session.core().terminals.exportRecording(input.id, input.format);
  }),
});
