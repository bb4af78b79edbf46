import { implement } from '@orpc/server';
import { secret } from '../../../shared/contract/secret.ts';
import type { SecretsState } from '../../../shared/model/secret.ts';
import type { Session } from '../sessions.ts';
import { watchChanges } from '../streams/watch-changes.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

const os = implement(secret).$context<AnswerContext>().use(errorsAsFailures);

export const secretRouter = os.router({
  watch: os.watch.handler(({ context, signal }) => watchSecrets(context.session, endOf(signal))),
  keychain: os.keychain.handler(({ context }) => context.session.core().secrets.keychain()),
  forget: os.forget.handler(({ input, context }) => context.session.core().secrets.forget(({ id }) => id === input.id)),
  forgetAll: os.forgetAll.handler(({ context }) => context.session.core().secrets.forget(() => true)),
});

async function* watchSecrets(session: Session, signal: AbortSignal): AsyncGenerator<SecretsState> {
  const { secrets } = session.core();
  const changes = watchChanges<void>(secrets.onChange, signal, () => 'all');
  try {
    do yield secrets.state();
    while (await changes.next());
  } finally {
    changes.end();
  }
}
