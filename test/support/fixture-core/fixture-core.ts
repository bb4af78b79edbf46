import { createRouterClient, implement } from '@orpc/server';
import type { BerthConnection } from '../../../renderer/connection/berth-connection.ts';
import type { GroupSettings } from '../../../shared/model/group.ts';
import { contract } from '../../../shared/contract/index.ts';
import { BerthError, type Failure } from '../../../shared/errors/failure.ts';
import { checkHostInput } from '../../../shared/logic/host-input.ts';
import { sudoRules } from '../../../shared/logic/sudo-rules.ts';
import type { Bulk } from '../../../shared/model/bulk.ts';
import type { AppInfo } from '../../../shared/model/app-info.ts';
import type { FleetEvent, FleetRow } from '../../../shared/model/fleet.ts';
import type { Host } from '../../../shared/model/host.ts';
import type { Operation, OperationPlan } from '../../../shared/model/operation.ts';
import type { Prompt, PromptAnswer } from '../../../shared/model/prompt.ts';
import type { SecretsState } from '../../../shared/model/secret.ts';
import { Settings } from '../../../shared/model/settings.ts';
import type { SourceState } from '../../../shared/model/source.ts';
import { comparisonOf, fixtureRules, nodeOf, pieceOf } from '../page-fixtures/etc.ts';
import { forensicsOf } from '../page-fixtures/forensics.ts';
import { bulkProcedures } from '../page-fixtures/bulks.ts';
import { keyChangeOf } from '../page-fixtures/host-keys.ts';
import { createCell, type Cell } from '../page-fixtures/cell.ts';
import { historyOf, historyProcedures, wholeHistory } from '../page-fixtures/history.ts';
import { fixtureInfo, rowOf } from './fixture-rows.ts';
import { journalProcedures } from '../page-fixtures/journal.ts';
import { createRunWorld, runProcedures } from '../page-fixtures/runs.ts';
import { createSecretWorld, forgetIn, type SecretWorld } from '../page-fixtures/secrets.ts';
import { createTerminalWorld, terminalProcedures, type TerminalWorld } from '../page-fixtures/terminals.ts';
import { createSourceWorld, sourceProcedures, type SourceWorld } from '../page-fixtures/sources.ts';

/** A whole fleet in memory behind the real contract, for the frame, the fleet and the dialogs. A fixture, not Berth's core. */
export interface FixtureCore {
  readonly connection: BerthConnection;
  readonly prompts: Cell<readonly Prompt[]>;
  readonly operations: Cell<readonly Operation[]>;
  readonly sources: SourceWorld;
  readonly secrets: SecretWorld;
  readonly terminals: TerminalWorld;
  /** What the page asked for, in order: `refresh web-01,web-02`. */
  readonly calls: string[];
  readonly answers: { readonly id: string; readonly answer: PromptAnswer }[];
  readonly visible: { now: readonly string[] };
  rows(): ReadonlyMap<string, FleetRow>;
  /** Changes rows, as a delta. */
  upsert(...rows: readonly FleetRow[]): void;
  /** Breaks the stream of the fleet; the page has to watch again. */
  breakFleet(): void;
  /** The core is gone. */
  lose(): void;
  /** The next call of `host.add` and `host.update` fails with this. */
  failNextSave(failure: Failure): void;
}

export function createFixtureCore(
  rows: readonly FleetRow[],
  { info = {}, demoRows = rows }: { readonly info?: Partial<AppInfo>; readonly demoRows?: readonly FleetRow[] } = {},
): FixtureCore {
  const own = new Map(rows.map((row) => [row.id, row]));
  let current = own;
  let currentInfo: AppInfo = { ...fixtureInfo, ...info };
  let settings = Settings.parse({});
  let nextSave: Failure | null = null;
  const hosts = new Map<string, Host>();
  const events = createCell<FleetEvent | 'broken'>({ kind: 'snapshot', revision: 0, rows: [] });
  const prompts = createCell<readonly Prompt[]>([]);
  const operations = createCell<readonly Operation[]>([]);
  const calls: string[] = [];
  const sources = createSourceWorld(createCell<readonly SourceState[]>([]), calls);
  const terminals = createTerminalWorld();
  const secrets = createSecretWorld(createCell<SecretsState>({ secrets: [], problem: null }));
  const answers: { id: string; answer: PromptAnswer }[] = [];
  const groups = new Map<string, GroupSettings>();
  const visible = { now: [] as readonly string[] };
  const lostListeners = new Set<() => void>();
  const called = (name: string, what = '') => void calls.push(`${name} ${what}`.trim());

  // Each watcher gets what changed after its snapshot; the fixture keeps all changes, which in a test are few.
  let log: FleetEvent[] = [];
  function publish(event: Extract<FleetEvent, { kind: 'delta' }>): void {
    log = [...log, event];
    events.set(event);
  }
  async function* watchFleet(signal: AbortSignal | undefined): AsyncGenerator<FleetEvent> {
    let revision = log.length;
    yield { kind: 'snapshot', revision, rows: [...current.values()] };
    for await (const event of events.watch(signal)) {
      if (event === 'broken') throw new Error('The stream was broken');
      for (; revision < log.length; revision += 1) {
        const next = log[revision];
        if (next) yield { ...next, revision: revision + 1 };
      }
    }
  }
  function change(upserts: readonly FleetRow[], removed: readonly string[] = []): void {
    for (const row of upserts) current.set(row.id, row);
    for (const id of removed) current.delete(id);
    publish({ kind: 'delta', revision: 0, upserts: [...upserts], removed: [...removed] });
  }
  function hostOf(id: string): Host {
    const row = current.get(id);
    const known = hosts.get(id);
    if (known) return known;
    if (!row) throw new BerthError('input.host-unknown', { id });
    const { name, address, group, tags } = row;
    const unsaid = { port: null, user: null, keyFile: null, note: '', source: null } as const;
    return { id, name, address, group, tags, ...unsaid, createdAt: 0 };
  }

  const plain = implement(contract);
  const os = plain.use(async ({ next, errors }) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof BerthError) throw errors.FAILURE({ data: error.failure });
      throw error;
    }
  });
  function refuseIfTold(): void {
    const failure = nextSave;
    nextSave = null;
    if (failure) throw new BerthError(failure.code, failure.params);
  }
  const save = (id: string, input: Omit<Host, 'id' | 'createdAt'>): Host => {
    const host = { ...input, id, createdAt: 0 };
    hosts.set(id, host);
    change([{ ...(current.get(id) ?? rowOf({ id, name: input.name })), ...input, id }]);
    return host;
  };

  const router = os.router({
    app: {
      info: os.app.info.handler(() => currentInfo),
      openDemo: os.app.openDemo.handler(({ input }) => {
        called('openDemo', String(input.hosts));
        current = new Map(demoRows.map((row) => [row.id, row]));
        currentInfo = { ...currentInfo, demo: input.hosts };
        return currentInfo;
      }),
      closeDemo: os.app.closeDemo.handler(() => {
        called('closeDemo');
        current = own;
        currentInfo = { ...currentInfo, demo: null };
        return currentInfo;
      }),
    },
    history: historyProcedures({
      entries: { get: () => operations.get().map(historyOf), watch: (signal) => operations.watch(signal) },
      proof: () => wholeHistory,
      calls,
    }),
    source: sourceProcedures(sources),
    settings: {
      get: os.settings.get.handler(() => settings),
      set: os.settings.set.handler(({ input }) => (settings = input)),
    },
    fleet: {
      watch: os.fleet.watch.handler(({ signal }) => watchFleet(signal)),
      setVisible: os.fleet.setVisible.handler(({ input }) => void (visible.now = input.hostIds)),
      refresh: os.fleet.refresh.handler(({ input }) => called('refresh', input.hostIds.join())),
    },
    host: {
      add: os.host.add.handler(({ input, errors }) => {
        called('add', input.host.address);
        refuseIfTold();
        const fields = checkHostInput(input.host, current.values());
        if (fields) throw errors.FIELDS({ data: { fields } });
        return save(`new-${input.host.name}`, input.host);
      }),
      update: os.host.update.handler(({ input }) => {
        called('update', input.id);
        refuseIfTold();
        return save(input.id, input.host);
      }),
      remove: os.host.remove.handler(({ input }) => {
        called('remove', input.ids.join());
        const removed = input.ids.map(hostOf);
        change([], input.ids);
        return removed;
      }),
      restore: os.host.restore.handler(({ input }) => {
        called('restore', input.hosts.map(({ id }) => id).join());
        change(input.hosts.map(({ id, name }) => rowOf({ id, name })));
      }),
      watch: os.host.watch.handler(async function* ({ input }) {
        await Promise.resolve();
        yield {
          host: hostOf(input.id),
          choices: {
            transport: { value: 'auto' as const, by: 'default' as const },
            privilege: { value: 'auto' as const, by: 'default' as const },
          },
          connection: { kind: 'idle' as const },
          facts: null,
          factsFailure: null,
          reading: false,
          runningOperationId: null,
          lastCheck: null,
          etc: null,
          etcBlockers: null,
        };
      }),
      connect: os.host.connect.handler(({ input }) => called('connect', input.id)),
      disconnect: os.host.disconnect.handler(({ input }) => called('disconnect', input.id)),
      refresh: os.host.refresh.handler(({ input }) => called('host.refresh', input.id)),
      unlockSudo: os.host.unlockSudo.handler(({ input }) => called('unlockSudo', input.id)),
      unlockSudoOnAll: os.host.unlockSudoOnAll.handler(({ input }) => called('unlockSudoOnAll', input.ids.join())),
      replaceKey: os.host.replaceKey.handler(({ input }) => {
        called('replaceKey', `${input.id} ${input.typedName} ${String(input.inUserFile)}`);
        return keyChangeOf(input.id, input.fingerprint);
      }),
      keyChanges: os.host.keyChanges.handler(({ input }) => [keyChangeOf(input.id)]),
      sudoRules: os.host.sudoRules.handler(() => {
        const rules = sudoRules('admin');
        if (!rules.ok) throw BerthError.of(rules.failure);
        return rules.value;
      }),
    },
    bulk: bulkProcedures(createCell<readonly Bulk[]>([]), []),
    operation: {
      plan: os.operation.plan.handler(({ input }): OperationPlan => {
        called(`plan ${input.request.verb}`, input.hostId);
        throw new BerthError('operation.not-connected', { host: input.hostId });
      }),
      preflight: os.operation.preflight.handler(() => ({ checkedAt: 0, checks: [] })),
      start: os.operation.start.handler((): Operation => {
        throw new BerthError('operation.unknown', { id: '' });
      }),
      cancel: os.operation.cancel.handler(() => undefined),
      watch: os.operation.watch.handler(async function* ({ signal }) {
        for await (const each of operations.watch(signal)) yield { kind: 'snapshot' as const, operations: [...each] };
      }),
      watchProgress: os.operation.watchProgress.handler(async function* () {
        await Promise.resolve();
        yield* [];
      }),
      list: os.operation.list.handler(() => [...operations.get()]),
      get: os.operation.get.handler(({ input }): Operation => {
        throw new BerthError('operation.unknown', { id: input.id });
      }),
      exportLog: os.operation.exportLog.handler(() => ({ fileName: 'log.txt', text: '' })),
    },
    prompt: {
      watch: os.prompt.watch.handler(async function* ({ signal }) {
        for await (const open of prompts.watch(signal)) yield [...open];
      }),
      answer: os.prompt.answer.handler(({ input }) => {
        answers.push(input);
        prompts.set(prompts.get().filter(({ id }) => id !== input.id));
      }),
    },
    etc: {
      compare: os.etc.compare.handler(({ input }) => {
        called('etc.compare', `${input.hostId} ${input.view}`);
        return comparisonOf([], input);
      }),
      last: os.etc.last.handler(() => null),
      content: os.etc.content.handler(({ input }) => pieceOf(new Uint8Array(), input)),
      rules: os.etc.rules.handler(() => fixtureRules),
      setRules: os.etc.setRules.handler(({ input }) => called('etc.setRules', JSON.stringify(input))),
      changes: os.etc.changes.handler(() => []),
      promote: os.etc.promote.handler(({ input }) => {
        called('etc.promote', `${input.format} ${input.paths.join()}`);
        return { fileName: `etc.${input.format}`, base64: '', containerfile: 'COPY etc/ /etc/\n', leftOut: [] };
      }),
      putContent: os.etc.putContent.handler(() => ({ hash: 'f'.repeat(64), size: 12 })),
      copyContent: os.etc.copyContent.handler(() => ({ content: { hash: 'c'.repeat(64), size: 12 }, node: nodeOf() })),
      kept: os.etc.kept.handler(() => []),
      keep: os.etc.keep.handler(({ input }) => called('etc.keep', JSON.stringify(input))),
      undo: os.etc.undo.handler(() => ({ hostId: 'h1', files: [], leftOut: [] })),
      compareHosts: os.etc.compareHosts.handler(() => ({ groups: [], rows: [], notRead: [] })),
      report: os.etc.report.handler(() => ({ fileName: 'drift.md', text: '# Drift' })),
    },
    forensics: {
      read: os.forensics.read.handler(({ input }) => {
        called('forensics.read', input.hostId);
        return forensicsOf();
      }),
      bundle: os.forensics.bundle.handler(({ input }) => {
        called('forensics.bundle', input.hostIds.join());
        return { fileName: 'berth-incident.tar.gz', base64: '', files: 12, masked: 1, notRead: [] };
      }),
    },
    group: {
      list: os.group.list.handler(() => [...groups.values()]),
      set: os.group.set.handler(({ input }) => {
        refuseIfTold();
        called('setGroup', JSON.stringify(input));
        groups.set(input.name, input);
      }),
    },
    secret: {
      watch: os.secret.watch.handler(({ signal }) => secrets.state.watch(signal)),
      keychain: os.secret.keychain.handler(() => secrets.keychain),
      forget: os.secret.forget.handler(({ input }) => {
        called('secret.forget', input.id);
        forgetIn(secrets, (id) => id === input.id);
      }),
      forgetAll: os.secret.forgetAll.handler(() => {
        called('secret.forgetAll');
        forgetIn(secrets, () => true);
      }),
    },
    ...journalProcedures(),
    ...runProcedures(createRunWorld()),
    terminal: terminalProcedures(terminals),
  });

  return {
    connection: {
      home: 'browser',
      client: createRouterClient(router),
      openStream: (request) =>
        request.kind === 'terminal'
          ? terminals.openStream(request)
          : {
              onBytes: () => undefined,
              onEnd: () => undefined,
              write: () => undefined,
              waiting: 0,
              dropWaiting: () => undefined,
              send: () => undefined,
              onMessage: () => undefined,
              close: () => undefined,
            },
      onLost(listener) {
        lostListeners.add(listener);
        return () => lostListeners.delete(listener);
      },
      dispose: () => undefined,
    },
    prompts,
    operations,
    sources,
    secrets,
    terminals,
    calls,
    answers,
    visible,
    rows: () => current,
    upsert: (...changed) => change(changed),
    breakFleet: () => events.set('broken'),
    lose() {
      for (const listener of lostListeners) listener();
    },
    failNextSave(failure) {
      nextSave = failure;
    },
  };
}
