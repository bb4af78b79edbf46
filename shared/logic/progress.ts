import type { OperationProgress, ProgressStep, PullProgress } from '../model/operation.ts';
import type { ProgressEvent } from '../model/progress-event.ts';
import { formatBytes } from './format.ts';

/** Before the first event. */
export const initialProgress: OperationProgress = {
  step: null,
  stepStartedAt: {},
  pull: null,
  rate: null,
  sample: null,
};

/** The steps an operation with progress goes through, in their order. `verify` is Berth's own. */
export const progressSteps: readonly ProgressStep[] = ['pull', 'import', 'stage', 'bound-images', 'clean-up', 'verify'];

/** The rate follows the last few seconds: steady enough to read, quick enough to show a stall. */
const RATE_MEMORY_MS = 5000;

/** Shorter than this a measurement of the rate is noise; bootc sends bytes every 200 ms. */
const RATE_INTERVAL_MS = 1000;

/** bootc's words for the parts of its task `staging` (reference 3.2). */
const STAGING: Readonly<Record<string, ProgressStep>> = {
  merging: 'stage',
  deploying: 'stage',
  bound_images: 'bound-images',
  cleanup: 'clean-up',
};

/**
 * The progress after one more event of bootc (reference 3.2); `now` epoch ms at its arrival. Tasks that are not known change nothing:
 * new ones may be added at any time. A step that was reached keeps its time.
 */
export function applyProgress(progress: OperationProgress, event: ProgressEvent, now: number): OperationProgress {
  if (event.type === 'Start') return progress;
  if (event.type === 'ProgressBytes' && event.task === 'pulling') {
    const pull = toPull(event);
    return { ...reach(progress, 'pull', now), pull, ...measure(progress, pull.bytes, now) };
  }
  if (event.type !== 'ProgressSteps') return progress;
  if (event.task === 'importing') return { ...reach(progress, 'import', now), rate: null, sample: null };
  if (event.task !== 'staging') return progress;
  const current = event.subtasks.find(({ completed }) => !completed) ?? event.subtasks.at(-1);
  const step = STAGING[current?.subtask ?? ''] ?? 'stage';
  return { ...reach(progress, step, now), rate: null, sample: null };
}

/** The progress when the verb has ended and Berth reads the host's state again. */
export function startVerifying(progress: OperationProgress, now: number): OperationProgress {
  return { ...reach(progress, 'verify', now), rate: null, sample: null };
}

/** The pull as it is shown: of the whole image, what was on the host already counted in. Totals and what follows from them null: not known. */
export interface PullFigures {
  readonly bytes: number;
  readonly bytesTotal: number | null;
  readonly layers: number;
  readonly layersTotal: number | null;
  /** 0 to 1. */
  readonly share: number | null;
  readonly remainingMs: number | null;
}

/** The figures of a pull; `rate` in bytes per second gives the time that remains. */
export function pullFigures(pull: PullProgress, rate: number | null): PullFigures {
  const bytes = pull.bytesCached + pull.bytes;
  const bytesTotal = pull.bytesTotal > 0 ? pull.bytesCached + pull.bytesTotal : null;
  return {
    bytes,
    bytesTotal,
    layers: pull.layersCached + pull.layers,
    layersTotal: pull.layersTotal > 0 ? pull.layersCached + pull.layersTotal : null,
    share: bytesTotal === null ? null : bytes / bytesTotal,
    remainingMs: bytesTotal === null || !rate ? null : ((bytesTotal - bytes) / rate) * 1000,
  };
}

/** The share of the image that is on the host, in whole percent; 100 only when all of it is. Null: not known. */
export function percentPulled(pull: PullProgress): number | null {
  const { share } = pullFigures(pull, null);
  return share === null ? null : Math.floor(share * 100);
}

/**
 * What the log says of an event, given the one before it: finished layers, finished tasks, the steps of the staging.
 * Null where there is nothing new to say; several lines are separated by a newline.
 */
export function progressLogLine(event: ProgressEvent, previous: ProgressEvent | null): string | null {
  if (event.type === 'Start') return null;
  const before = previous !== null && previous.type === event.type && previous.task === event.task ? previous : null;
  const lines = event.type === 'ProgressBytes' ? bytesLines(event, before) : stepsLines(event, before);
  return lines.length > 0 ? lines.join('\n') : null;
}

type BytesEvent = Extract<ProgressEvent, { type: 'ProgressBytes' }>;
type StepsEvent = Extract<ProgressEvent, { type: 'ProgressSteps' }>;

function bytesLines(event: BytesEvent, previous: ProgressEvent | null): string[] {
  const before = previous?.type === 'ProgressBytes' ? previous : null;
  const done = new Set(before?.subtasks.filter(isComplete).map(({ id }) => id));
  const lines = event.subtasks
    .filter((layer) => isComplete(layer) && !done.has(layer.id))
    .map(({ subtask, id, bytesTotal }) => `${`${subtask} ${id}`.padEnd(34)} ${formatBytes(bytesTotal).padStart(9)}`);
  if (isFinished(event) && !(before && isFinished(before))) {
    const [steps, total] = [event.stepsCached + event.steps, event.stepsCached + event.stepsTotal];
    lines.push(`${event.task} done, ${steps} of ${total} layers, ${formatBytes(event.bytesCached + event.bytesTotal)}`);
  }
  return lines;
}

function stepsLines(event: StepsEvent, previous: ProgressEvent | null): string[] {
  const before = previous?.type === 'ProgressSteps' ? previous : null;
  const parts = event.subtasks.map(({ subtask }) => subtask);
  const count = `${event.task} ${event.steps} of ${event.stepsTotal}`;
  if (isFinished(event)) {
    if (before && isFinished(before)) return [];
    // bootc lists the last part twice.
    const others = [...new Set(parts)].filter((part) => part !== event.task);
    return [[count, ...others].join(', ')];
  }
  const current = parts.at(-1) ?? '';
  if (before && current === before.subtasks.at(-1)?.subtask && event.steps === before.steps) return [];
  return [current === '' || current === event.task ? count : `${count}, ${current}`];
}

function isFinished({ steps, stepsTotal }: { readonly steps: number; readonly stepsTotal: number }): boolean {
  return stepsTotal > 0 && steps >= stepsTotal;
}

function isComplete({ bytes, bytesTotal }: { readonly bytes: number; readonly bytesTotal: number }): boolean {
  return bytesTotal > 0 && bytes >= bytesTotal;
}

function toPull(event: BytesEvent): PullProgress {
  // Byte counts may overshoot their totals (reference 3.2).
  const within = (bytes: number, total: number) => (total > 0 ? Math.min(bytes, total) : bytes);
  const layer = event.subtasks.findLast((subtask) => !isComplete(subtask));
  return {
    bytes: within(event.bytes, event.bytesTotal),
    bytesTotal: event.bytesTotal,
    bytesCached: event.bytesCached,
    layers: within(event.steps, event.stepsTotal),
    layersTotal: event.stepsTotal,
    layersCached: event.stepsCached,
    current: layer
      ? {
          id: layer.id,
          kind: layer.subtask,
          bytes: within(layer.bytes, layer.bytesTotal),
          bytesTotal: layer.bytesTotal,
        }
      : null,
  };
}

function reach(progress: OperationProgress, step: ProgressStep, now: number): OperationProgress {
  if (progress.step === step) return progress;
  return { ...progress, step, stepStartedAt: { [step]: now, ...progress.stepStartedAt } };
}

function measure(progress: OperationProgress, bytes: number, now: number): Pick<OperationProgress, 'rate' | 'sample'> {
  const { rate, sample } = progress;
  if (!sample || bytes < sample.bytes) return { rate: null, sample: { at: now, bytes } };
  const elapsed = now - sample.at;
  if (elapsed < RATE_INTERVAL_MS) return { rate, sample };
  const measured = ((bytes - sample.bytes) / elapsed) * 1000;
  const weight = 1 - Math.exp(-elapsed / RATE_MEMORY_MS);
  return { rate: rate === null ? measured : rate + weight * (measured - rate), sample: { at: now, bytes } };
}
