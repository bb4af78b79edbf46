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

const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const HIDDEN = /[\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** A text with line breaks for the page: control characters as their pictures (␛), and none that hide or turn what follows. */
export function showControls(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(CONTROLS, (character) =>
      character === '\u007f' ? '␡' : String.fromCharCode(0x2400 + character.charCodeAt(0)),
    )
    .replace(/\r/g, '␍')
    .replace(HIDDEN, '\ufffd');
}
