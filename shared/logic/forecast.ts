import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { EtcBlocker } from '../model/etc.ts';
import { valueOf } from '../model/fact-value.ts';
import type { HostFacts } from '../model/host-facts.ts';
import { bootSpace, type BootSpace } from './boot-space.ts';
import { digestOf } from './format.ts';
import { finalizationFailed } from './host-kind.ts';
import {
  argumentChange,
  ownArguments,
  splitArguments,
  stagedArguments,
  type ArgumentChange,
} from './kernel-arguments.ts';
import { droppedByStaged, nextBoot, type NextBoot } from './next-boot.ts';

/** What else is known of a host than its facts. `etcBlockers` null: the trees of /etc were not compared. */
export interface ForecastHints {
  readonly etcBlockers: readonly EtcBlocker[] | null;
}

/**
 * Why the next boot runs what it runs. `nothing-else`: nothing is staged, nothing queued; `download-only`: something is staged and
 * locked; `staged-over-rollback`: an update was staged after a rollback had been queued; `same-content`: staged is what runs already.
 */
export type Because =
  'nothing-else' | 'download-only' | 'rollback-queued' | 'staged' | 'staged-over-rollback' | 'same-content';

/** What is gone after the next boot. `overlay`: what was written to /usr; `etc`: edits since then, which stay in the deployment that is left. */
export type Loss =
  | { readonly kind: 'download'; readonly deployment: Deployment }
  | { readonly kind: 'queued-rollback'; readonly deployment: Deployment }
  | { readonly kind: 'rollback'; readonly deployment: Deployment; readonly canBePinned: boolean }
  | { readonly kind: 'others'; readonly deployments: readonly Deployment[] }
  | { readonly kind: 'etc'; readonly deployment: Deployment }
  | { readonly kind: 'overlay'; readonly isWritable: boolean };

/** What will make the staged deployment vanish at shutdown, so that the host boots what it runs now. `failed-before`: it did the last time. */
export type Blocker =
  | { readonly kind: 'etc'; readonly paths: readonly EtcBlocker[] }
  | { readonly kind: 'boot-space'; readonly space: BootSpace }
  | { readonly kind: 'failed-before' };

/** A timer or agent that updates by itself. `masked`: it does not, as long as this deployment runs. Times epoch ms. */
export interface TimerForecast {
  readonly unit: string;
  readonly state: 'on' | 'masked';
  readonly reboots: boolean;
  readonly nextAt: number | null;
  /** It, or its twin in the /etc of the rollback, stages again what the host is rolled back from. */
  readonly undoesRollback: boolean;
}

/** What the next boot of a host runs and why, what changes with it, what goes, and what may come in between. */
export interface Forecast {
  readonly kind: NextBoot['kind'];
  readonly deployment: Deployment;
  readonly booted: Deployment | null;
  readonly because: Because;
  readonly kernel: { readonly now: string | null; readonly then: string | null };
  /** `not-needed`: the same runs again; `prepared`: the next `systemctl reboot` is one; `unknown`: nobody told. */
  readonly softReboot: 'not-needed' | 'prepared' | 'possible' | 'impossible' | 'unknown';
  /** Null: not known. */
  readonly arguments: ArgumentChange | null;
  readonly losses: readonly Loss[];
  /** What one might expect to go and does not. */
  readonly keeps: readonly { readonly kind: 'pinned-rollback' | 'overlay'; readonly deployment: Deployment | null }[];
  readonly timer: TimerForecast | null;
  readonly blockers: readonly Blocker[];
  /** How the kernel fits into /boot; null: nothing is to be copied, or it is not known. */
  readonly space: BootSpace | null;
}

/** The forecast of a host, or null where its deployments are not known. Rules: reference 1.4, 2.5, 2.7, 4.6, 5.2 to 5.6. */
export function forecast(facts: HostFacts, hints: ForecastHints = { etcBlockers: null }): Forecast | null {
  const set = valueOf(facts.deployments);
  const next = set && nextBoot(set);
  if (!set || !next?.deployment) return null;
  const { kind, deployment } = next;
  const kernels = valueOf(facts.kernels) ?? {};
  const space = kind === 'staged' ? spaceFor(set, deployment, facts) : null;
  return {
    kind,
    deployment,
    booted: set.booted,
    because: reason(set, kind),
    kernel: { now: (set.booted && kernels[set.booted.id]) ?? null, then: kernels[deployment.id] ?? null },
    softReboot: softReboot(set, next, facts),
    arguments: kind === 'same' ? { added: [], removed: [] } : argumentsOf(set, kind, deployment, facts),
    losses: lossesOf(set, kind, deployment),
    keeps: keepsOf(set, kind),
    timer: timerOf(facts, kind),
    blockers: kind === 'staged' ? blockersOf(facts, hints, space) : failedBefore(facts),
    space,
  };
}

function reason(set: DeploymentSet, kind: NextBoot['kind']): Because {
  if (kind === 'rollback') return 'rollback-queued';
  if (kind === 'same') return set.staged ? 'download-only' : 'nothing-else';
  if (set.booted && set.staged && digestOf(set.booted) === digestOf(set.staged)) return 'same-content';
  return set.rollbackQueued && set.rollback ? 'staged-over-rollback' : 'staged';
}

function softReboot(set: DeploymentSet, next: NextBoot, facts: HostFacts): Forecast['softReboot'] {
  if (next.kind === 'same') return 'not-needed';
  if (facts.boot.softRebootTarget === next.deployment.id) return 'prepared';
  if (next.deployment.softRebootCapable) return 'possible';
  // Only bootc tells, and only since 1.7; that kernels differ is enough to know.
  const kernels = valueOf(facts.kernels) ?? {};
  const [now, then] = [set.booted && kernels[set.booted.id], kernels[next.deployment.id]];
  if (now !== undefined && then !== undefined && now !== then) return 'impossible';
  return set.source === 'bootc' ? 'impossible' : 'unknown';
}

/** What ostree itself wrote down before what the boot menu says before what the images ask for (reference 5.2). */
function argumentsOf(
  set: DeploymentSet,
  kind: NextBoot['kind'],
  next: Deployment,
  { boot, identity }: HostFacts,
): ArgumentChange | null {
  const entries = valueOf(boot.entries) ?? {};
  const bootedEntry = set.booted ? entries[set.booted.id] : undefined;
  const commandLine = bootedEntry?.options ?? valueOf(identity)?.cmdline;
  if (commandLine === undefined) return null;
  const now = splitArguments(commandLine);
  const entry = entries[next.id];
  if (entry) return argumentChange(now, splitArguments(entry.options));
  if (kind !== 'staged') return null;
  const staged = valueOf(boot.staged);
  if (staged)
    return staged.arguments ? argumentChange(now, ownArguments(staged.arguments)) : { added: [], removed: [] };
  const images = valueOf(boot.imageArguments);
  if (!images || !set.booted || set.backend !== 'ostree') return null;
  return argumentChange(now, stagedArguments(now, images[set.booted.id] ?? [], images[next.id] ?? []));
}

function lossesOf(set: DeploymentSet, kind: NextBoot['kind'], next: Deployment): Loss[] {
  const { staged, rollback, rollbackQueued, usrOverlay } = set;
  const losses: Loss[] = [];
  if (staged?.downloadOnly) losses.push({ kind: 'download', deployment: staged });
  if (kind === 'staged') {
    const dropped = droppedByStaged(set);
    if (rollback && rollbackQueued) losses.push({ kind: 'queued-rollback', deployment: rollback });
    if (rollback && dropped.includes(rollback)) {
      losses.push({ kind: 'rollback', deployment: rollback, canBePinned: set.backend === 'ostree' });
    }
    const others = dropped.filter((deployment) => deployment !== rollback);
    if (others.length > 0) losses.push({ kind: 'others', deployments: others });
  }
  if (kind === 'rollback') losses.push({ kind: 'etc', deployment: next });
  if (usrOverlay && (usrOverlay.persistence === 'transient' || kind !== 'same')) {
    losses.push({ kind: 'overlay', isWritable: usrOverlay.access === 'read-write' });
  }
  return losses;
}

function keepsOf({ rollback, usrOverlay }: DeploymentSet, kind: NextBoot['kind']): Forecast['keeps'] {
  return [
    ...(kind === 'staged' && rollback?.pinned ? [{ kind: 'pinned-rollback', deployment: rollback } as const] : []),
    ...(kind === 'same' && usrOverlay?.persistence === 'persistent'
      ? [{ kind: 'overlay', deployment: null } as const]
      : []),
  ];
}

/** Reference 5.6. A mask is a file in /etc of the deployment that runs: a rollback has an /etc of its own, without it. */
function timerOf(facts: HostFacts, kind: NextBoot['kind']): TimerForecast | null {
  const timer = valueOf(facts.autoUpdate);
  if (!timer) return null;
  const { unit, reboots, nextAt, active, masked } = timer;
  const isRollback = kind === 'rollback';
  if (masked) return isRollback ? { unit, state: 'masked', reboots, nextAt: null, undoesRollback: true } : null;
  return active ? { unit, state: 'on', reboots, nextAt, undoesRollback: isRollback } : null;
}

function spaceFor(set: DeploymentSet, staged: Deployment, facts: HostFacts): BootSpace | null {
  const dropped = droppedByStaged(set);
  const kept = [set.booted, set.rollback, ...set.others].filter(
    (one): one is Deployment => one !== null && !dropped.includes(one),
  );
  const space = bootSpace(staged, dropped, kept, facts);
  return space && space.needed > 0 ? space : null;
}

function blockersOf(facts: HostFacts, { etcBlockers }: ForecastHints, space: BootSpace | null): Blocker[] {
  return [
    ...(etcBlockers && etcBlockers.length > 0 ? [{ kind: 'etc', paths: etcBlockers } as const] : []),
    ...(space?.verdict === 'too-small' ? [{ kind: 'boot-space', space } as const] : []),
    ...failedBefore(facts),
  ];
}

function failedBefore(facts: HostFacts): Blocker[] {
  return finalizationFailed(facts) ? [{ kind: 'failed-before' }] : [];
}
