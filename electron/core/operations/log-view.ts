import { TextDecoder } from 'node:util';
import { progressLogLine } from '../../../shared/logic/progress.ts';
import { formatTime } from '../../../shared/logic/format.ts';
import type { LogSource } from '../../../shared/model/operation.ts';
import type { ProgressEvent } from '../../../shared/model/progress-event.ts';
import { parseProgressLine } from '../../../shared/parse/progress.ts';
import { cleanLine } from './line-text.ts';
import { splitLines } from './split-lines.ts';

/** A line of a host may have no end: what is longer is shown in pieces, so that memory stays bounded. */
const MAX_LINE = 16 * 1024;
/** Progress lines are JSON and cannot be cut; bootc's longest are some 20 kB, and a longer one is dropped. */
const MAX_PROGRESS_LINE = 1024 * 1024;

const SOURCE_COLOUR: Record<LogSource, number> = { stdout: 32, stderr: 33, progress: 36, berth: 35 };
const WIDEST_SOURCE = 8;

export interface LogViewOptions {
  /** Where the lines go. `terminal`: CR LF, colours, time of day; `file`: LF, plain text, date and time in UTC. */
  readonly target: 'terminal' | 'file';
  /** Begins in the middle of the sources: what comes before the first line feed of each is half a line, and left out. */
  readonly skipPartial?: boolean;
}

/**
 * Turns the bytes of an operation, in the order of their arrival, into lines with time and source. A line is shown when it is
 * complete, with the time of its last piece. Progress is shown in words. Pure; bounded whatever the bytes are.
 */
export interface LogView {
  push(source: LogSource, time: number, bytes: Uint8Array): string;
  /** The lines that never got their line feed. */
  end(): string;
}

interface SourceState {
  readonly decoder: TextDecoder;
  partial: string;
  time: number;
  skipping: boolean;
}

export function createLogView({ target, skipPartial = false }: LogViewOptions): LogView {
  const states = new Map<LogSource, SourceState>();
  let previous: ProgressEvent | null = null;

  function stateOf(source: LogSource): SourceState {
    let state = states.get(source);
    if (!state) {
      state = { decoder: new TextDecoder(), partial: '', time: 0, skipping: skipPartial };
      states.set(source, state);
    }
    return state;
  }

  /** How the lines of a source are shown that came together. */
  function renderer(source: LogSource, time: number): (line: string) => string {
    const format = formatter(target, source, time);
    return source === 'progress' ? (line) => renderProgress(line, format) : format;
  }

  function renderProgress(line: string, format: (text: string) => string): string {
    const event = parseProgressLine(line);
    // What is no event is shown as it is: the host may have something to say there.
    if (!event) return line.trim() === '' ? '' : format(line.slice(0, MAX_LINE));
    const text = progressLogLine(event, previous);
    previous = event;
    return text === null ? '' : text.split('\n').map(format).join('');
  }

  function take(source: LogSource, state: SourceState, text: string): string {
    const limit = source === 'progress' ? MAX_PROGRESS_LINE : MAX_LINE;
    const { lines, partial } = splitLines(state.partial, text);
    state.partial = partial;
    const whole = state.skipping ? lines.slice(1) : lines;
    if (lines.length > 0) state.skipping = false;
    const render = renderer(source, state.time);
    let shown = whole.map(render).join('');
    if (state.partial.length > limit) {
      if (state.skipping || source === 'progress') state.skipping = true;
      else shown += render(state.partial);
      state.partial = '';
    }
    return shown;
  }

  return {
    push(source, time, bytes) {
      const state = stateOf(source);
      state.time = time;
      return take(source, state, state.decoder.decode(bytes, { stream: true }));
    },
    end() {
      let shown = '';
      for (const [source, state] of states) {
        shown += take(source, state, state.decoder.decode());
        if (state.partial !== '' && !state.skipping) shown += renderer(source, state.time)(state.partial);
        state.partial = '';
      }
      return shown;
    },
  };
}

/** Puts time and source before a line. Made once for all lines that came together, which may be thousands. */
function formatter(target: LogViewOptions['target'], source: LogSource, time: number): (line: string) => string {
  const name = source.padEnd(WIDEST_SOURCE);
  if (target === 'file') {
    const prefix = `${new Date(time).toISOString()} ${name} `;
    return (line) => `${prefix}${cleanLine(line, false)}\n`;
  }
  // Grey of the terminal's own (90), not dim (2): half of the light is too little to be read.
  const prefix = `\u001b[90m${formatTime(time)} \u001b[${String(SOURCE_COLOUR[source])}m${name}\u001b[0m `;
  return (line) => `${prefix}${cleanLine(line, true)}\r\n`;
}
