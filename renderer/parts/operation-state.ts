import { outcomeHeadline, type OutcomeTone } from '../../shared/logic/outcome.ts';
import { verbWords } from '../../shared/logic/verb-words.ts';
import type { Operation, OperationProgress, ProgressStep } from '../../shared/model/operation.ts';
import type { Tone } from '../components/icon.tsx';
import type { IconName } from '../components/icons.ts';

/** An operation in one state word. */
export interface OperationState {
  readonly text: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

const STEPS: Readonly<Record<ProgressStep, string>> = {
  pull: 'Pulling',
  import: 'Importing',
  stage: 'Staging',
  'bound-images': 'Pulling bound images',
  'clean-up': 'Cleaning up',
  verify: 'Verifying',
};

/** How outcomes look; `neutral` is one that somebody asked for. */
export const outcomeLook: Readonly<
  Record<OutcomeTone, { readonly icon: IconName; readonly tone: Exclude<Tone, 'accent'> }>
> = {
  success: { icon: 'check-circle', tone: 'ok' },
  neutral: { icon: 'ban', tone: 'muted' },
  warning: { icon: 'exclamation-triangle', tone: 'warn' },
  danger: { icon: 'exclamation-circle', tone: 'danger' },
};

/** Whether it goes on at the host unseen. One that is being started is not attached yet, and that is no news. */
export function isOutOfSight({ attached, phase, detachedBecause }: Operation): boolean {
  return !attached && phase !== 'ended' && phase !== 'rebooting' && (phase !== 'starting' || detachedBecause !== null);
}

/** The state of an operation for its heading and for lists; `progress` null where it is not followed. */
export function operationState(operation: Operation, progress: OperationProgress | null): OperationState {
  if (operation.outcome) {
    const { text, tone } = outcomeHeadline(operation.outcome);
    return { text, ...outcomeLook[tone] };
  }
  const running = (text: string): OperationState => ({ text, icon: 'in-progress', tone: 'accent' });
  if (isOutOfSight(operation)) return { text: 'Out of sight, goes on', icon: 'disconnected', tone: 'warn' };
  if (operation.phase === 'starting') return running('Starting');
  if (operation.phase === 'rebooting') return running('Rebooting');
  if (operation.phase !== 'running') return running('Verifying');
  if (operation.cancelRequested) return running('Stopping');
  if (progress?.step) return running(STEPS[progress.step]);
  return running(verbWords(operation.plan.request.verb).doing);
}
