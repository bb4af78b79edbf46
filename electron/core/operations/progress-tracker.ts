import { TextDecoder } from 'node:util';
import { applyProgress, initialProgress } from '../../../shared/logic/progress.ts';
import type { OperationProgress, ProgressStep } from '../../../shared/model/operation.ts';
import { parseProgressLine } from '../../../shared/parse/progress.ts';
import { splitLines } from './split-lines.ts';

/** A longer line is no line of bootc's: its longest are some 20 kB. */
const MAX_LINE = 1024 * 1024;

/** The live progress of one operation, from the bytes of its progress file. Bounded whatever they are. */
export interface ProgressTracker {
  push(time: number, bytes: Uint8Array): void;
  /** A step that is Berth's own, which bootc does not tell. */
  reach(step: ProgressStep, time: number): void;
  current(): OperationProgress;
}

export function createProgressTracker(): ProgressTracker {
  const decoder = new TextDecoder();
  let progress = initialProgress;
  let partial = '';
  return {
    push(time, bytes) {
      const split = splitLines(partial, decoder.decode(bytes, { stream: true }));
      partial = split.partial.length > MAX_LINE ? '' : split.partial;
      for (const line of split.lines) {
        const event = parseProgressLine(line);
        if (event) progress = applyProgress(progress, event, time);
      }
    },
    reach(step, time) {
      if (progress.step === step) return;
      progress = { ...progress, step, stepStartedAt: { ...progress.stepStartedAt, [step]: time }, rate: null };
    },
    current: () => progress,
  };
}
