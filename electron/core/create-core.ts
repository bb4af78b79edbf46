import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '../../shared/errors/failure.ts';
import { connectChoices, terminalChoices } from '../../shared/logic/connect-choices.ts';
import { Settings } from '../../shared/model/settings.ts';
import { defaultSshFiles, type SshFiles } from './default-paths.ts';
import { createDriftLog } from './etc/drift-log.ts';
import { createEtcRuleBook, EtcRulesFile } from './etc/etc-rules.ts';
import { compareAfterChanges } from './etc/after-changes.ts';
import { createKeptSummaries } from './etc/kept-summaries.ts';
import { createEtcKeeper, EtcKeptFile, type EtcKeeper } from './etc/kept.ts';
import { createEtc, type EtcService } from './etc/etc-service.ts';
import { createReveals } from './etc/reveals.ts';
import { createBlockerCheck, watchStaged } from './etc/staged-watch.ts';
import { createForensics, type ForensicsService } from './forensics/forensics-service.ts';
import { createFactsCache } from './hosts/facts-cache.ts';
import { createFleetView, type FleetView } from './hosts/fleet-view.ts';
import { withGuests, type InventoryWithGuests } from './hosts/guests.ts';
import { createGroups, type Groups } from './hosts/groups.ts';
import { createHostKeyReplacement, type HostKeyReplacement } from './hosts/host-key-replacement.ts';
import { createHostRegistry, type HostRegistry } from './hosts/host-registry.ts';
import { createInventory, InventoryFile } from './hosts/inventory.ts';
import { createSources, SourcesFile, type Sources } from './inventory-sources/sources.ts';
import { createJournal, type JournalService } from './journal/journal-service.ts';
import { createFileLog } from './log/file-log.ts';
import type { Log } from './log/log.ts';
import { createBulks, type Bulks } from './operations/bulks.ts';
import { createEtcContents, type EtcContents } from './operations/etc-contents.ts';
import { createHistory, type History } from './operations/history.ts';
import { createHistoryIndex } from './operations/history-index.ts';
import { createLastChecks } from './operations/last-checks.ts';
import { createOperations, type Operations } from './operations/operations.ts';
import { isReboot } from './operations/await-reboot.ts';
import { createPromptBroker, type PromptBroker } from './prompts/prompt-broker.ts';
import type { RunsService } from './runs/open-runs.ts';
import { forgetWithHosts } from './secrets/forget-with-hosts.ts';
import { refusedKeychain, type Keychain } from './secrets/keychain.ts';
import { SecretsFile } from './secrets/keychain-secrets.ts';
import { createSecretStore, type SecretStore } from './secrets/secret-store.ts';
import { openSshConfig } from './ssh-config/open-ssh-config.ts';
import { createConnectionPool, type ConnectionPool } from './ssh/connection-pool.ts';
import { createKnownHosts } from './ssh/known-hosts.ts';
import { loadNativeScripts } from './ssh/native-scripts.ts';
import { openTransports } from './ssh/open-transports.ts';
import { createPlainRouter } from './ssh/plain-router.ts';
import { startWakeWatch } from './ssh/wake-watch.ts';
import { openJsonFile, type JsonFile } from './store/json-file.ts';
import { createTerminals, type Terminals } from './terminals/terminals.ts';

export interface CoreOptions {
  /** Everything Berth writes is below this folder; it is made when missing, for this user alone. */
  readonly dataDir: string;
  /** The folder with the scripts for hosts: `native/` of the checkout, or its copy beside the bundles. */
  readonly nativeDir: string;
  /** Another inventory file than `<dataDir>/inventory.json`. */
  readonly inventoryFile?: string | undefined;
  /** The user's ssh files and agent; by default those that ssh uses. */
  readonly ssh?: SshFiles | undefined;
  /** Who runs Berth, for the history and as the default login name. */
  readonly user: string;
  readonly workstation: string;
  readonly now?: (() => number) | undefined;
  /** The keychain of this computer; left out where this home does not reach it. */
  readonly keychain?: Keychain | undefined;
}

/** Everything behind a page or a command line, wired once. No globals: two cores in one process do not know of each other. */
export interface Core {
  readonly options: CoreOptions;
  readonly ssh: SshFiles;
  readonly inventory: InventoryWithGuests;
  readonly groups: Groups;
  readonly hosts: HostRegistry;
  readonly fleet: FleetView;
  readonly operations: Operations;
  readonly bulks: Bulks;
  readonly etcKeeper: EtcKeeper;
  /** New content for files of /etc. */
  readonly etcContents: EtcContents;
  readonly etc: EtcService;
  readonly forensics: ForensicsService;
  readonly journal: JournalService;
  readonly history: History;
  readonly hostKeys: HostKeyReplacement;
  readonly prompts: PromptBroker;
  readonly sources: Sources;
  readonly settings: JsonFile<Settings>;
  readonly secrets: SecretStore;
  readonly terminals: Terminals;
  /** Commands on many hosts; opened with the first question. */
  runs(): Promise<RunsService>;
  readonly pool: ConnectionPool;
  readonly log: Log;
  /** Files of Berth's own that could not be read and were set aside. */
  problems(): readonly Failure[];
  dispose(): Promise<void>;
}

/**
 * The composition root. Rejects with BerthError `store.*` when a file of Berth's own must not be touched
 * (written by a newer version); a broken one is set aside, and told by `problems()`.
 */
export async function createCore(options: CoreOptions): Promise<Core> {
  const now = options.now ?? Date.now;
  const ssh = options.ssh ?? defaultSshFiles();
  const log = createFileLog(join(options.dataDir, 'log', 'berth.jsonl'), now);
  const [scripts, inventoryFile, settings, sourcesFile, secretsFile, etcRulesFile, etcKeptFile] = await Promise.all([
    loadNativeScripts(options.nativeDir),
    openJsonFile({
      path: options.inventoryFile ?? join(options.dataDir, 'inventory.json'),
      schema: InventoryFile,
      version: 1,
      defaults: { hosts: [] },
    }),
    openJsonFile({
      path: join(options.dataDir, 'settings.json'),
      schema: Settings,
      version: 1,
      defaults: Settings.parse({}),
    }),
    openJsonFile({
      path: join(options.dataDir, 'sources.json'),
      schema: SourcesFile,
      version: 1,
      defaults: { sources: [] },
    }),
    openJsonFile({
      path: join(options.dataDir, 'secrets.json'),
      schema: SecretsFile,
      version: 1,
      defaults: { secrets: [] },
    }),
    openJsonFile({
      path: join(options.dataDir, 'etc', 'rules.json'),
      schema: EtcRulesFile,
      version: 1,
      defaults: { fleet: null, hosts: {} },
    }),
    openJsonFile({
      path: join(options.dataDir, 'etc', 'kept.json'),
      schema: EtcKeptFile,
      version: 1,
      defaults: { hosts: {} },
    }),
  ]);

  const prompts = createPromptBroker(now);
  const berthKnownHosts = join(options.dataDir, 'known_hosts');
  const knownHosts = createKnownHosts({
    berthFile: berthKnownHosts,
    userFile: ssh.userKnownHosts,
    systemFiles: ssh.systemKnownHosts,
  });
  const sshConfig = ssh.config ? openSshConfig(ssh.config, ssh, options.user) : null;
  const router = sshConfig?.router ?? createPlainRouter(ssh, options.user);
  const keychain = options.keychain ?? refusedKeychain('secret.desktop-only');
  const secrets = createSecretStore({ file: secretsFile, keychain, log, now });
  const remembered = { secrets, groupOf: (hostId: string) => inventory.get(hostId)?.group ?? null };
  const transport = openTransports({ router, prompts, knownHosts, berthKnownHosts, ssh, remembered, log });
  const pool = createConnectionPool({ transport, log, now });
  const wakeWatch = startWakeWatch({ onWake: () => pool.wake() });
  const inventory = withGuests(createInventory(inventoryFile, now), now);
  const groups = createGroups(inventoryFile);
  const sources = createSources({
    file: sourcesFile,
    inventory,
    sshConfig: sshConfig?.config ?? null,
    home: homedir(),
    env: process.env,
    log,
    now,
  });
  const stopForgetting = forgetWithHosts(inventory, secrets, log);
  let running: Operations['running'] | null = null;
  let journal: JournalService | null = null;
  let terminals: Terminals | null = null;
  const hosts: HostRegistry = createHostRegistry({
    inventory,
    pool,
    prompts,
    scripts,
    cache: createFactsCache(join(options.dataDir, 'facts'), log),
    defaultUser: options.user,
    choices: (host) => connectChoices(host, groups.get(host.group), settings.read()),
    // Until the operations are known, any host may be busy.
    isBusy: (hostId) => running === null || running(hostId) !== null,
    isInUse: (hostId) => journal?.isFollowed(hostId) === true || terminals?.isInUse(hostId) === true,
    log,
    now,
    secrets,
  });
  const startedBy = `${options.user}@${options.workstation}`;
  const revealsFile = join(options.dataDir, 'etc', 'reveals.jsonl');
  const keyChangesFile = join(options.dataDir, 'host-keys.jsonl');
  const hostKeys = createHostKeyReplacement({
    inventory,
    pool,
    knownHosts,
    historyFile: keyChangesFile,
    replacedBy: startedBy,
    now,
  });
  const drift = createDriftLog(join(options.dataDir, 'etc', 'drift'));
  const isHost = (hostId: string) => inventory.get(hostId) !== null;
  const hostIds = () => inventory.list().map(({ id }) => id);
  // What is removed now can still be brought back; an inventory without hosts may be one that could not be read.
  const atStart = hostIds();
  const etcSummaries = createKeptSummaries({
    ...{ path: join(options.dataDir, 'etc', 'summaries.json'), isHost, log },
    onWritten: async () => (atStart.length > 0 ? drift.keepOnly([...atStart, ...hostIds()]) : undefined),
  });
  const etc = createEtc({
    hosts,
    scripts,
    rules: createEtcRuleBook(etcRulesFile, isHost),
    drift,
    kept: etcSummaries,
    reveals: createReveals(revealsFile, startedBy, now),
    log,
    now,
  });
  const operationsDir = join(options.dataDir, 'operations');
  const index = createHistoryIndex(operationsDir, now);
  const contents = createEtcContents();
  const operations = await createOperations({
    contents,
    hosts,
    dir: operationsDir,
    index,
    scripts,
    guard: settings.read,
    etcBlockers: createBlockerCheck(etc, log),
    startedBy,
    log,
    now,
  });
  // With a long history that is some time later: who has connected by then is read now.
  void operations.known.then(() => {
    running = operations.running;
    for (const id of hosts.ids()) {
      const isUnread = hosts.state(id)?.connection.kind === 'connected' && operations.running(id) === null;
      if (isUnread) hosts.connectAndRead(id, 'retry');
    }
  });
  const bulks = await createBulks({ operations, dir: join(options.dataDir, 'bulks'), startedBy, log, now });
  const history = createHistory({
    index,
    dir: operationsDir,
    keyChangesFile,
    revealsFile,
    limits: { read: () => settings.read().history, onChange: settings.onChange },
    log,
    now,
  });
  const lastChecks = await createLastChecks(operations);
  const stopStagedWatch = watchStaged({
    etc,
    hosts,
    isBusy: (hostId) => operations.running(hostId) !== null,
    log,
    now,
  });
  const stopComparing = compareAfterChanges({ operations, etc, log });
  const forensics = createForensics({ hosts, operations, scripts, log, now });
  journal = createJournal({ hosts, operations, scripts, log, now });
  terminals = createTerminals({
    ...{ hosts, pool, log, now, dataDir: options.dataDir },
    isRebooting: (hostId) => {
      const operation = operations.running(hostId);
      return operation !== null && isReboot(operation.operation);
    },
    graceMs: () => settings.read().terminal.graceMinutes * 60_000,
    recordChoice: (hostId) => {
      const host = inventory.get(hostId);
      return host ? terminalChoices(host, groups.get(host.group)).record.value : 'no';
    },
  });
  let openedRuns: Promise<RunsService> | null = null;
  const runs = () =>
    (openedRuns ??= import('./runs/open-runs.ts').then(({ openRuns }) =>
      openRuns({ dataDir: options.dataDir, hosts, scripts, guard: settings.read, startedBy, log, now }),
    ));

  return {
    options,
    ssh,
    inventory,
    groups,
    hosts,
    fleet: createFleetView({ registry: hosts, operations, lastChecks, etc, now }),
    operations,
    bulks,
    etcKeeper: createEtcKeeper(etcKeptFile, (hostId) => inventory.get(hostId) !== null),
    etcContents: contents,
    history,
    etc,
    forensics,
    journal,
    hostKeys,
    prompts,
    sources,
    settings,
    secrets,
    terminals,
    runs,
    pool,
    log,
    problems: () =>
      [inventoryFile, settings, sourcesFile, secretsFile, etcRulesFile, etcKeptFile]
        .map(({ problem }) => problem)
        .filter((problem) => problem !== null),
    async dispose() {
      await (await openedRuns?.catch(() => null))?.dispose();
      await terminals.dispose();
      lastChecks.dispose();
      stopStagedWatch();
      stopComparing();
      etc.dispose();
      await etcSummaries.dispose();
      journal.dispose();
      await sources.dispose();
      await bulks.dispose();
      await operations.dispose();
      await history.dispose();
      await hosts.dispose();
      prompts.dispose();
      wakeWatch.dispose();
      pool.dispose();
      await transport.dispose();
      stopForgetting();
      secrets.dispose();
      await Promise.all(
        [inventoryFile, settings, sourcesFile, secretsFile, etcRulesFile, etcKeptFile].map((file) => file.dispose()),
      );
    },
  };
}
