import { createRouterClient, implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { OperationsEvent } from '../../../shared/contract/operation.ts';
import { BerthError, type Failure } from '../../../shared/errors/failure.ts';
import { toFleetRow } from '../../../shared/logic/fleet-row.ts';
import { sudoRules } from '../../../shared/logic/sudo-rules.ts';
import type { Bulk } from '../../../shared/model/bulk.ts';
import type { GroupSettings } from '../../../shared/model/group.ts';
import type { HistoryKeyChange, HistoryProof } from '../../../shared/model/history.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import type { EtcComparison, EtcContent, EtcRules, EtcSnapshotChange, EtcView } from '../../../shared/model/etc.ts';
import type { Forensics } from '../../../shared/model/forensics.ts';
import { historyOf, historyProcedures, wholeHistory } from './history.ts';
import type { Operation, OperationPlan, OperationProgress } from '../../../shared/model/operation.ts';
import type { Preflight } from '../../../shared/model/preflight.ts';
import { Settings } from '../../../shared/model/settings.ts';
import type { SourceState } from '../../../shared/model/source.ts';
import type { BerthConnection } from '../../../renderer/connection/berth-connection.ts';
import { bulkProcedures } from './bulks.ts';
import { createCell, type Cell } from './cell.ts';
import { comparisonOf, fixtureRules, nodeOf, pieceOf, type ContentQuestion, type HostsComparison } from './etc.ts';
import { forensicsOf } from './forensics.ts';
import { keyChangeOf } from './host-keys.ts';
import { NOW } from './hosts.ts';
import { createJournalWorld, journalProcedures } from './journal.ts';
import { createRunWorld, runProcedures, type RunWorld } from './runs.ts';
import { createSourceWorld, sourceProcedures } from './sources.ts';

export { createCell, type Cell };

/** What a test decides: what is there, and how the core answers. `calls` says what the page asked for. */
export interface FixtureWorld {
  readonly detail: Cell<HostDetail>;
  readonly operations: Cell<readonly Operation[]>;
  readonly bulks: Cell<readonly Bulk[]>;
  readonly progress: Cell<OperationProgress | null>;
  /** The history beyond `operations`; newest first. */
  history: readonly Operation[];
  keyChanges: readonly HistoryKeyChange[];
  proof: HistoryProof;
  /** The answer of `operation.plan`, by host. */
  plan: (hostId: string) => OperationPlan | Failure;
  /** The answer of `operation.start`. */
  start: (plan: OperationPlan) => Operation | Failure;
  /** The answer of `operation.preflight`, by host. */
  preflight: (hostId: string) => Preflight | Failure;
  /** The answer of `forensics.read`. */
  forensics: () => Forensics | Failure;
  /** The answers of `etc.compare`, `etc.last`, `etc.content` and `etc.changes`. */
  etc: {
    compare: (view: EtcView) => EtcComparison | Failure;
    last: (view: EtcView) => EtcComparison | null;
    content: (question: ContentQuestion) => EtcContent | Failure;
    changes: readonly EtcSnapshotChange[];
    hosts: () => HostsComparison | Failure;
    rules: { readonly defaults: EtcRules; readonly fleet: EtcRules | null; readonly host: EtcRules | null };
  };
  /** What was said of groups. */
  groups: readonly GroupSettings[];
  readonly runs: RunWorld;
  readonly journal: ReturnType<typeof createJournalWorld>;
  /** The log as it is streamed. */
  log: string;
  readonly calls: string[];
}

/** A core in memory behind the real contract, for the pages of a host and its operations. A fixture, not Berth’s core. */
export function createFixtureConnection(world: FixtureWorld): BerthConnection {
  const os = implement(contract);
  const called = (name: string, id = '') => void world.calls.push(`${name} ${id}`.trim());
  const refuse = <T extends object>(answer: T | Failure): T => {
    if ('code' in answer && 'params' in answer) throw new BerthError(answer.code, answer.params);
    return answer;
  };
  /** As the core does: a BerthError crosses as the typed error of the contract. */
  const failing = os.use(async ({ next, errors }) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof BerthError) throw errors.FAILURE({ data: error.failure });
      throw error;
    }
  });
  const rows = () => [toFleetRow(world.detail.get(), null, NOW)];

  const router = failing.router({
    app: {
      info: failing.app.info.handler(() => info),
      openDemo: failing.app.openDemo.handler(() => info),
      closeDemo: failing.app.closeDemo.handler(() => info),
    },
    history: historyProcedures({
      entries: {
        get: () => [...[...world.operations.get(), ...world.history].map(historyOf), ...world.keyChanges],
        watch: (signal) => world.operations.watch(signal),
      },
      proof: () => world.proof,
      calls: world.calls,
    }),
    source: sourceProcedures(createSourceWorld(createCell<readonly SourceState[]>([]), world.calls)),
    settings: {
      get: failing.settings.get.handler(() => Settings.parse({})),
      set: failing.settings.set.handler(({ input }) => input),
    },
    fleet: {
      watch: failing.fleet.watch.handler(async function* ({ signal }) {
        let revision = 0;
        for await (const _ of world.detail.watch(signal)) {
          yield { kind: 'snapshot' as const, revision: (revision += 1), rows: rows() };
        }
      }),
      setVisible: failing.fleet.setVisible.handler(() => undefined),
      refresh: failing.fleet.refresh.handler(({ input }) => called('refresh', input.hostIds.join())),
    },
    host: {
      add: failing.host.add.handler(() => world.detail.get().host),
      update: failing.host.update.handler(() => world.detail.get().host),
      remove: failing.host.remove.handler(({ input }) => {
        called('remove', input.ids.join());
        return [world.detail.get().host];
      }),
      restore: failing.host.restore.handler(() => undefined),
      watch: failing.host.watch.handler(async function* ({ signal }) {
        yield* world.detail.watch(signal);
      }),
      connect: failing.host.connect.handler(({ input }) => called('connect', input.id)),
      disconnect: failing.host.disconnect.handler(({ input }) => called('disconnect', input.id)),
      refresh: failing.host.refresh.handler(({ input }) => called('host.refresh', input.id)),
      unlockSudo: failing.host.unlockSudo.handler(({ input }) => called('unlockSudo', input.id)),
      unlockSudoOnAll: failing.host.unlockSudoOnAll.handler(({ input }) => called('unlockSudoOnAll', input.ids.join())),
      replaceKey: failing.host.replaceKey.handler(({ input }) => {
        called('replaceKey', `${input.id} ${input.typedName} ${String(input.inUserFile)}`);
        return keyChangeOf(input.id, input.fingerprint);
      }),
      keyChanges: failing.host.keyChanges.handler(({ input }) => [keyChangeOf(input.id)]),
      sudoRules: failing.host.sudoRules.handler(() => {
        const rules = sudoRules('admin');
        if (!rules.ok) throw BerthError.of(rules.failure);
        return rules.value;
      }),
    },
    bulk: bulkProcedures(world.bulks, world.calls),
    operation: {
      plan: failing.operation.plan.handler(({ input }) => {
        called('plan', input.hostId);
        return refuse(world.plan(input.hostId));
      }),
      preflight: failing.operation.preflight.handler(({ input }) => {
        called('preflight', input.hostId);
        return refuse(world.preflight(input.hostId));
      }),
      start: failing.operation.start.handler(({ input }) => {
        called('start', input.plan.hostId);
        return refuse(world.start(input.plan));
      }),
      cancel: failing.operation.cancel.handler(({ input }) => called('cancel', input.id)),
      watch: failing.operation.watch.handler(async function* ({ signal }) {
        for await (const operations of world.operations.watch(signal)) {
          yield { kind: 'snapshot', operations: [...operations] } satisfies OperationsEvent;
        }
      }),
      watchProgress: failing.operation.watchProgress.handler(async function* ({ signal }) {
        for await (const progress of world.progress.watch(signal)) if (progress) yield progress;
      }),
      list: failing.operation.list.handler(({ input }) => {
        called('list', input.hostId ?? '');
        return [...world.operations.get(), ...world.history]
          .filter(({ plan }) => input.hostId === null || plan.hostId === input.hostId)
          .filter(({ plan }) => input.hostName === null || plan.hostName.includes(input.hostName))
          .filter(({ startedAt }) => input.before === null || startedAt < input.before)
          .slice(0, input.limit);
      }),
      get: failing.operation.get.handler(({ input }) => {
        const found = world.history.find(({ id }) => id === input.id);
        if (!found) throw new BerthError('operation.unknown', { id: input.id });
        return found;
      }),
      exportLog: failing.operation.exportLog.handler(({ input }) => {
        called('exportLog', input.id);
        return { fileName: 'log.txt', text: world.log };
      }),
    },
    prompt: {
      watch: failing.prompt.watch.handler(async function* ({ signal }) {
        yield* createCell([]).watch(signal);
      }),
      answer: failing.prompt.answer.handler(() => undefined),
    },
    forensics: {
      read: failing.forensics.read.handler(({ input }) => {
        called('forensics.read', input.hostId);
        return refuse(world.forensics());
      }),
      bundle: failing.forensics.bundle.handler(({ input }) => {
        called('forensics.bundle', input.hostIds.join());
        return { fileName: 'berth-incident.tar.gz', base64: '', files: 12, masked: 1, notRead: [] };
      }),
    },
    etc: {
      compare: failing.etc.compare.handler(({ input }) => {
        called('etc.compare', input.view);
        return refuse(world.etc.compare(input.view));
      }),
      last: failing.etc.last.handler(({ input }) => world.etc.last(input.view)),
      content: failing.etc.content.handler(({ input }) => {
        called('etc.content', `${input.side} ${input.path} ${String(input.offset)}${input.reveal ? ' revealed' : ''}`);
        return refuse(world.etc.content(input));
      }),
      changes: failing.etc.changes.handler(() => [...world.etc.changes]),
      rules: failing.etc.rules.handler(() => world.etc.rules),
      compareHosts: failing.etc.compareHosts.handler(({ input }) => {
        called('etc.compareHosts', input.hostIds.join());
        return refuse(world.etc.hosts());
      }),
      report: failing.etc.report.handler(({ input }) => {
        called('etc.report', `${input.hostIds.join()} ${input.format}`);
        return { fileName: 'drift.md', text: '# Drift' };
      }),
      promote: failing.etc.promote.handler(({ input }) => {
        called('etc.promote', `${input.paths.join()} ${input.format}`);
        return { fileName: 'etc.tar', base64: '', containerfile: 'COPY etc /etc', leftOut: [] };
      }),
      putContent: failing.etc.putContent.handler(({ input }) => {
        called('etc.putContent', JSON.stringify(atob(input.base64)));
        return { hash: 'f'.repeat(64), size: 12 };
      }),
      copyContent: failing.etc.copyContent.handler(({ input }) => {
        called('etc.copyContent', `${input.hostId} ${input.path}`);
        return { content: { hash: 'c'.repeat(64), size: 12 }, node: nodeOf() };
      }),
      kept: failing.etc.kept.handler(() => []),
      keep: failing.etc.keep.handler(({ input }) =>
        called('etc.keep', `${input.kept.map(({ path }) => path).join()} ${String(input.isKept)}`),
      ),
      undo: failing.etc.undo.handler(({ input }) => {
        called('etc.undo', input.operationId);
        return { hostId: 'h1', files: [], leftOut: [] };
      }),
      setRules: failing.etc.setRules.handler(({ input }) => called('etc.setRules', JSON.stringify(input))),
    },
    group: {
      list: os.group.list.handler(() => [...world.groups]),
      set: os.group.set.handler(({ input }) => {
        world.calls.push(`setGroup ${JSON.stringify(input)}`);
      }),
    },
    secret: {
      watch: failing.secret.watch.handler(({ signal }) => createCell({ secrets: [], problem: null }).watch(signal)),
      keychain: failing.secret.keychain.handler(() => ({ kind: 'ready' as const, name: 'GNOME Keyring' })),
      forget: failing.secret.forget.handler(() => undefined),
      forgetAll: failing.secret.forgetAll.handler(() => undefined),
    },
    ...journalProcedures(world.journal),
    ...runProcedures(world.runs),
    terminal: {
      open: failing.terminal.open.handler(noTerminal),
      close: failing.terminal.close.handler(() => undefined),
      reopen: failing.terminal.reopen.handler(noTerminal),
      list: failing.terminal.list.handler(() => []),
      watch: failing.terminal.watch.handler(({ signal }) =>
        createCell({ kind: 'snapshot' as const, terminals: [] }).watch(signal),
      ),
      record: failing.terminal.record.handler(noTerminal),
      recordings: failing.terminal.recordings.handler(() => []),
      removeRecording: failing.terminal.removeRecording.handler(() => undefined),
      exportRecording: failing.terminal.exportRecording.handler(async function* () {}),
    },
  });

  return {
    home: 'browser',
    client: createRouterClient(router),
    openStream(request) {
      if (request.kind === 'journal') return world.journal.open(request);
      called('openStream', request.kind === 'operation-log' ? request.sources.join() : request.kind);
      return {
        onBytes(listener) {
          listener(new TextEncoder().encode(world.log), () => undefined);
        },
        onEnd(listener) {
          if (world.operations.get().every(({ phase }) => phase === 'ended'))
            listener({ end: 'complete', message: '' });
        },
        ...silentInput,
        close: () => undefined,
      };
    },
    onLost: () => () => undefined,
    dispose: () => undefined,
  };
}

function noTerminal(): never {
  throw new BerthError('terminal.unknown');
}

/** Nobody types. */
const silentInput = {
  write: () => undefined,
  waiting: 0,
  dropWaiting: () => undefined,
  send: () => undefined,
  onMessage: () => undefined,
};

const info = {
  version: '0.1.0',
  home: 'test' as const,
  demo: null,
  demoOnly: false,
  user: 'jb',
  workstation: 'laptop',
  agentKeys: 2,
  dataDir: '/tmp/berth',
  problems: [],
};

/** A world with one host; nothing runs, plans are refused until the test says otherwise. */
export function createWorld(detail: HostDetail, operations: readonly Operation[] = []): FixtureWorld {
  const notSet: Failure = { code: 'operation.not-connected', params: { host: 'nothing' } };
  return {
    detail: createCell(detail),
    operations: createCell(operations),
    bulks: createCell<readonly Bulk[]>([]),
    progress: createCell<OperationProgress | null>(null),
    history: [],
    keyChanges: [],
    proof: wholeHistory,
    groups: [],
    plan: () => notSet,
    preflight: () => ({ checkedAt: NOW, checks: [] }),
    start: () => notSet,
    forensics: () => forensicsOf(),
    etc: {
      compare: (view) => comparisonOf([], { view }),
      last: () => null,
      content: (question) => pieceOf(new Uint8Array(), question),
      changes: [],
      hosts: () => ({ groups: [], rows: [], notRead: [] }),
      rules: fixtureRules,
    },
    runs: createRunWorld(),
    journal: createJournalWorld(),
    log: '',
    calls: [],
  };
}
