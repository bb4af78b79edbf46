import { implement } from '@orpc/server';
import { etc } from '../../../shared/contract/etc.ts';
import { compareHosts, reportOf } from '../etc/compare-hosts.ts';
import { copyEtcContent } from '../etc/copy-content.ts';
import { promote } from '../etc/promote.ts';
import { errorsAsFailures, type AnswerContext } from './answers.ts';

const os = implement(etc).$context<AnswerContext>().use(errorsAsFailures);

export const etcRouter = os.router({
  compare: os.compare.handler(({ input, context }) => context.session.core().etc.compare(input)),
  last: os.last.handler(({ input, context }) => context.session.core().etc.last(input)),
  content: os.content.handler(({ input, context }) => context.session.core().etc.content(input)),
  putContent: os.putContent.handler(({ input, context }) =>
    context.session.core().etcContents.put(Buffer.from(input.base64, 'base64')),
  ),
  copyContent: os.copyContent.handler(({ input, context }) => {
    const { etc, etcContents } = context.session.core();
    return copyEtcContent(etc, etcContents, input);
  }),
  kept: os.kept.handler(({ input, context }) => [...context.session.core().etcKeeper.of(input.hostId)]),
  keep: os.keep.handler(({ input, context }) =>
    context.session.core().etcKeeper.set(input.hostId, input.kept, input.isKept),
  ),
  undo: os.undo.handler(({ input, context }) => context.session.core().operations.undoEtc(input.operationId)),
  rules: os.rules.handler(({ input, context }) => context.session.core().etc.rules(input.hostId)),
  setRules: os.setRules.handler(({ input, context }) => context.session.core().etc.setRules(input.hostId, input.rules)),
  changes: os.changes.handler(({ input, context }) =>
    context.session.core().etc.changes(input.hostId, input.path, input.limit),
  ),
  promote: os.promote.handler(({ input, context }) => promote(context.session.core(), input)),
  compareHosts: os.compareHosts.handler(({ input, context }) =>
    compareHosts(context.session.core(), input.hostIds, input.view),
  ),
  report: os.report.handler(({ input, context }) =>
    reportOf(context.session.core(), input.hostIds, input.view, input.format),
  ),
});
