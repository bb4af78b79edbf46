import type { IParser, Terminal } from '@xterm/headless';

/** What of a terminal's state the serializer leaves out: the cursor's look, the scroll region, how the mouse is told. */
export interface TrackedModes {
  /** Sets it in a terminal that the serializer has restored. */
  restore(): string;
  /** A new size has no scroll region. */
  resized(): void;
}

interface Region {
  readonly top: number;
  readonly bottom: number;
}

const CURSOR_VISIBLE = 25;
/** How positions of the mouse are written: one of them at a time. */
const MOUSE_ENCODINGS: ReadonlySet<number> = new Set([1006, 1016]);

/** Follows them by looking at what the terminal is told; everything still has its effect there. */
export function trackModes(terminal: Terminal): TrackedModes {
  const { parser } = terminal;
  let isCursorHidden = false;
  let cursorStyle: number | null = null;
  let mouseEncoding: number | null = null;
  let regions = new Map<'normal' | 'alternate', Region>();

  const watch = (id: Parameters<IParser['registerCsiHandler']>[0], look: (params: readonly number[]) => void) =>
    parser.registerCsiHandler(id, (params) => {
      look(params.map((value) => (typeof value === 'number' ? value : 0)));
      return false;
    });

  function setMode(mode: number, isOn: boolean): void {
    if (mode === CURSOR_VISIBLE) isCursorHidden = !isOn;
    else if (MOUSE_ENCODINGS.has(mode)) mouseEncoding = isOn ? mode : null;
  }
  watch({ prefix: '?', final: 'h' }, (modes) => {
    for (const mode of modes) setMode(mode, true);
  });
  watch({ prefix: '?', final: 'l' }, (modes) => {
    for (const mode of modes) setMode(mode, false);
  });
  watch({ intermediates: ' ', final: 'q' }, ([style = 0]) => (cursorStyle = style <= 6 ? style : null));
  watch({ final: 'r' }, ([first = 0, second = 0]) => {
    const top = first || 1;
    const bottom = second === 0 || second > terminal.rows ? terminal.rows : second;
    if (bottom <= top) return;
    const buffer = terminal.buffer.active.type;
    if (top === 1 && bottom === terminal.rows) regions.delete(buffer);
    else regions.set(buffer, { top, bottom });
  });
  watch({ intermediates: '!', final: 'p' }, () => {
    isCursorHidden = false;
    regions = new Map();
  });
  parser.registerEscHandler({ final: 'c' }, () => {
    isCursorHidden = false;
    cursorStyle = null;
    mouseEncoding = null;
    regions = new Map();
    return false;
  });

  return {
    restore() {
      const { active } = terminal.buffer;
      const region = regions.get(active.type);
      let text = '';
      // Setting the region moves the cursor, which with the origin mode counts from there.
      if (region && !terminal.modes.originMode) {
        text += `\x1b[${String(region.top)};${String(region.bottom)}r`;
        text += `\x1b[${String(active.cursorY + 1)};${String(active.cursorX + 1)}H`;
      }
      if (cursorStyle !== null) text += `\x1b[${String(cursorStyle)} q`;
      if (mouseEncoding !== null) text += `\x1b[?${String(mouseEncoding)}h`;
      if (isCursorHidden) text += `\x1b[?${String(CURSOR_VISIBLE)}l`;
      return text;
    },
    resized: () => void (regions = new Map()),
  };
}
