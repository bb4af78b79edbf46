import type { Blocker, Forecast, Loss } from './forecast.ts';
import { formatBytes, formatDate, versionLabel } from './format.ts';
import type { NextBoot } from './next-boot.ts';

/** One line of the panel: what it is about, and what there is to say. `code`: the text is a command line's. */
export interface ForecastRow {
  readonly label: string;
  readonly items: readonly {
    readonly text: string;
    readonly tone: 'none' | 'info' | 'warning' | 'danger';
    readonly code: boolean;
  }[];
}

type Item = ForecastRow['items'][number];

/** All that is known of the next boot, in full sentences. */
export function rowsOf(foreseen: Forecast): ForecastRow[] {
  const { blockers, losses, keeps, kind } = foreseen;
  const goes = losses.map((loss) => item(lossSentence(loss), 'warning'));
  const stays = keeps.map(({ deployment }) =>
    item(
      deployment
        ? `Rollback ${versionLabel(deployment)} is pinned: it is kept.`
        : 'The overlay on /usr is a hotfix: it is there again after the boot.',
    ),
  );
  return [
    ...(blockers.length > 0
      ? [{ label: 'In the way', items: blockers.flatMap((blocker) => blockerItems(blocker, kind)) }]
      : []),
    { label: 'Kernel', items: kernelItems(foreseen) },
    { label: 'Arguments', items: argumentItems(foreseen) },
    { label: 'Goes', items: goes.length + stays.length === 0 ? [item('Nothing.')] : [...goes, ...stays] },
    ...spaceRow(foreseen),
    { label: 'By itself', items: timerItems(foreseen) },
  ];
}

function blockerItems(blocker: Blocker, kind: NextBoot['kind']): Item[] {
  switch (blocker.kind) {
    case 'etc':
      return blocker.paths.map(({ path, reason }) =>
        item(`${path}: ${reason}. The update is lost at shutdown, and the host boots what it runs now.`, 'danger'),
      );
    case 'boot-space': {
      const { needed, free, reclaimable } = blocker.space;
      const removed = reclaimable > 0 ? ` and ${formatBytes(reclaimable)} more once the old one is removed` : '';
      return [
        item(
          `Kernel and initramfs need ${formatBytes(needed)} in /boot, where ${formatBytes(free)} are free${removed}. They are copied at shutdown: without room the update is lost, and the host boots what it runs now.`,
          'danger',
        ),
      ];
    }
    case 'failed-before':
      return [
        item(
          kind === 'staged'
            ? 'The last update was not applied at shutdown. Unless its cause is gone, this one is lost as well.'
            : 'The last update was not applied at shutdown: the host booted its old deployment.',
          'warning',
        ),
      ];
  }
}

function lossSentence(loss: Loss): string {
  switch (loss.kind) {
    case 'download':
      return `The download of ${versionLabel(loss.deployment)} is discarded by a plain reboot; its layers stay, so that the next pull is short.`;
    case 'queued-rollback':
      return `The queued rollback to ${versionLabel(loss.deployment)} does not happen: what was staged after it goes first.`;
    case 'rollback':
      return loss.canBePinned
        ? `Rollback ${versionLabel(loss.deployment)} is dropped when the update is finalized, unless it is pinned before.`
        : `Rollback ${versionLabel(loss.deployment)} is dropped when the update is finalized.`;
    case 'others':
      return `Dropped as well, for they are not pinned: ${loss.deployments.map(versionLabel).join(', ')}.`;
    case 'etc':
      return `/etc is the copy that ${versionLabel(loss.deployment)} had: what was changed since then stays behind. /var is shared.`;
    case 'overlay':
      return `What was written to the ${loss.isWritable ? 'writable ' : ''}overlay on /usr vanishes.`;
  }
}

function kernelItems({ kind, kernel: { now, then }, softReboot }: Forecast): Item[] {
  if (kind === 'same') return [item(now === null ? 'The same as now.' : `${now}, as now.`)];
  const change =
    now === null || then === null
      ? 'Not known.'
      : now === then
        ? `${now} stays.`
        : `${now} → ${then}, which takes a full reboot.`;
  const soft = {
    prepared: 'A soft reboot is prepared: the next reboot keeps the kernel and starts the system anew.',
    possible: 'A soft reboot is possible: it keeps the kernel and is quicker.',
    impossible:
      now !== null && now === then ? 'A soft reboot is not possible: something else than the release differs.' : '',
    unknown: '',
    'not-needed': '',
  }[softReboot];
  return [item(change), ...(soft === '' ? [] : [item(soft)])];
}

function argumentItems({ arguments: change }: Forecast): Item[] {
  if (!change) return [item('Not known: the boot menu or the images could not be read.')];
  if (change.added.length + change.removed.length === 0) return [item('As now.')];
  return [
    ...change.added.map((word) => item(`+ ${word}`, 'info', true)),
    ...change.removed.map((word) => item(`− ${word}`, 'warning', true)),
  ];
}

function spaceRow({ space }: Forecast): ForecastRow[] {
  if (!space || space.verdict === 'too-small') return [];
  const { needed, free, verdict } = space;
  const fits = verdict === 'fits';
  const text = fits
    ? `${formatBytes(needed)} are copied there at shutdown, ${formatBytes(free)} are free.`
    : `${formatBytes(needed)} are copied there at shutdown, ${formatBytes(free)} are free: ostree before 2023.4 does not remove the old kernel first, and would fail.`;
  return [{ label: '/boot', items: [item(text, fits ? 'none' : 'warning')] }];
}

function timerItems({ timer }: Forecast): Item[] {
  if (!timer) return [item('No timer updates or reboots this host.')];
  const { unit, state, reboots, nextAt, undoesRollback } = timer;
  if (state === 'masked') {
    return [
      item(
        `${unit} is masked in the /etc of this deployment. The rollback has its own, where it may be on and bring the newer version back.`,
        'warning',
      ),
    ];
  }
  const when = nextAt === null ? 'when it runs is not known' : `its next run is ${formatDate(nextAt)}`;
  const what = reboots ? 'updates and reboots the host without asking' : 'updates the host, and does not reboot it';
  return [
    item(`${unit} ${what}; ${when}.`, reboots ? 'warning' : 'none'),
    ...(undoesRollback
      ? [item('It stages the newer version again, which undoes the rollback: pause it first.', 'warning')]
      : []),
  ];
}

function item(text: string, tone: Item['tone'] = 'none', code = false): Item {
  return { text, tone, code };
}
