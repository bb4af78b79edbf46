import { describe } from '../errors/describe.ts';
import type { RunHost, RunText } from '../model/run.ts';

/** How it stands with a host of a run, in a few words: `exit 0`, `stopped`, `no answer within …`. */
export function runStateWords({ state, exitCode, failure }: Pick<RunHost, 'state' | 'exitCode' | 'failure'>): string {
  const code = exitCode === null ? '' : `, exit ${String(exitCode)}`;
  switch (state) {
    case 'waiting':
      return 'waiting';
    case 'running':
      return 'running';
    case 'ended':
      return `exit ${String(exitCode ?? '–')}`;
    case 'stopped':
      return `stopped${code}`;
    case 'timed-out':
      return `time limit${code}`;
    case 'failed':
      return failure ? describe(failure).text : 'failed';
    case 'skipped':
      return 'not begun';
  }
}

/** What was kept of a stream as one text, with a line that says how much is missing in the middle. */
export function keptText({ text, cut, tail }: RunText): string {
  if (cut === 0) return text;
  return `${text}${text.endsWith('\n') ? '' : '\n'}[… ${cut.toLocaleString('en')} bytes were not kept …]\n${tail}`;
}
