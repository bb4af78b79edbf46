import { describe } from '../errors/describe.ts';
import type { OperationOutcome } from '../model/operation.ts';
import { shortDigest } from './format.ts';

/** How an outcome is to be taken, for icon and colour. */
export type OutcomeTone = 'success' | 'neutral' | 'warning' | 'danger';

/** An outcome in the few words of a table or a heading. */
export function outcomeHeadline(outcome: OperationOutcome): { readonly text: string; readonly tone: OutcomeTone } {
  switch (outcome.kind) {
    case 'staged':
      return { text: 'Staged and verified', tone: 'success' };
    case 'up-to-date':
      return { text: 'Already up to date', tone: 'success' };
    case 'already-staged':
      return { text: 'Already staged', tone: 'success' };
    case 'update-found':
      return { text: 'Update found', tone: 'success' };
    case 'no-update':
      return { text: 'No update', tone: 'success' };
    case 'failed':
      return outcome.staged ? { text: 'Failed, but staged', tone: 'warning' } : { text: 'Failed', tone: 'danger' };
    case 'cancelled':
      return { text: 'Stopped', tone: 'neutral' };
    case 'unknown':
      return { text: 'Not known', tone: 'warning' };
  }
}

/** An outcome as one sentence, the same in the page and on the command line; what to do about it is `outcomeRemedy`. */
export function outcomeText(outcome: OperationOutcome): string {
  switch (outcome.kind) {
    case 'staged':
      return `Staged ${nameOf(outcome)}: the next boot runs it.`;
    case 'up-to-date':
      return 'Already up to date: nothing was staged.';
    case 'already-staged':
      return `${nameOf(outcome)} was staged already and waits for the reboot.`;
    case 'update-found':
      return `Update found: ${nameOf(outcome)}.`;
    case 'no-update':
      return 'No update: the registry has nothing newer.';
    case 'failed':
      return `Failed: ${describe(outcome.failure).text}${outcome.staged ? ' The update is staged all the same.' : ''}`;
    case 'cancelled':
      return 'Stopped before anything was staged.';
    case 'unknown':
      return `Not known how it ended: ${describe(outcome.failure).text}`;
  }
}

/** What to do about an outcome; empty where there is nothing to do or nothing to say. */
export function outcomeRemedy(outcome: OperationOutcome): string {
  return outcome.kind === 'failed' || outcome.kind === 'unknown' ? describe(outcome.failure).remedy : '';
}

function nameOf({ version, digest }: { readonly version: string | null; readonly digest: string | null }): string {
  const short = digest === null ? null : `@${shortDigest(digest, 'text')}`;
  return [version, short].filter((part) => part !== null).join(' ') || 'an image';
}
