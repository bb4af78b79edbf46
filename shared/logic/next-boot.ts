import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import { valueOf } from '../model/fact.ts';
import type { HostFacts } from '../model/host-facts.ts';
import { digestOf, formatDate, shortDigest, versionLabel } from './format.ts';
import { finalizationFailed } from './host-kind.ts';

/** What the next boot runs: the booted deployment again, the staged one, or the rollback. */
export type NextBoot =
  | { readonly kind: 'same'; readonly deployment: Deployment | null }
  | { readonly kind: 'staged' | 'rollback'; readonly deployment: Deployment };

/**
 * Reference 1.4: a staged deployment goes first unless it is download-only; else a queued rollback; else the booted one again.
 * A staged deployment wins over a rollback that was queued before it.
 */
export function nextBoot(set: DeploymentSet): NextBoot {
  if (set.staged && !set.staged.downloadOnly) return { kind: 'staged', deployment: set.staged };
  if (set.rollbackQueued && set.rollback) return { kind: 'rollback', deployment: set.rollback };
  return { kind: 'same', deployment: set.booted };
}

/** A piece of a sentence; `strong` for what the eye looks for. */
export interface TextPart {
  readonly text: string;
  readonly strong: boolean;
}

/** One more fact about the next boot. `about` chooses the icon. */
export interface NextBootNote {
  readonly about: 'kernel' | 'soft-reboot' | 'retention' | 'download' | 'etc' | 'overlay' | 'timer' | 'finalization';
  readonly tone: 'info' | 'warning';
  readonly text: string;
}

/** The next boot in words. `sentence` is whole, with its because; `notes` are in the order of their weight. */
export interface NextBootDescription {
  readonly kind: NextBoot['kind'];
  readonly version: string;
  readonly sentence: readonly TextPart[];
  readonly because: string;
  readonly notes: readonly NextBootNote[];
}

/** What the next boot of a host will be, why, and what comes with it. Null where its deployments are not known. */
export function describeNextBoot(facts: HostFacts): NextBootDescription | null {
  const set = valueOf(facts.deployments);
  const next = set && nextBoot(set);
  if (!set || !next?.deployment) return null;
  const [version, instead] = toldApart(next.deployment, set.booted);
  const because = reason(set, next.kind);
  const rest =
    next.kind === 'same' || instead === version ? ` again, because ${because}.` : insteadOf(instead, because);
  return {
    kind: next.kind,
    version,
    sentence: [
      { text: 'The next boot runs ', strong: false },
      { text: version, strong: true },
      { text: rest, strong: false },
    ],
    because,
    notes: [...lossNotes(set, facts, next), ...changeNotes(set, facts, next), ...timerNotes(facts, next)],
  };
}

/** A sentence as plain text. */
export function plainText(parts: readonly TextPart[]): string {
  return parts.map(({ text }) => text).join('');
}

function insteadOf(instead: string | null, because: string): string {
  return instead === null ? `, because ${because}.` : ` instead of ${instead}, because ${because}.`;
}

function reason(set: DeploymentSet, kind: NextBoot['kind']): string {
  if (kind === 'rollback') return 'a rollback is queued';
  if (kind === 'staged') {
    const same = set.booted && set.staged && digestOf(set.booted) === digestOf(set.staged);
    return same ? 'a staged deployment of the same content goes first' : 'a staged deployment goes first';
  }
  if (set.staged) return `the staged ${toldApart(set.staged, set.booted)[0]} is download-only`;
  return 'nothing is staged and no rollback is queued';
}

/** The names of two deployments, with their digests where the versions alone would read the same. */
function toldApart(next: Deployment, booted: Deployment | null): readonly [string, string | null] {
  const [name, other] = [versionLabel(next), booted && versionLabel(booted)];
  if (booted === null || name !== other || digestOf(next) === digestOf(booted)) return [name, other];
  const withDigest = (one: Deployment) => `${versionLabel(one)} @${shortDigest(digestOf(one), 'text')}`;
  return [withDigest(next), withDigest(booted)];
}

/** What goes with the reboot (reference 1.4, 2.5, 2.7, 4.6, 5.4). */
function lossNotes(set: DeploymentSet, facts: HostFacts, next: NextBoot): NextBootNote[] {
  const notes: NextBootNote[] = [];
  if (finalizationFailed(facts)) {
    const again = next.kind === 'staged' ? ': it may fail again' : '';
    notes.push(note('finalization', 'warning', `The last update was not applied at shutdown${again}`));
  }
  if (set.staged?.downloadOnly) {
    notes.push(
      note('download', 'warning', `The download of ${versionLabel(set.staged)} is discarded by a plain reboot`),
    );
  }
  if (next.kind === 'staged') notes.push(...retentionNotes(set));
  if (next.kind === 'rollback') {
    notes.push(note('etc', 'warning', `/etc goes back to the copy of ${versionLabel(next.deployment)}`));
  }
  if (set.usrOverlay) {
    const leaves = set.usrOverlay.persistence === 'transient' || next.kind !== 'same';
    const overlay = set.usrOverlay.access === 'read-write' ? 'The writable overlay on /usr' : 'The overlay on /usr';
    notes.push(note('overlay', leaves ? 'warning' : 'info', `${overlay} ${leaves ? 'vanishes' : 'stays'}`));
  }
  return notes;
}

/**
 * Finalizing keeps the new, the booted, the pinned ones and those of other stateroots (reference 5.4, 0.9).
 * composefs knows no pins.
 */
function retentionNotes(set: DeploymentSet): NextBootNote[] {
  const dropped = droppedByStaged(set);
  const notes: NextBootNote[] = [];
  const { rollback } = set;
  if (rollback && set.rollbackQueued) {
    notes.push(note('retention', 'warning', `The queued rollback to ${versionLabel(rollback)} does not happen`));
  }
  if (rollback && dropped.includes(rollback)) {
    const pins = set.backend === 'ostree' ? ' unless pinned' : '';
    notes.push(note('retention', 'warning', `Rollback ${versionLabel(rollback)} is dropped${pins}`));
  } else if (rollback?.pinned) {
    notes.push(note('retention', 'info', `Rollback ${versionLabel(rollback)} is pinned and stays`));
  }
  const others = dropped.filter((deployment) => deployment !== rollback);
  if (others.length > 0) {
    const names = others.map(versionLabel).join(', ');
    notes.push(note('retention', 'warning', `Also dropped: ${names}`));
  }
  return notes;
}

/** The deployments that are gone once a staged one has been booted. */
export function droppedByStaged(set: DeploymentSet): readonly Deployment[] {
  const stateroot = set.booted?.stateroot ?? null;
  return [set.rollback, ...set.others].filter(
    (one): one is Deployment =>
      one !== null && !one.pinned && (one.stateroot === null || stateroot === null || one.stateroot === stateroot),
  );
}

function changeNotes(set: DeploymentSet, facts: HostFacts, next: NextBoot): NextBootNote[] {
  if (next.kind === 'same' || !set.booted) return [];
  const kernels = valueOf(facts.kernels) ?? {};
  const [now, then] = [kernels[set.booted.id], kernels[next.deployment.id]];
  if (now !== undefined && then !== undefined && now !== then) {
    return [note('kernel', 'info', 'Kernel changes: a full reboot is needed')];
  }
  if (next.deployment.softRebootCapable) {
    return [note('soft-reboot', 'info', 'Kernel stays: a soft reboot is possible')];
  }
  return now !== undefined && now === then ? [note('kernel', 'info', 'Kernel stays')] : [];
}

/** Timers that act without being asked (reference 5.6): they reboot, or stage again what was rolled back. */
function timerNotes(facts: HostFacts, next: NextBoot): NextBootNote[] {
  const timer = valueOf(facts.autoUpdate);
  if (!timer || !timer.active || timer.masked) return [];
  const when = timer.nextAt === null ? '' : `, next run ${formatDate(timer.nextAt)}`;
  const notes: NextBootNote[] = [];
  if (timer.reboots) notes.push(note('timer', 'warning', `${timer.unit} may update and reboot by itself${when}`));
  else if (next.kind !== 'staged') notes.push(note('timer', 'info', `${timer.unit} updates by itself${when}`));
  if (next.kind === 'rollback') {
    notes.push(note('timer', 'warning', 'An automatic update may bring the newer version back'));
  }
  return notes;
}

function note(about: NextBootNote['about'], tone: NextBootNote['tone'], text: string): NextBootNote {
  return { about, tone, text };
}
