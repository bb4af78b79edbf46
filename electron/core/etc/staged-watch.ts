import { BerthError } from '../../../shared/errors/failure.ts';
import { nextBoot } from '../../../shared/logic/next-boot.ts';
import type { EtcBlocker } from '../../../shared/model/etc.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostFacts } from '../../../shared/model/host-facts.ts';
import type { Verb, VerbRequest } from '../../../shared/model/verb.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import type { Log } from '../log/log.ts';
import type { EtcService } from './etc-service.ts';

/** A pre-flight waits no longer; what was known before then counts. */
const PATIENCE_MS = 20_000;

/** Verbs after which what is staged now goes in at the next boot. */
const APPLIES: ReadonlySet<Verb> = new Set<Verb>(['reboot', 'soft-reboot', 'apply-download']);

/**
 * What a pre-flight asks: where the merge of /etc will fail, compared now, as edits since the last look count (reference 4.5). Null: the
 * verb does not apply what is staged, or it could not be found out.
 */
export function createBlockerCheck(etc: EtcService, log: Log) {
  return async (hostId: string, { verb }: VerbRequest, facts: HostFacts): Promise<readonly EtcBlocker[] | null> => {
    const set = valueOf(facts.deployments);
    if (!set?.staged || !APPLIES.has(verb)) return null;
    if (verb !== 'apply-download' && nextBoot(set).kind !== 'staged') return null;
    const comparing = etc.compare({ hostId, view: 'staged' }).catch((error: unknown) => note(log, hostId, error));
    await within(comparing, PATIENCE_MS);
    return etc.blockers(hostId);
  };
}

/** Resolves with the promise, or when it has taken too long. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | null = null;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, late]);
  if (timer) clearTimeout(timer);
}

export interface StagedWatchOptions {
  readonly etc: EtcService;
  readonly hosts: Pick<HostRegistry, 'state' | 'onChange'>;
  /** True while an operation runs on the host. */
  readonly isBusy: (hostId: string) => boolean;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Compares the /etc of a host once something is staged on it that was not compared yet, so that the fleet knows what the next boot
 * comes to. Only hosts that are connected anyway, as root, one at a time, each staged deployment once. Returns what ends it.
 */
export function watchStaged({ etc, hosts, isBusy, log, now }: StagedWatchOptions): () => void {
  const startedAt = now();
  const seen = new Map<string, string>();
  const waiting = new Set<string>();
  let isWorking = false;
  let isOver = false;

  /** The id of what is to be compared; null: nothing is, or not now. */
  function dueOf(hostId: string): string | null {
    const state = hosts.state(hostId);
    const facts = state?.facts;
    // Facts kept from before are no news, and may be wrong by now.
    if (state?.connection.kind !== 'connected' || !facts || facts.readAt < startedAt) return null;
    const set = valueOf(facts.deployments);
    if (!set || facts.privilege.kind === 'none' || nextBoot(set).kind !== 'staged' || isBusy(hostId)) return null;
    const id = set.staged?.id ?? null;
    return id === null || seen.get(hostId) === id || etc.blockers(hostId) !== null ? null : id;
  }

  async function work(): Promise<void> {
    isWorking = true;
    for (const hostId of waiting) {
      waiting.delete(hostId);
      const id = dueOf(hostId);
      if (id === null) continue;
      seen.set(hostId, id);
      await etc.compare({ hostId, view: 'staged' }, 'background').catch((error: unknown) => note(log, hostId, error));
      if (isOver) return;
    }
    isWorking = false;
  }

  const stop = hosts.onChange((hostId) => {
    if (!hosts.state(hostId)) seen.delete(hostId);
    if (isOver || dueOf(hostId) === null) return;
    waiting.add(hostId);
    if (!isWorking) void work();
  });
  return () => {
    isOver = true;
    stop();
  };
}

/** A host that cannot be compared says so where it is looked at; what nobody expects is logged. */
function note(log: Log, hostId: string, error: unknown): void {
  if (error instanceof BerthError) return;
  log.error('etc-compare', 'The /etc of a host could not be compared', error, { hostId });
}
