import type { DeploymentSet } from '../model/deployment.ts';
import type { ImageReference } from '../model/image.ts';
import type { OperationPlan } from '../model/operation.ts';
import type { Verb } from '../model/verb.ts';
import { etcConfirm, etcNames, etcNotes } from './etc-act-words.ts';
import { digestOf, shortDigest, versionLabel } from './format.ts';
import { droppedByStaged, nextBoot } from './next-boot.ts';
import { foundUpdate, leftVersion, newestDeployment, sameImage } from './update.ts';
import { verbNotes } from './verb-notes.ts';
import { verbTitle } from './verb-words.ts';

/**
 * A plan in words, for whoever is to confirm it. `confirm` is the button; `effects` happen, `losses` are what is gone for good,
 * `notes` are worth knowing. `safe` says why nothing is lost when the window closes.
 */
export interface PlanDescription {
  readonly title: string;
  readonly confirm: string;
  readonly target: string;
  readonly effects: readonly string[];
  readonly losses: readonly string[];
  readonly notes: readonly string[];
  readonly safe: string;
}

/** What a plan will do, from the state that it was made of (reference 2.2 and 2.3). */
export function describePlan(plan: OperationPlan): PlanDescription {
  const set = plan.before.deployments;
  const { verb } = plan.request;
  const found = wordsOf(plan);
  const notes = [...found.notes, ...(FOLLOWS.has(verb) ? commonNotes(set) : [])];
  if (REPORTS.has(verb) && plan.tool === 'bootc' && !plan.reportsProgress) {
    notes.push('The bootc of this host reports no progress: the log is all there is.');
  }
  return {
    title: verbTitle(verb, plan.hostName),
    confirm: confirmText(plan),
    target: targetOf(plan),
    effects: found.effects,
    losses: found.losses,
    notes,
    safe: `Safe to close the window: this runs on the host as unit ${plan.unit}.`,
  };
}

function wordsOf(plan: OperationPlan): Words {
  const set = plan.before.deployments;
  switch (plan.request.verb) {
    case 'upgrade':
      return upgradeWords(set);
    case 'check':
      return checkWords(set);
    case 'etc':
      return etcNotes(plan);
    default:
      return verbNotes(plan);
  }
}

/** The verbs that go by the image that bootc follows. */
const FOLLOWS: ReadonlySet<Verb> = new Set<Verb>(['check', 'download', 'upgrade']);
const REPORTS: ReadonlySet<Verb> = new Set<Verb>(['download', 'upgrade', 'switch']);

function confirmText({ request, hostName }: OperationPlan): string {
  if (request.verb === 'etc') return etcConfirm(request.files);
  return request.verb === 'check' ? 'Check for update' : verbTitle(request.verb, hostName);
}

/** What the verb is about. */
function targetOf({ request, before }: OperationPlan): string {
  const set = before.deployments;
  const named = (id: string) => {
    const one = [set.booted, set.staged, set.rollback, ...set.others].find((each) => each?.id === id);
    return one ? `${versionLabel(one)} @${shortDigest(digestOf(one), 'text')}` : id;
  };
  const label = (one: DeploymentSet['booted']) => (one ? named(one.id) : 'nothing');
  switch (request.verb) {
    case 'switch':
      return request.image.image;
    case 'rollback':
      return label(set.rollback);
    case 'undo-rollback':
    case 'usr-overlay':
      return label(set.booted);
    case 'unstage':
    case 'apply-download':
      return label(set.staged);
    case 'pin':
    case 'unpin':
    case 'remove':
      return named(request.deployment);
    case 'reboot':
    case 'soft-reboot':
      return label(nextBoot(set).deployment);
    case 'pause-updates':
    case 'resume-updates':
      return before.autoUpdate?.unit ?? 'no timer';
    case 'kernel-arguments':
      return label(set.staged ?? set.booted);
    case 'clean-up':
      return '/sysroot';
    case 'etc':
      return etcNames(request.files.map(({ path }) => path));
    default:
      return targetWords(set);
  }
}

type Words = Pick<PlanDescription, 'effects' | 'losses' | 'notes'>;

function upgradeWords(set: DeploymentSet): Words {
  const update = foundUpdate(set);
  const left = leftVersion(set);
  const name = update && (update.version ?? `@${shortDigest(update.digest, 'text')}`);
  const what = name ?? 'the newest image, if there is one,';
  const effects = [`Stages ${what} as the next boot. Nothing restarts, no reboot.`];
  const losses: string[] = [];
  const notes: string[] = [];
  const { staged, rollback } = set;
  if (staged) {
    losses.push(
      update
        ? `Staged ${versionLabel(staged)} is replaced.`
        : `Staged ${versionLabel(staged)} is replaced if the registry has something newer.`,
    );
  }
  if (staged?.downloadOnly && !update) {
    effects.push(
      `If there is nothing newer, the download-only ${versionLabel(staged)} is unlocked: the next reboot applies it.`,
    );
  }
  if (left && !staged) {
    effects.push(
      `This host was rolled back from ${left.version ?? `@${shortDigest(left.digest, 'text')}`}: it is staged again if the registry has nothing newer.`,
    );
  }
  if (set.rollbackQueued && rollback) {
    losses.push(`The queued rollback to ${versionLabel(rollback)} does not happen once an update is staged.`);
  }
  for (const dropped of droppedByStaged(set)) {
    const place = dropped === rollback ? 'Rollback' : 'Deployment';
    const pins = set.backend === 'ostree' ? ' unless pinned' : '';
    losses.push(`${place} ${versionLabel(dropped)} is dropped at the next reboot${pins}.`);
  }
  if (set.backend === 'ostree')
    notes.push('/etc is merged at shutdown: if that fails, the host boots what it runs now.');
  return { effects, losses, notes };
}

function checkWords(set: DeploymentSet): Words {
  const effects = [
    'Asks the registry for the newest image and notes on the host what it found. Nothing is staged, nothing restarts.',
  ];
  if (set.backend !== 'composefs') return { effects, losses: [], notes: [] };
  return {
    effects: ['Asks the registry for the newest image. Nothing restarts.'],
    losses: [],
    notes: [
      'On the composefs backend bootc stages an image that was pulled before, although only a check was asked for.',
    ],
  };
}

function commonNotes(set: DeploymentSet): string[] {
  const { tracked, booted } = set;
  if (!tracked) return [];
  const notes: string[] = [];
  if (isDigestPinned(tracked))
    notes.push('The reference is pinned to a digest: bootc finds nothing newer, whatever the registry has.');
  if (booted?.image && !sameImage(booted.image.reference, tracked)) {
    notes.push(`bootc follows the staged ${tracked.image}, not the booted ${booted.image.reference.image}.`);
  }
  return notes;
}

/** Whether a reference names one image for good: `repo@sha256:…` (reference 2.3). */
export function isDigestPinned(reference: ImageReference): boolean {
  return /@[a-z0-9]+:[0-9a-f]{32,}$/i.test(reference.image);
}

function targetWords(set: DeploymentSet): string {
  const image = set.tracked?.image ?? newestDeployment(set)?.origin ?? 'no image';
  const update = foundUpdate(set);
  if (!update) return image;
  return [image, [update.version, `@${shortDigest(update.digest, 'text')}`].filter(Boolean).join(' ')].join(', ');
}
