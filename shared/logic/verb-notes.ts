import type { Deployment, DeploymentSet } from '../model/deployment.ts';
import type { HostSnapshot, OperationPlan, VerbTool } from '../model/operation.ts';
import type { VerbRequest } from '../model/verb.ts';
import { parseImageName } from '../parse/image-reference.ts';
import { formatDate, plural, versionLabel } from './format.ts';
import { droppedByStaged, nextBoot } from './next-boot.ts';
import { predictState } from './predict-state.ts';
import { sameImage } from './update.ts';

/** What a verb does, in words: `effects` happen, `losses` are what is gone for good, `notes` are worth knowing. */
export interface VerbNotes {
  readonly effects: readonly string[];
  readonly losses: readonly string[];
  readonly notes: readonly string[];
}

/** The words for every verb but check and upgrade, which `plan-notes.ts` has (reference 2.2 to 2.10, 5.2 to 5.6, 6.2). */
export function verbNotes({ request, tool, before }: Pick<OperationPlan, 'request' | 'tool' | 'before'>): VerbNotes {
  const set = before.deployments;
  switch (request.verb) {
    case 'download':
      return downloadNotes(set);
    case 'apply-download':
      return words(
        [`The next reboot applies ${nameOf(set.staged)}. Nothing is fetched, nothing restarts.`],
        drops(set),
      );
    case 'switch':
      return switchNotes(request, tool, set);
    case 'rollback':
      return rollbackNotes(set, before);
    case 'undo-rollback':
      return words(
        [`The next boot runs ${nameOf(set.booted)} again. Nothing restarts.`],
        set.staged ? [`Staged ${nameOf(set.staged)} is deleted.`] : [],
        toggleNote(tool),
      );
    case 'unstage':
      return words(
        [
          `Deletes staged ${nameOf(set.staged)}: the next boot runs ${nameOf(nextBoot(predictState(set, request)).deployment)}.`,
        ],
        ['It has to be staged again to be had; layers that were fetched stay until a clean-up.'],
        ['/run/reboot-required stays until the next boot, if it is there.'],
      );
    case 'usr-overlay':
      return words(
        ['/usr can be written to until the next boot, in an overlay in memory.'],
        ['All that is changed in /usr is gone with the next boot.'],
        ['What is changed in /etc and /var meanwhile stays.', 'Only a reboot takes the overlay away.'],
      );
    case 'kernel-arguments':
      return argumentsNotes(request, set);
    case 'reboot':
    case 'soft-reboot':
      return rebootNotes(request, set);
    case 'clean-up':
      return words(
        ['Removes what no deployment uses any more. Nothing restarts.'],
        [],
        ['Layers that are removed are fetched again where an image needs them.'],
      );
    case 'pin':
    case 'unpin':
    case 'remove':
      return deploymentNotes(request, set);
    case 'pause-updates':
    case 'resume-updates':
      return timerNotes(request.verb, before);
    default:
      return words([]);
  }
}

function words(effects: readonly string[], losses: readonly string[] = [], notes: readonly string[] = []): VerbNotes {
  return { effects, losses, notes };
}

const nameOf = (deployment: Deployment | null) => (deployment ? versionLabel(deployment) : 'another deployment');

function downloadNotes(set: DeploymentSet): VerbNotes {
  const { staged } = set;
  return words(
    ['Fetches and stages the newest image, and keeps the next boot from it: a reboot does not apply it.'],
    staged && !staged.downloadOnly
      ? [`Staged ${nameOf(staged)} is no longer applied by the next reboot, or is replaced by something newer.`]
      : staged
        ? [`Downloaded ${nameOf(staged)} is replaced if the registry has something newer.`]
        : [],
    ['A plain reboot discards a download; its layers stay. “Apply the download” lets the next reboot apply it.'],
  );
}

function switchNotes(
  { image, retain, enforcePolicy }: Extract<VerbRequest, { verb: 'switch' }>,
  tool: VerbTool,
  set: DeploymentSet,
): VerbNotes {
  const parsed = parseImageName(image.image);
  const notes = ['/etc and /var are kept; kernel arguments that the images bring are changed.'];
  notes.push(
    'The image must be for this architecture, and should be of the same distribution: the pre-flight asks the registry.',
  );
  if (parsed.ok && parsed.value.digest !== null) {
    notes.push('The reference is pinned to a digest: from then on an upgrade finds nothing newer.');
  }
  if (parsed.ok && parsed.value.tag === null && parsed.value.digest === null && image.transport === 'registry') {
    notes.push('Without a tag, latest is meant.');
  }
  if (set.booted?.image && sameImage(set.booted.image.reference, image)) {
    notes.push(
      'It is the image that runs: a second deployment of it is staged, what is staged now is not simply dropped.',
    );
  }
  if (enforcePolicy)
    notes.push('The signature policy of the host must allow the image, and must not allow everything.');
  const losses = set.staged ? [`Staged ${nameOf(set.staged)} is replaced.`] : [];
  if (!retain && tool === 'bootc' && set.booted?.origin)
    losses.push(`The ref ${set.booted.origin} is no longer followed.`);
  return words(
    [`Pulls ${image.image} and stages it as the next boot. Nothing restarts, no reboot.`],
    [...losses, ...drops(set)],
    notes,
  );
}

function rollbackNotes(set: DeploymentSet, { autoUpdate }: HostSnapshot): VerbNotes {
  const { staged, rollback } = set;
  const notes = [
    `/etc of ${nameOf(rollback)} is its own: what was changed in /etc since stays behind. /var is shared.`,
    'It is in the boot loader at once. A second rollback would take it back.',
  ];
  if (autoUpdate?.active && !autoUpdate.masked) {
    notes.push(
      `${autoUpdate.unit} may stage the newer version again: pause it first, and again after the boot, as the rollback has its own /etc.`,
    );
  }
  return words(
    [`The next boot runs ${nameOf(rollback)} instead of ${nameOf(set.booted)}. Nothing restarts.`],
    staged ? [`Staged ${nameOf(staged)} is deleted.`] : [],
    notes,
  );
}

function toggleNote(tool: VerbTool): readonly string[] {
  return tool === 'ostree'
    ? []
    : ['It is the same command as a rollback, which toggles: the host is looked at right before.'];
}

/** What goes once what is staged has been booted. */
function drops(set: DeploymentSet): readonly string[] {
  const pins = set.backend === 'ostree' ? ' unless pinned' : '';
  const dropped = droppedByStaged(set).map((one) => `${nameOf(one)} is dropped at the next reboot${pins}.`);
  return set.rollbackQueued && set.rollback
    ? [`The queued rollback to ${nameOf(set.rollback)} does not happen.`, ...dropped]
    : dropped;
}

function argumentsNotes(
  { append, remove }: Extract<VerbRequest, { verb: 'kernel-arguments' }>,
  set: DeploymentSet,
): VerbNotes {
  const effects = ['Stages a deployment with other kernel arguments. Nothing restarts, no reboot.'];
  if (append.length > 0) effects.push(`Added: ${append.join(' ')}`);
  if (remove.length > 0) effects.push(`Removed: ${remove.join(' ')}`);
  return words(
    effects,
    [...(set.staged ? [`Staged ${nameOf(set.staged)} is replaced by one with these arguments.`] : []), ...drops(set)],
    ['An argument that the image itself brings (kargs.d) cannot be removed for good.'],
  );
}

function rebootNotes(request: Extract<VerbRequest, { verb: 'reboot' | 'soft-reboot' }>, set: DeploymentSet): VerbNotes {
  const next = nextBoot(set);
  const soft = request.verb === 'soft-reboot';
  const delay = soft ? 0 : request.delayMinutes;
  const when = delay === 0 ? 'at once' : `in ${plural(delay, 'minute')}`;
  const effects = [
    soft
      ? `Restarts all but the kernel, at once. ${nameOf(next.deployment)} runs after it.`
      : `Reboots ${when}. ${nameOf(next.deployment)} runs after it.`,
    'Berth waits for the host, and compares what it booted with what was foreseen.',
  ];
  if (!soft && request.message !== '') effects.push(`Who is logged in reads: ${request.message}`);
  const losses: string[] = [];
  if (set.staged?.downloadOnly) losses.push(`The download of ${nameOf(set.staged)} is discarded; its layers stay.`);
  if (next.kind === 'staged') losses.push(...drops(set));
  if (set.usrOverlay?.persistence === 'transient') losses.push('The overlay on /usr vanishes.');
  const notes = ['Whoever is logged in is logged out, and services stop meanwhile.'];
  if (next.kind === 'staged' && set.backend === 'ostree') {
    notes.push('/etc is merged at shutdown: if that fails, the host boots what it runs now.');
  }
  if (delay > 0) notes.push('Until then it can be stopped here.');
  return words(effects, losses, notes);
}

function deploymentNotes(
  request: Extract<VerbRequest, { verb: 'pin' | 'unpin' | 'remove' }>,
  set: DeploymentSet,
): VerbNotes {
  const { verb, deployment: id } = request;
  const { booted, staged, rollback, others } = set;
  const deployment = [booted, staged, rollback, ...others].find((one) => one?.id === id) ?? null;
  const name = nameOf(deployment);
  if (verb === 'pin')
    return words([
      `${name} is kept until it is unpinned, whatever is booted. It takes up space in /boot and /sysroot.`,
    ]);
  if (verb === 'unpin') return words([`${name} may be dropped by the next update that is booted.`]);
  const then = predictState(set, request);
  const next = nextBoot(then).deployment;
  const effects = [`Removes ${name}. Nothing restarts.`];
  if (next?.id !== nextBoot(set).deployment?.id) effects.push(`The next boot runs ${nameOf(next)}.`);
  const losses = [`${name} is gone and cannot be booted any more.`];
  if (rollback && !then.rollback) losses.push('Nothing is left to roll back to.');
  return words(effects, losses, ['Its layers stay until a clean-up.']);
}

function timerNotes(verb: 'pause-updates' | 'resume-updates', { autoUpdate }: HostSnapshot): VerbNotes {
  const unit = autoUpdate?.unit ?? 'the timer';
  if (verb === 'pause-updates') {
    return words(
      [`${unit} is stopped and masked: the host no longer updates by itself.`],
      [],
      [
        'It is masked in /etc of the booted deployment: a rollback brings an /etc of its own, where it may still be on.',
      ],
    );
  }
  const reboots = autoUpdate?.reboots ? ['It reboots the host by itself when it has updated it.'] : [];
  const next = autoUpdate?.nextAt ? [`Its next run was to be ${formatDate(autoUpdate.nextAt)}.`] : [];
  return words([`${unit} is unmasked and started: the host updates by itself again.`], [], [...reboots, ...next]);
}
