import { implement } from '@orpc/server';
import { app, settings } from '../../../shared/contract/app.ts';
import { errorsAsFailures, type AnswerContext } from './answers.ts';

const os = implement(app).$context<AnswerContext>().use(errorsAsFailures);

export const appRouter = os.router({
  info: os.info.handler(({ context }) => context.session.info()),
  openDemo: os.openDemo.handler(async ({ input, context: { session } }) => {
    await session.openDemo(input.hosts);
    return session.info();
  }),
  closeDemo: os.closeDemo.handler(async ({ context: { session } }) => {
    await session.closeDemo();
    return session.info();
  }),
});

const ofSettings = implement(settings).$context<AnswerContext>().use(errorsAsFailures);

export const settingsRouter = ofSettings.router({
  get: ofSettings.get.handler(({ context }) => context.session.core().settings.read()),
  set: ofSettings.set.handler(({ input, context }) => context.session.core().settings.update(() => input)),
});
