import { cells, eventsUntil, type Cast } from './cast.ts';

/** What a player writes to: an xterm, or a test's stand-in. */
export interface Screen {
  reset(columns: number, rows: number): void;
  resize(columns: number, rows: number): void;
  write(text: string): void;
}

/** Shows a recording on a screen as it was at a moment. It goes forward by what comes next, and back by beginning anew. */
export interface Playback {
  /** `time` in seconds of `times`. */
  showAt(time: number): void;
  /** Other times of the same events. */
  setTimes(times: Float64Array): void;
}

/** Text that is written at once, characters: a jump over an hour of output goes in pieces that xterm can take. */
const PIECE = 256 * 1024;

export function createPlayback(cast: Cast, times: Float64Array, screen: Screen): Playback {
  let current = times;
  let next = 0;
  screen.reset(cast.columns, cast.rows);

  return {
    setTimes(changed) {
      current = changed;
    },
    showAt(time) {
      const until = eventsUntil(current, time);
      if (until < next) {
        screen.reset(cast.columns, cast.rows);
        next = 0;
      }
      let piece = '';
      const flush = () => {
        if (piece !== '') screen.write(piece);
        piece = '';
      };
      for (; next < until; next += 1) {
        const event = cast.events[next];
        if (event?.code === 'o') piece += event.text;
        else if (event?.code === 'r') {
          flush();
          const [columns, rows] = event.text.split('x').map(Number);
          screen.resize(cells(columns, cast.columns, 1000), cells(rows, cast.rows, 500));
        }
        if (piece.length > PIECE) flush();
      }
      flush();
    },
  };
}
