import type { Layer } from './releases.ts';

/** Something that is printed `at` so many milliseconds after the start of its unit. */
export interface TimedText {
  readonly at: number;
  readonly text: string;
}

export interface Pull {
  readonly backend: 'ostree' | 'composefs';
  readonly digest: string;
  readonly needed: readonly Layer[];
  readonly present: readonly Layer[];
  readonly at: number;
  readonly durationMs: number;
}

/** bootc sends at most five lossy byte events a second. */
const BYTE_EVENT_MS = 200;

/** The lines of `--progress-fd` while layers are pulled, one after the other (reference 3.1, 3.2). */
export function pullLines(pull: Pull): readonly TimedText[] {
  const { needed, at, durationMs } = pull;
  const total = sum(needed);
  const lines: TimedText[] = [];
  let done = 0;
  let nextByteEvent = at + BYTE_EVENT_MS;
  for (const [index, layer] of needed.entries()) {
    const begins = at + (done / total) * durationMs;
    const ends = at + ((done + layer.bytes) / total) * durationMs;
    for (; nextByteEvent < ends; nextByteEvent += BYTE_EVENT_MS) {
      const pulled = Math.max(0, Math.round(layer.bytes * ((nextByteEvent - begins) / (ends - begins))));
      lines.push({ at: nextByteEvent, text: pullLine(pull, index, done + pulled, pulled) });
    }
    done += layer.bytes;
    // The end of a layer is never dropped.
    lines.push({ at: ends, text: pullLine(pull, index + 1, done, 0) });
  }
  return lines;
}

function pullLine({ backend, digest, needed, present }: Pull, finished: number, bytes: number, partly: number): string {
  const isComposefs = backend === 'composefs';
  const current = needed[finished];
  const subtask = (layer: Layer, pulled: number) => ({
    bytes: pulled,
    bytesCached: 0,
    bytesTotal: layer.bytes,
    description: `${isComposefs ? 'Layer' : layer.kind}: ${layer.id}`,
    id: layer.id,
    subtask: isComposefs ? 'composefs_layer' : layer.kind,
  });
  // The ostree backend repeats every finished layer, the composefs backend names only the one in flight.
  const complete = isComposefs ? [] : needed.slice(0, finished).map((layer) => subtask(layer, layer.bytes));
  const inFlight = current && partly > 0 ? [subtask(current, partly)] : [];
  return line({
    bytes,
    bytesCached: isComposefs ? 0 : sum(present),
    bytesTotal: sum(needed),
    description: isComposefs ? 'Pulling composefs image' : `Pulling Image: ${digest}`,
    id: isComposefs ? 'composefs-pull' : digest,
    steps: isComposefs ? 0 : finished,
    stepsCached: isComposefs ? 0 : present.length,
    stepsTotal: isComposefs ? 0 : needed.length,
    subtasks: [...complete, ...inFlight],
    task: 'pulling',
    type: 'ProgressBytes',
  });
}

/** Unpacking into the repository: its begin and its end, nothing between them. */
export function importLines(digest: string, at: number, durationMs: number): readonly TimedText[] {
  return [0, 1].map((steps) => ({
    at: at + steps * durationMs,
    text: line({
      description: 'Importing Image',
      id: digest,
      steps,
      stepsCached: 0,
      stepsTotal: 1,
      subtasks: [{ completed: steps === 1, description: 'Importing Image', id: 'importing', subtask: 'importing' }],
      task: 'importing',
      type: 'ProgressSteps',
    }),
  }));
}

const stagingSteps = [
  { id: 'fetching', subtask: 'merging', description: 'Merging Image' },
  { id: 'deploying', subtask: 'deploying', description: 'Deploying Image' },
  { id: 'bound_images', subtask: 'bound_images', description: 'Pulling Bound Images' },
  { id: 'cleanup', subtask: 'cleanup', description: 'Removing old images' },
] as const;

/** The five events of staging: merging, deploying, bound images, clean-up, done. */
export function stagingLines(digest: string, at: number, durationMs: number): readonly TimedText[] {
  return [0, 1, 1, 2, 3].map((steps, index) => {
    const isDone = index === stagingSteps.length;
    const begun = stagingSteps.slice(0, index + 1).map((step, position) => ({
      completed: position < index,
      description: step.description,
      id: step.id,
      subtask: step.subtask,
    }));
    // bootc itself lists the clean-up twice at the end.
    const subtasks = isDone ? [...begun, ...begun.slice(-1)] : begun;
    return {
      at: at + (index / stagingSteps.length) * durationMs,
      text: line({
        description: 'Deploying Image',
        id: digest,
        steps,
        stepsCached: 0,
        stepsTotal: 3,
        subtasks,
        task: 'staging',
        type: 'ProgressSteps',
      }),
    };
  });
}

function sum(layers: readonly Layer[]): number {
  return layers.reduce((total, { bytes }) => total + bytes, 0);
}

function line(event: object): string {
  return `${JSON.stringify(event)}\n`;
}
