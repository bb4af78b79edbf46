import { formatBytes, formatBytesOf, formatDuration, formatTime } from '../../../shared/logic/format.ts';
import { progressSteps, pullFigures } from '../../../shared/logic/progress.ts';
import { verbWords } from '../../../shared/logic/verb-words.ts';
import type { Operation, OperationProgress, ProgressStep, PullProgress } from '../../../shared/model/operation.ts';
import type { Verb } from '../../../shared/model/verb.ts';

/** One line of the phases. `detail`: the pull shows its layers below. `time` is a time of day or a duration, '' where there is none. */
export interface PhaseRow {
  readonly key: 'plan' | 'run' | RebootStep | ProgressStep;
  readonly name: string;
  readonly state: 'done' | 'now' | 'todo' | 'skipped';
  readonly what: string;
  readonly time: string;
  readonly pull: PullProgress | null;
}

/** What a host goes through that boots: it waits for the delay and ends what runs, is not there, and answers again. */
type RebootStep = 'wait' | 'shut-down' | 'silence';

const NAMES: Readonly<Record<ProgressStep, string>> = {
  pull: 'Pull',
  import: 'Import',
  stage: 'Stage',
  'bound-images': 'Bound images',
  'clean-up': 'Clean up',
  verify: 'Verify',
};

const TODO: Readonly<Record<ProgressStep, string>> = {
  pull: 'Ask the registry, fetch what is new',
  import: 'Unpack into the repository. No detail from bootc, so no bar.',
  stage: 'Merge, deploy',
  'bound-images': 'Pull images that the new system is bound to',
  'clean-up': 'Remove unreferenced images',
  verify: 'Read the host’s state again and compare digests',
};

const NOW: Readonly<Record<ProgressStep, string>> = {
  pull: 'Asking the registry what is new',
  import: 'Unpacking into the repository. No detail from bootc, so no bar.',
  stage: 'Merging, deploying',
  'bound-images': 'Pulling images that the new system is bound to',
  'clean-up': 'Removing unreferenced images',
  verify: 'Reading the host’s state again',
};

const DONE: Readonly<Record<ProgressStep, string>> = {
  pull: 'Pulled',
  import: 'Unpacked',
  stage: 'Deployed',
  'bound-images': 'Done',
  'clean-up': 'Done',
  verify: 'Done',
};

/**
 * The phases of an operation that runs, in their order. A verb that reports no progress is one phase; a reboot is told by whether the
 * host is there. Phases that were passed over (an image that was pulled before) say so. `now` epoch ms.
 */
export function phaseRows(operation: Operation, progress: OperationProgress | null, now: number): readonly PhaseRow[] {
  const { plan, startedAt } = operation;
  const confirmed: PhaseRow = {
    key: 'plan',
    name: 'Plan',
    state: 'done',
    what: 'Confirmed',
    time: formatTime(startedAt),
    pull: null,
  };
  const { verb } = plan.request;
  if (verb === 'reboot' || verb === 'soft-reboot') return [confirmed, ...rebootRows(operation, now)];
  return [confirmed, ...(plan.reportsProgress ? stepRows : plainRows)(operation, progress, now)];
}

function rebootRows(operation: Operation, now: number): readonly PhaseRow[] {
  const { reboot, phase, startedAt, plan } = operation;
  const isSoft = plan.request.verb === 'soft-reboot';
  const delayed = plan.request.verb === 'reboot' && plan.request.delayMinutes > 0;
  const { askedAt, goneAt, backAt } = reboot ?? { askedAt: null, goneAt: null, backAt: null };
  const usual = reboot?.usualMs ?? null;
  const row = (key: RebootStep, name: string, what: string, from: number | null, to: number | null): PhaseRow => ({
    key,
    name,
    state: from === null ? 'todo' : to === null ? 'now' : 'done',
    what,
    time: from === null ? '' : formatDuration((to ?? now) - from),
    pull: null,
  });
  const isOver = phase === 'verifying' || phase === 'ended';
  return [
    ...(delayed ? [row('wait', 'Wait', 'Until the delay is over it can be stopped', startedAt, askedAt)] : []),
    row(
      'shut-down',
      isSoft ? 'Services end' : 'Shut down',
      isSoft ? 'The kernel stays; everything else ends' : 'Services end, what is staged is written to the boot loader',
      delayed ? askedAt : (askedAt ?? startedAt),
      goneAt ?? (isOver ? backAt : null),
    ),
    row(
      'silence',
      'Boot',
      usual === null
        ? 'Berth looks for the host until it answers'
        : `Usually it is back ${formatDuration(usual)} after it was told to go`,
      goneAt,
      backAt,
    ),
    stepRow('verify', isOver ? 'now' : 'todo', isOver ? backAt : null, null, now),
  ];
}

function plainRows(operation: Operation, progress: OperationProgress | null, now: number): readonly PhaseRow[] {
  const isVerifying = operation.phase === 'verifying' || operation.phase === 'ended';
  const startedAt = progress?.stepStartedAt.verify ?? null;
  const { verb } = operation.plan.request;
  return [
    {
      key: 'run',
      name: verb === 'check' ? 'Check' : verbWords(verb).name,
      state: isVerifying ? 'done' : 'now',
      what: PLAIN[verb] ?? 'The words of the tool are in the log.',
      time: formatDuration((startedAt ?? now) - operation.startedAt),
      pull: null,
    },
    stepRow('verify', isVerifying ? 'now' : 'todo', startedAt, null, now),
  ];
}

/** What a verb without progress is at, where there is more to say than its name. */
const PLAIN: Readonly<Partial<Record<Verb, string>>> = {
  check: 'Ask the registry whether there is something newer',
  etc: 'Look at every path once more, then change them one after the other',
  upgrade: 'This version of bootc reports no progress: its words are in the log.',
  download: 'This version of bootc reports no progress: its words are in the log.',
  switch: 'This version of bootc reports no progress: its words are in the log.',
};

function stepRows(operation: Operation, progress: OperationProgress | null, now: number): readonly PhaseRow[] {
  const step = operation.phase === 'verifying' ? 'verify' : (progress?.step ?? 'pull');
  const here = progressSteps.indexOf(step);
  return progressSteps.map((each, index) => {
    const startedAt = progress?.stepStartedAt[each] ?? null;
    const pull = each === 'pull' ? (progress?.pull ?? null) : null;
    if (index > here) return stepRow(each, 'todo', null, pull, now);
    if (index === here)
      return stepRow(each, 'now', startedAt ?? (each === 'pull' ? operation.startedAt : null), pull, now);
    if (startedAt === null) return stepRow(each, 'skipped', null, pull, now);
    return stepRow(each, 'done', startedAt, pull, nextStart(each, progress) ?? now);
  });
}

/** When the step after this one began, as far as it was seen. */
function nextStart(step: ProgressStep, progress: OperationProgress | null): number | null {
  const later = progressSteps.slice(progressSteps.indexOf(step) + 1);
  return later.map((each) => progress?.stepStartedAt[each]).find((at) => at !== undefined) ?? null;
}

function stepRow(
  key: ProgressStep,
  state: PhaseRow['state'],
  startedAt: number | null,
  pull: PullProgress | null,
  end: number,
): PhaseRow {
  return {
    key,
    name: NAMES[key],
    state,
    what: whatOf(key, state, pull),
    time: startedAt === null ? '' : formatDuration(end - startedAt),
    pull: state === 'now' ? pull : null,
  };
}

function whatOf(key: ProgressStep, state: PhaseRow['state'], pull: PullProgress | null): string {
  if (state === 'skipped') return key === 'pull' ? 'Nothing to fetch: the layers are there already' : 'Nothing to do';
  if (pull && state !== 'todo') return pullText(pull);
  return { todo: TODO, now: NOW, done: DONE }[state][key];
}

/** `412 of 684 MB, 41 of 68 layers`; without totals what there is. */
export function pullText(pull: PullProgress): string {
  const { bytes, bytesTotal, layers, layersTotal } = pullFigures(pull, null);
  const size = bytesTotal === null ? formatBytes(bytes) : formatBytesOf(bytes, bytesTotal);
  return layersTotal === null ? size : `${size}, ${Math.min(layers, layersTotal)} of ${layersTotal} layers`;
}
