import { implement } from '@orpc/server';
import { host } from '../../../shared/contract/host.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { checkHostInput } from '../../../shared/logic/host-input.ts';
import { sudoRules } from '../../../shared/logic/sudo-rules.ts';
import type { HostInput } from '../../../shared/model/host.ts';
import { errorsAsFailures, endOf, type AnswerContext } from './answers.ts';

const os = implement(host).$context<AnswerContext>().use(errorsAsFailures);

export const hostRouter = os.router({
  add: os.add.handler(({ input, context, errors }) => {
    const { inventory } = context.session.core();
    const fields = checkHostInput(input.host, inventory.list());
    // The same target under a taken name is no mistake: it is the host that is there already.
    const again = inventory.list().some((host) => isSameTarget(host, input.host));
    if (fields && !again) throw errors.FIELDS({ data: { fields } });
    return inventory.add(input.host);
  }),
  update: os.update.handler(({ input, context, errors }) => {
    const { inventory } = context.session.core();
    const others = inventory.list().filter((host) => host.id !== input.id);
    const fields = checkHostInput(input.host, others);
    if (fields) throw errors.FIELDS({ data: { fields } });
    return inventory.update(input.id, input.host);
  }),
  remove: os.remove.handler(async ({ input, context }) => [
    ...(await context.session.core().inventory.remove(input.ids)),
  ]),
  restore: os.restore.handler(({ input, context }) => context.session.core().inventory.restore(input.hosts)),
  watch: os.watch.handler(({ input, context, signal }) =>
    context.session.core().fleet.watchHost(input.id, endOf(signal)),
  ),
  connect: os.connect.handler(({ input, context }) => context.session.core().hosts.connectAndRead(input.id, 'user')),
  disconnect: os.disconnect.handler(({ input, context }) => context.session.core().hosts.disconnect(input.id)),
  refresh: os.refresh.handler(({ input, context }) => context.session.core().hosts.connectAndRead(input.id, 'user')),
  unlockSudo: os.unlockSudo.handler(({ input, context }) => context.session.core().hosts.unlockSudo([input.id])),
  unlockSudoOnAll: os.unlockSudoOnAll.handler(({ input, context }) =>
    context.session.core().hosts.unlockSudo(input.ids),
  ),
  replaceKey: os.replaceKey.handler(({ input: { id, ...input }, context }) =>
    context.session.core().hostKeys.replace({ hostId: id, ...input }),
  ),
  keyChanges: os.keyChanges.handler(({ input, context }) => context.session.core().hostKeys.history(input.id)),
  sudoRules: os.sudoRules.handler(({ input, context }) => {
    const rules = sudoRules(context.session.core().hosts.loginUser(input.id));
    if (!rules.ok) throw BerthError.of(rules.failure);
    return rules.value;
  }),
});

function isSameTarget(a: HostInput, b: HostInput): boolean {
  return a.address === b.address && a.port === b.port && a.user === b.user;
}
