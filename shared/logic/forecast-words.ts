import type { Deployment } from '../model/deployment.ts';
import type { HostFacts } from '../model/host-facts.ts';
import { forecast, type Blocker, type Forecast, type ForecastHints, type Loss } from './forecast.ts';
import { rowsOf, type ForecastRow } from './forecast-rows.ts';
import { digestOf, formatBytes, formatDate, plural, shortDigest, versionLabel } from './format.ts';
import type { NextBoot } from './next-boot.ts';

/** A piece of a sentence; `strong` for what the eye looks for. */
export interface TextPart {
  readonly text: string;
  readonly strong: boolean;
}

/** One fact about the next boot. `about` chooses the icon; `danger`: the boot will not be what is foreseen. */
export interface NextBootNote {
  readonly about:
    | 'kernel'
    | 'soft-reboot'
    | 'arguments'
    | 'retention'
    | 'download'
    | 'etc'
    | 'overlay'
    | 'timer'
    | 'space'
    | 'finalization';
  readonly tone: 'info' | 'warning' | 'danger';
  readonly text: string;
}

/**
 * The next boot in words. `sentence` is whole, with its because; `notes` are in the order of their weight, short enough for a banner;
 * `rows` are all that is known, in full sentences.
 */
export interface NextBootDescription {
  readonly kind: NextBoot['kind'];
  readonly version: string;
  readonly sentence: readonly TextPart[];
  readonly because: string;
  readonly isBlocked: boolean;
  readonly notes: readonly NextBootNote[];
  readonly rows: readonly ForecastRow[];
}

/** What the next boot of a host will be, why, and what comes with it. Null where its deployments are not known. */
export function describeNextBoot(facts: HostFacts, hints?: ForecastHints): NextBootDescription | null {
  const foreseen = forecast(facts, hints);
  return foreseen && describeForecast(foreseen);
}

/** A forecast in words. */
export function describeForecast(foreseen: Forecast): NextBootDescription {
  const [version] = toldApart(foreseen.deployment, foreseen.booted);
  const because = becauseWords(foreseen);
  const blocker = foreseen.blockers.find(({ kind }) => kind !== 'failed-before') ?? null;
  return {
    kind: foreseen.kind,
    version,
    sentence: (blocker && blockedSentence(foreseen, blocker)) ?? sentenceOf(foreseen, because),
    because,
    isBlocked: blocker !== null,
    notes: notesOf(foreseen),
    rows: rowsOf(foreseen),
  };
}

function sentenceOf({ kind, deployment, booted }: Forecast, because: string): TextPart[] {
  const [version, instead] = toldApart(deployment, booted);
  const other = kind === 'same' || instead === version ? ' again' : instead === null ? '' : ` instead of ${instead}`;
  return runs('The next boot runs ', version, `${other}, because ${because}.`);
}

/** What is staged will be dropped at shutdown, and what goes next without it is booted. Null where nothing is staged, or that is not known. */
function blockedSentence({ kind, deployment, booted, losses }: Forecast, blocker: Blocker): TextPart[] | null {
  if (kind !== 'staged' || !booted) return null;
  const queued = losses.find((loss) => loss.kind === 'queued-rollback');
  const [staged, still] = toldApart(deployment, queued?.deployment ?? booted);
  const why =
    blocker.kind === 'etc'
      ? 'the /etc merge would fail at shutdown'
      : '/boot has no room for the new kernel at shutdown';
  return runs(
    queued ? 'The next boot runs ' : 'The next boot still runs ',
    still ?? '',
    `: ${why}, and the staged ${staged} would be dropped.`,
  );
}

function runs(before: string, version: string, after: string): TextPart[] {
  return [
    { text: before, strong: false },
    { text: version, strong: true },
    { text: after, strong: false },
  ];
}

/** A sentence as plain text. */
export function plainText(parts: readonly TextPart[]): string {
  return parts.map(({ text }) => text).join('');
}

function becauseWords({ because, losses, booted }: Forecast): string {
  switch (because) {
    case 'nothing-else':
      return 'nothing is staged and no rollback is queued';
    case 'download-only': {
      const download = losses.find(({ kind }) => kind === 'download');
      const name = download?.kind === 'download' ? toldApart(download.deployment, booted)[0] : 'deployment';
      return `the staged ${name} is download-only`;
    }
    case 'rollback-queued':
      return 'a rollback is queued';
    case 'staged':
      return 'a staged deployment goes first';
    case 'staged-over-rollback':
      return 'a staged deployment goes before the queued rollback';
    case 'same-content':
      return 'a staged deployment of the same content goes first';
  }
}

/** The names of two deployments, with their digests where the versions alone would read the same. */
function toldApart(next: Deployment, booted: Deployment | null): readonly [string, string | null] {
  const [name, other] = [versionLabel(next), booted && versionLabel(booted)];
  if (booted === null || name !== other || digestOf(next) === digestOf(booted)) return [name, other];
  const withDigest = (one: Deployment) => `${versionLabel(one)} @${shortDigest(digestOf(one), 'text')}`;
  return [withDigest(next), withDigest(booted)];
}

function notesOf(foreseen: Forecast): NextBootNote[] {
  const { kind, blockers, losses, keeps, space } = foreseen;
  return [
    ...blockers.map((blocker) => blockerNote(blocker, kind)),
    ...losses.map(lossNote),
    ...keeps.map((kept) =>
      kept.deployment
        ? note('retention', 'info', `Rollback ${versionLabel(kept.deployment)} is pinned and stays`)
        : note('overlay', 'info', 'The overlay on /usr stays'),
    ),
    ...(space?.verdict === 'fits-after-removal'
      ? [note('space', 'warning', '/boot has room only once the old kernel is removed')]
      : []),
    ...kernelNotes(foreseen),
    ...argumentNotes(foreseen),
    ...timerNotes(foreseen),
  ];
}

function blockerNote(blocker: Blocker, kind: NextBoot['kind']): NextBootNote {
  switch (blocker.kind) {
    case 'etc': {
      const [first] = blocker.paths;
      const which = blocker.paths.length === 1 ? (first?.path ?? '') : plural(blocker.paths.length, 'path');
      return note('etc', 'danger', `The /etc merge will fail: ${which}`);
    }
    case 'boot-space':
      return note('space', 'danger', `/boot is too small for the new kernel: ${formatBytes(blocker.space.free)} free`);
    case 'failed-before': {
      const again = kind === 'staged' ? ': it may fail again' : '';
      return note('finalization', 'warning', `The last update was not applied at shutdown${again}`);
    }
  }
}

function lossNote(loss: Loss): NextBootNote {
  switch (loss.kind) {
    case 'download':
      return note(
        'download',
        'warning',
        `The download of ${versionLabel(loss.deployment)} is discarded by a plain reboot`,
      );
    case 'queued-rollback':
      return note('retention', 'warning', `The queued rollback to ${versionLabel(loss.deployment)} does not happen`);
    case 'rollback':
      return note(
        'retention',
        'warning',
        `Rollback ${versionLabel(loss.deployment)} is dropped${loss.canBePinned ? ' unless pinned' : ''}`,
      );
    case 'others':
      return note('retention', 'warning', `Also dropped: ${loss.deployments.map(versionLabel).join(', ')}`);
    case 'etc':
      return note('etc', 'warning', `/etc goes back to the copy of ${versionLabel(loss.deployment)}`);
    case 'overlay':
      return note('overlay', 'warning', `${loss.isWritable ? 'The writable overlay' : 'The overlay'} on /usr vanishes`);
  }
}

function kernelNotes({ kind, kernel, softReboot }: Forecast): NextBootNote[] {
  if (kind === 'same') return [];
  if (kernel.now !== null && kernel.then !== null && kernel.now !== kernel.then) {
    return [note('kernel', 'info', 'Kernel changes: a full reboot is needed')];
  }
  if (softReboot === 'prepared') return [note('soft-reboot', 'info', 'A soft reboot is prepared: the kernel stays')];
  if (softReboot === 'possible') return [note('soft-reboot', 'info', 'Kernel stays: a soft reboot is possible')];
  return kernel.now !== null && kernel.now === kernel.then ? [note('kernel', 'info', 'Kernel stays')] : [];
}

function argumentNotes({ kind, arguments: change }: Forecast): NextBootNote[] {
  if (kind === 'same' || !change) return [];
  const parts = [
    ...(change.added.length > 0 ? [`+${String(change.added.length)}`] : []),
    ...(change.removed.length > 0 ? [`−${String(change.removed.length)}`] : []),
  ];
  return parts.length === 0 ? [] : [note('arguments', 'info', `Kernel arguments ${parts.join(' ')}`)];
}

function timerNotes({ kind, timer }: Forecast): NextBootNote[] {
  if (!timer) return [];
  if (timer.state === 'masked') {
    return [note('timer', 'warning', `${timer.unit} is masked here, perhaps not in the /etc of the rollback`)];
  }
  const when = timer.nextAt === null ? '' : `, next run ${formatDate(timer.nextAt)}`;
  const notes: NextBootNote[] = [];
  if (timer.reboots) notes.push(note('timer', 'warning', `${timer.unit} may update and reboot by itself${when}`));
  else if (kind !== 'staged') notes.push(note('timer', 'info', `${timer.unit} updates by itself${when}`));
  if (timer.undoesRollback)
    notes.push(note('timer', 'warning', 'An automatic update may bring the newer version back'));
  return notes;
}

function note(about: NextBootNote['about'], tone: NextBootNote['tone'], text: string): NextBootNote {
  return { about, tone, text };
}
