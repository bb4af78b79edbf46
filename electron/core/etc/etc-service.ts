import { BerthError } from '../../../shared/errors/failure.ts';
import { showPath } from '../../../shared/logic/etc-path.ts';
import { isSecretPath } from '../../../shared/logic/etc-secrets.ts';
import { noiseMatcher } from '../../../shared/logic/etc-noise.ts';
import type { EtcBlocker } from '../../../shared/model/etc.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type {
  EtcComparison,
  EtcContent,
  EtcPath,
  EtcRules,
  EtcSnapshotChange,
  EtcSummary,
  EtcView,
} from '../../../shared/model/etc.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import { createEmitter } from '../emitter.ts';
import type { HostAccess } from '../hosts/host-access.ts';
import type { Log } from '../log/log.ts';
import type { ConnectReason } from '../ssh/connection-pool.ts';
import type { NativeScripts } from '../ssh/native-scripts.ts';
import type { RootAccess } from '../ssh/root-access.ts';
import { createLifetime } from '../lifetime.ts';
import { toComparison } from './comparison.ts';
import { isSecret, readPiece, toContent, type Piece, type PieceRequest } from './content.ts';
import type { DriftLog } from './drift-log.ts';
import { createLastComparisons } from './last-comparisons.ts';
import type { KeptSummaries } from './kept-summaries.ts';
import type { EtcRuleBook, SetRules } from './etc-rules.ts';
import type { Reveals } from './reveals.ts';
import { scanEtc, type ScanAccess } from './scan.ts';
import { treeFolders, type TreeFolders } from './tree-folders.ts';

/** Older facts are read again before folders are taken from them; while a host is connected they follow its changes anyway. */
const FACTS_MAX_AGE_MS = 5 * 60_000;

export interface EtcOptions {
  readonly hosts: HostAccess;
  readonly scripts: NativeScripts;
  readonly rules: EtcRuleBook;
  readonly drift: DriftLog;
  readonly reveals: Reveals;
  readonly kept: Pick<KeptSummaries, 'read' | 'note'>;
  readonly log: Log;
  readonly now: () => number;
}

/** What of a host's /etc is asked for. */
export interface EtcQuestion {
  readonly hostId: string;
  readonly view: EtcView;
}

/** The versions of /etc on the hosts, read when somebody asks. Rejections are BerthErrors. */
export interface EtcService {
  /**
   * Reads and compares; two who ask at a time share one scan. Rejects with `etc.*`, `ssh.*`, `auth.*`, `privilege.*`, `facts.*`.
   * `reason`: whether a person waits, and may be asked.
   */
  compare(question: EtcQuestion, reason?: ConnectReason): Promise<EtcComparison>;
  /** The last comparison; null: there is none since the start. */
  last(question: EtcQuestion): EtcComparison | null;
  /** A piece for a page. A secret is refused with `etc.secret` unless `reveal`, which is noted first. */
  content(request: EtcQuestion & PieceRequest & { readonly reveal: boolean }): Promise<EtcContent>;
  /** A piece for Berth itself, whatever it holds: never to be shown, kept or logged as it is. */
  piece(question: EtcQuestion, request: PieceRequest): Promise<Piece>;
  rules(hostId: string | null): SetRules;
  setRules(hostId: string | null, rules: EtcRules | null): Promise<void>;
  changes(hostId: string, path: EtcPath | null, limit: number): Promise<EtcSnapshotChange[]>;
  /** From the last comparison, also from before this start; what is against a staged image only as long as that is staged. Null: none was made. */
  summary(hostId: string): EtcSummary | null;
  /** Where the merge of what is staged now will fail; null: that was not compared. */
  blockers(hostId: string): readonly EtcBlocker[] | null;
  /** Calls back with the id of a host whose comparison is new. */
  onChange(listener: (hostId: string) => void): () => void;
  dispose(): void;
}

export function createEtc(options: EtcOptions): EtcService {
  const { hosts, scripts, rules, drift, reveals, kept, log, now } = options;
  const changed = createEmitter<string>();
  const lifetime = createLifetime();
  const last = createLastComparisons(kept.note);
  // Later than the start: nobody waits for it.
  void kept.read().then((before) => {
    for (const hostId of last.restore(before)) if (hosts.host(hostId)) changed.emit(hostId);
  });
  const underWay = new Map<string, Promise<EtcComparison>>();

  async function deploymentsOf(hostId: string, reason: ConnectReason): Promise<DeploymentSet> {
    await hosts.connect(hostId, reason);
    let facts = hosts.facts(hostId);
    if (!facts || now() - facts.readAt >= FACTS_MAX_AGE_MS) facts = await hosts.readFacts(hostId);
    const set = valueOf(facts.deployments);
    if (set) return set;
    throw facts.deployments.state === 'unknown'
      ? BerthError.of(facts.deployments.failure)
      : new BerthError('operation.state-unknown');
  }

  /** Runs something on the host: as root where that can be had, else as the login user. */
  async function withAccess<T>(
    hostId: string,
    reason: ConnectReason,
    run: (access: ScanAccess) => Promise<T>,
  ): Promise<T> {
    const connection = await hosts.connect(hostId, reason);
    const as = (root: RootAccess) => run({ connection, scripts, root, signal: lifetime.signal });
    const root = hosts.rootAccess(hostId);
    try {
      return await as(root);
    } catch (error) {
      // Rules of sudo may allow single commands only; a password that is wrong is a matter for whoever gave it.
      const isRefused = error instanceof BerthError && error.failure.code.startsWith('privilege.');
      if (root.kind === 'none' || !isRefused || error.failure.code === 'privilege.password-wrong') throw error;
      return as({ kind: 'none' });
    }
  }

  async function compareNow({ hostId, view }: EtcQuestion, reason: ConnectReason): Promise<EtcComparison> {
    if (!hosts.host(hostId)) throw new BerthError('input.host-unknown', { value: hostId });
    const startedAt = now();
    const folders = treeFolders(await deploymentsOf(hostId, reason), view);
    const scan = await withAccess(hostId, reason, (access) => scanEtc(access, folders));
    const facts = hosts.facts(hostId);
    const { ostree: ostreeVersion = null, bootc: bootcVersion = null } = (facts && valueOf(facts.tools)) ?? {};
    const asked = { hostId, view, folders, rules: rules.effective(hostId), ostreeVersion, bootcVersion };
    const comparison = toComparison({ ...asked, scan, startedAt, readAt: now() });
    last.put(comparison);
    changed.emit(hostId);
    try {
      await drift.note(comparison, scan.trees.local ?? new Map<string, never>());
    } catch (error) {
      log.error('etc-drift', 'What changed in /etc of a host could not be kept', error, { hostId });
    }
    return comparison;
  }

  async function folders({ hostId, view }: EtcQuestion): Promise<TreeFolders> {
    return treeFolders(await deploymentsOf(hostId, 'user'), view);
  }

  async function piece(question: EtcQuestion, request: PieceRequest): Promise<Piece> {
    const where = await folders(question);
    return withAccess(question.hostId, 'user', (access) => readPiece(access, where, request));
  }

  const stopRules = rules.onChange(() => {
    for (const hostId of last.hosts()) {
      last.judgeAgain(hostId, noiseMatcher(rules.effective(hostId)));
      changed.emit(hostId);
    }
  });

  return {
    compare(question, reason = 'user') {
      const key = `${question.view} ${question.hostId}`;
      const running = underWay.get(key);
      if (running) return running;
      const comparing = compareNow(question, reason).finally(() => underWay.delete(key));
      underWay.set(key, comparing);
      return comparing;
    },
    last: ({ hostId, view }) => last.get(hostId, view),
    async content({ reveal, ...request }) {
      const { hostId, side, path, offset } = request;
      const refused = new BerthError('etc.secret', { path: `/etc/${showPath(path)}` });
      if (isSecretPath(path)) {
        if (!reveal) throw refused;
        await reveals.note({ hostId, hostName: hosts.host(hostId)?.name ?? hostId, side, path });
      }
      const found = await piece(request, request);
      if (!isSecretPath(path) && isSecret(path, found.bytes)) {
        if (!reveal) throw refused;
        await reveals.note({ hostId, hostName: hosts.host(hostId)?.name ?? hostId, side, path });
      }
      return toContent(found, offset);
    },
    piece,
    rules: rules.of,
    setRules: rules.set,
    changes: drift.list,
    summary(hostId) {
      const facts = hosts.facts(hostId);
      return last.summary(hostId, stagedOf(facts && valueOf(facts.deployments)));
    },
    blockers(hostId) {
      const facts = hosts.facts(hostId);
      return last.blockers(hostId, stagedOf(facts && valueOf(facts.deployments)));
    },
    onChange: changed.subscribe,
    dispose() {
      lifetime.abort();
      stopRules();
    },
  };
}

/** The id of what is staged; null: nothing is. */
function stagedOf(set: DeploymentSet | null): string | null {
  return set?.staged?.id ?? null;
}
