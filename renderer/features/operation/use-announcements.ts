import { useEffect, useRef } from 'react';
import { outcomeText } from '../../../shared/logic/outcome.ts';
import { percentPulled } from '../../../shared/logic/progress.ts';
import type { Operation, OperationProgress } from '../../../shared/model/operation.ts';
import { useSession } from '../../state/session-context.ts';
import { operationState } from '../../parts/operation-state.ts';

/** Screen readers hear of progress at most this often. */
const PROGRESS_EVERY_MS = 5000;

/** Tells screen readers of phases politely, of the pull now and then, and of a bad end at once. */
export function useAnnouncements(operation: Operation, progress: OperationProgress | null): void {
  const { announcer } = useSession();
  const { outcome } = operation;
  const { text } = operationState(operation, progress);
  const ended = outcome !== null;
  const toldState = useRef({ text, ended });
  const toldPercent = useRef({ at: operation.startedAt, percent: 0 });

  useEffect(() => {
    if (toldState.current.text === text && toldState.current.ended === ended) return;
    const wasRunning = !toldState.current.ended;
    toldState.current = { text, ended };
    if (!outcome) announcer.say(text);
    else if (wasRunning) announcer.say(outcomeText(outcome), isBad(outcome.kind) ? 'assertive' : 'polite');
  }, [announcer, text, ended, outcome]);

  const pull = progress?.step === 'pull' ? progress.pull : null;
  const percent = pull && percentPulled(pull);
  useEffect(() => {
    const { at, percent: before } = toldPercent.current;
    if (percent === null || percent === before || Date.now() - at < PROGRESS_EVERY_MS) return;
    toldPercent.current = { at: Date.now(), percent };
    announcer.say(`${percent} % pulled`);
  }, [announcer, percent]);
}

function isBad(kind: NonNullable<Operation['outcome']>['kind']): boolean {
  return kind === 'failed' || kind === 'unknown' || kind === 'wrong-boot';
}
