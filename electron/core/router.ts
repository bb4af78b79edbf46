import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import type { OperationsEvent } from '../../shared/contract/operation.ts';
import { BerthError, failure } from '../../shared/errors/failure.ts';
import { checkHostInput } from '../../shared/logic/host-input.ts';
import { sudoRules } from '../../shared/logic/sudo-rules.ts';
import type { Bulk } from '../../shared/model/bulk.ts';
import type { HostInput } from '../../shared/model/host.ts';
import type { Operation } from '../../shared/model/operation.ts';
import type { Prompt } from '../../shared/model/prompt.ts';
import type { SecretsState } from '../../shared/model/secret.ts';
import type { SourceState } from '../../shared/model/source.ts';
import { copyEtcContent } from './etc/copy-content.ts';
import { compareHosts, reportOf } from './etc/compare-hosts.ts';
import { promote } from './etc/promote.ts';
import { exportInventory } from './inventory-sources/export-inventory.ts';
import type { Session } from './sessions.ts';
import { watchChanges } from './streams/watch-changes.ts';

/** How many ended operations a page is told of at once; older ones are asked for by page. */
const RECENT_OPERATIONS = 50;
/** Hosts of a bulk begin and end together. */
const BULKS_SETTLE_MS = 250;
/** Every change of the inventory may concern a source, and they come in bursts. */
const SOURCES_SETTLE_MS = 100;
/** Operations on many hosts begin and end together. */
const HISTORY_SETTLE_MS = 200;

/** The contract, answered by the core of the session. Every error leaves as a Failure; what has no code is logged. */
export function createRouter() {
  const os = implement(contract)
    .$context<{ session: Session }>()
    .use(async ({ next, context }) => {
      try {
        return await next();
      } catch (error) {
        if (error instanceof ORPCError) throw error;
        const reason =
          error instanceof BerthError
            ? error.failure
            : failure('internal', { logId: context.session.core().log.error('rpc', 'A request failed', error) });
        throw new ORPCError('FAILURE', { status: 400, data: reason });
      }
    });

  return os.router({
    app: {
      info: os.app.info.handler(({ context }) => context.session.info()),
      openDemo: os.app.openDemo.handler(async ({ input, context: { session } }) => {
        await session.openDemo(input.hosts);
        return session.info();
      }),
      closeDemo: os.app.closeDemo.handler(async ({ context: { session } }) => {
        await session.closeDemo();
        return session.info();
      }),
    },
    bulk: {
      start: os.bulk.start.handler(({ input, context }) => context.session.core().bulks.start(input)),
      stop: os.bulk.stop.handler(({ input, context }) => context.session.core().bulks.stop(input.id)),
      watch: os.bulk.watch.handler(({ context, signal }) => watchBulks(context.session, endOf(signal))),
    },
    settings: {
      get: os.settings.get.handler(({ context }) => context.session.core().settings.read()),
      set: os.settings.set.handler(({ input, context }) => context.session.core().settings.update(() => input)),
    },
    fleet: {
      watch: os.fleet.watch.handler(({ context, signal }) => context.session.core().fleet.watch(endOf(signal))),
      setVisible: os.fleet.setVisible.handler(({ input, context }) => context.session.setVisible(input.hostIds)),
      refresh: os.fleet.refresh.handler(({ input, context }) => {
        const { hosts } = context.session.core();
        // Refreshing one host is about that host; refreshing many must not bring up a question for each.
        const reason = input.hostIds.length === 1 ? 'user' : 'retry';
        for (const hostId of input.hostIds) hosts.connectAndRead(hostId, reason);
      }),
    },
    host: {
      add: os.host.add.handler(({ input, context, errors }) => {
        const { inventory } = context.session.core();
        const fields = checkHostInput(input.host, inventory.list());
        // The same target under a taken name is no mistake: it is the host that is there already.
        const again = inventory.list().some((host) => isSameTarget(host, input.host));
        if (fields && !again) throw errors.FIELDS({ data: { fields } });
        return inventory.add(input.host);
      }),
      update: os.host.update.handler(({ input, context, errors }) => {
        const { inventory } = context.session.core();
        const others = inventory.list().filter((host) => host.id !== input.id);
        const fields = checkHostInput(input.host, others);
        if (fields) throw errors.FIELDS({ data: { fields } });
        return inventory.update(input.id, input.host);
      }),
      remove: os.host.remove.handler(async ({ input, context }) => [
        ...(await context.session.core().inventory.remove(input.ids)),
      ]),
      restore: os.host.restore.handler(({ input, context }) => context.session.core().inventory.restore(input.hosts)),
      watch: os.host.watch.handler(({ input, context, signal }) =>
        context.session.core().fleet.watchHost(input.id, endOf(signal)),
      ),
      connect: os.host.connect.handler(({ input, context }) =>
        context.session.core().hosts.connectAndRead(input.id, 'user'),
      ),
      disconnect: os.host.disconnect.handler(({ input, context }) => context.session.core().hosts.disconnect(input.id)),
      refresh: os.host.refresh.handler(({ input, context }) =>
        context.session.core().hosts.connectAndRead(input.id, 'user'),
      ),
      unlockSudo: os.host.unlockSudo.handler(({ input, context }) =>
        context.session.core().hosts.unlockSudo([input.id]),
      ),
      unlockSudoOnAll: os.host.unlockSudoOnAll.handler(({ input, context }) =>
        context.session.core().hosts.unlockSudo(input.ids),
      ),
      replaceKey: os.host.replaceKey.handler(({ input: { id, ...input }, context }) =>
        context.session.core().hostKeys.replace({ hostId: id, ...input }),
      ),
      keyChanges: os.host.keyChanges.handler(({ input, context }) => context.session.core().hostKeys.history(input.id)),
      sudoRules: os.host.sudoRules.handler(({ input, context }) => {
        const rules = sudoRules(context.session.core().hosts.loginUser(input.id));
        if (!rules.ok) throw BerthError.of(rules.failure);
        return rules.value;
      }),
    },
    group: {
      list: os.group.list.handler(({ context }) => [...context.session.core().groups.list()]),
      set: os.group.set.handler(({ input, context }) => context.session.core().groups.set(input)),
    },
    operation: {
      plan: os.operation.plan.handler(({ input, context }) => context.session.core().operations.plan(input)),
      preflight: os.operation.preflight.handler(({ input, context }) =>
        context.session.core().operations.preflight(input),
      ),
      start: os.operation.start.handler(({ input: { plan, ...consent }, context }) =>
        context.session.core().operations.start(plan, consent),
      ),
      cancel: os.operation.cancel.handler(({ input, context }) => context.session.core().operations.cancel(input.id)),
      watch: os.operation.watch.handler(({ context, signal }) => watchOperations(context.session, endOf(signal))),
      watchProgress: os.operation.watchProgress.handler(({ input, context, signal }) =>
        context.session.core().operations.watchProgress(input.id, endOf(signal)),
      ),
      list: os.operation.list.handler(({ input, context }) => context.session.core().operations.list(input)),
      get: os.operation.get.handler(({ input, context }) => context.session.core().operations.get(input.id)),
      exportLog: os.operation.exportLog.handler(({ input, context }) =>
        context.session.core().operations.exportLog(input.id),
      ),
    },
    etc: {
      compare: os.etc.compare.handler(({ input, context }) => context.session.core().etc.compare(input)),
      last: os.etc.last.handler(({ input, context }) => context.session.core().etc.last(input)),
      content: os.etc.content.handler(({ input, context }) => context.session.core().etc.content(input)),
      putContent: os.etc.putContent.handler(({ input, context }) =>
        context.session.core().etcContents.put(Buffer.from(input.base64, 'base64')),
      ),
      copyContent: os.etc.copyContent.handler(({ input, context }) => {
        const { etc, etcContents } = context.session.core();
        return copyEtcContent(etc, etcContents, input);
      }),
      kept: os.etc.kept.handler(({ input, context }) => [...context.session.core().etcKeeper.of(input.hostId)]),
      keep: os.etc.keep.handler(({ input, context }) =>
        context.session.core().etcKeeper.set(input.hostId, input.kept, input.isKept),
      ),
      undo: os.etc.undo.handler(({ input, context }) => context.session.core().operations.undoEtc(input.operationId)),
      rules: os.etc.rules.handler(({ input, context }) => context.session.core().etc.rules(input.hostId)),
      setRules: os.etc.setRules.handler(({ input, context }) =>
        context.session.core().etc.setRules(input.hostId, input.rules),
      ),
      changes: os.etc.changes.handler(({ input, context }) =>
        context.session.core().etc.changes(input.hostId, input.path, input.limit),
      ),
      promote: os.etc.promote.handler(({ input, context }) => promote(context.session.core(), input)),
      compareHosts: os.etc.compareHosts.handler(({ input, context }) =>
        compareHosts(context.session.core(), input.hostIds, input.view),
      ),
      report: os.etc.report.handler(({ input, context }) =>
        reportOf(context.session.core(), input.hostIds, input.view, input.format),
      ),
    },
    forensics: {
      read: os.forensics.read.handler(({ input, context }) => context.session.core().forensics.read(input.hostId)),
      bundle: os.forensics.bundle.handler(async ({ input, context }) => {
        const { bytes, notRead, ...told } = await context.session.core().forensics.bundle(input.hostIds);
        return { ...told, notRead: [...notRead], base64: bytes.toString('base64') };
      }),
    },
    history: {
      list: os.history.list.handler(({ input, context }) => context.session.core().history.list(input)),
      watch: os.history.watch.handler(({ context, signal }) => watchHistory(context.session, endOf(signal))),
      verify: os.history.verify.handler(({ context, signal }) => context.session.core().history.verify(endOf(signal))),
      export: os.history.export.handler(({ input, context }) => context.session.core().history.export(input)),
    },
    source: {
      discover: os.source.discover.handler(({ input, context }) =>
        context.session.core().sources.discover(input.place),
      ),
      import: os.source.import.handler(({ input, context }) => context.session.core().sources.import(input)),
      watch: os.source.watch.handler(({ context, signal }) => watchSources(context.session, endOf(signal))),
      refresh: os.source.refresh.handler(({ input, context }) => context.session.core().sources.refresh(input.id)),
      apply: os.source.apply.handler(({ input, context }) =>
        context.session.core().sources.apply(input.id, input.names),
      ),
      setApply: os.source.setApply.handler(({ input, context }) =>
        context.session.core().sources.setApply(input.id, input.apply),
      ),
      forget: os.source.forget.handler(({ input, context }) => context.session.core().sources.forget(input.id)),
      export: os.source.export.handler(({ input, context }) => {
        const hosts = context.session.core().inventory.list();
        const wanted = input.hostIds === null ? null : new Set(input.hostIds);
        return exportInventory(wanted ? hosts.filter(({ id }) => wanted.has(id)) : hosts, input.format);
      }),
    },
    prompt: {
      watch: os.prompt.watch.handler(({ context, signal }) => watchPrompts(context.session, endOf(signal))),
      answer: os.prompt.answer.handler(({ input, context }) =>
        context.session.core().prompts.answer(input.id, input.answer),
      ),
    },
    secret: {
      watch: os.secret.watch.handler(({ context, signal }) => watchSecrets(context.session, endOf(signal))),
      keychain: os.secret.keychain.handler(({ context }) => context.session.core().secrets.keychain()),
      forget: os.secret.forget.handler(({ input, context }) =>
        context.session.core().secrets.forget(({ id }) => id === input.id),
      ),
      forgetAll: os.secret.forgetAll.handler(({ context }) => context.session.core().secrets.forget(() => true)),
    },
  });
}

async function* watchOperations(session: Session, signal: AbortSignal): AsyncGenerator<OperationsEvent> {
  const { operations } = session.core();
  const changes = watchChanges<Operation>(operations.onChange, signal, (operation) => operation.id);
  try {
    const recent = await operations.list({ hostId: null, hostName: null, before: null, limit: RECENT_OPERATIONS });
    yield { kind: 'snapshot', operations: [...recent] };
    for (let batch = await changes.next(); batch; batch = await changes.next()) {
      for (const operation of batch) yield { kind: 'upsert', operation };
    }
  } finally {
    changes.end();
  }
}

async function* watchBulks(session: Session, signal: AbortSignal): AsyncGenerator<Bulk[]> {
  const { bulks } = session.core();
  const changes = watchChanges<Bulk>(bulks.onChange, signal, () => 'all', BULKS_SETTLE_MS);
  try {
    do yield [...bulks.list()];
    while (await changes.next());
  } finally {
    changes.end();
  }
}

async function* watchSources(session: Session, signal: AbortSignal): AsyncGenerator<SourceState[]> {
  const { sources } = session.core();
  const changes = watchChanges<void>(sources.onChange, signal, () => 'all', SOURCES_SETTLE_MS);
  try {
    do yield [...sources.list()];
    while (await changes.next());
  } finally {
    changes.end();
  }
}

async function* watchHistory(session: Session, signal: AbortSignal): AsyncGenerator<{ readonly at: number }> {
  const { history, options } = session.core();
  const changes = watchChanges<void>(history.onChange, signal, () => 'all', HISTORY_SETTLE_MS);
  try {
    do yield { at: options.now?.() ?? Date.now() };
    while (await changes.next());
  } finally {
    changes.end();
  }
}

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

function isSameTarget(a: HostInput, b: HostInput): boolean {
  return a.address === b.address && a.port === b.port && a.user === b.user;
}

/** A stream always has a signal over our transports; without one it would never be told to end. */
function endOf(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal;
}
