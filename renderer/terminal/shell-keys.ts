import { isDockKey } from './dock-key.ts';

/** What keys do in a terminal besides typing. All have Ctrl and Shift, which no shell can tell from Ctrl alone; the others are the host's. */
export type ShellAction =
  | 'copy'
  | 'find'
  | 'new'
  | 'close'
  | 'split-right'
  | 'split-below'
  | 'broadcast'
  | 'palette'
  | 'next-tab'
  | 'previous-tab'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'grow-left'
  | 'grow-right'
  | 'grow-up'
  | 'grow-down'
  | 'scroll-up'
  | 'scroll-down'
  | 'scroll-top'
  | 'scroll-end';

/** `page`: a key of the page, which the terminal does not take. `browser`: the browser makes a paste of it. null: typed. */
export type ShellKey = { readonly kind: 'action'; readonly action: ShellAction } | 'page' | 'browser' | null;

type KeyEvent = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>;

const withCtrlShift: Readonly<Record<string, ShellAction>> = {
  KeyC: 'copy',
  KeyF: 'find',
  KeyO: 'new',
  KeyX: 'close',
  KeyD: 'split-right',
  KeyE: 'split-below',
  KeyB: 'broadcast',
  KeyK: 'palette',
  PageDown: 'next-tab',
  PageUp: 'previous-tab',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const withCtrlShiftAlt: Readonly<Record<string, ShellAction>> = {
  ArrowLeft: 'grow-left',
  ArrowRight: 'grow-right',
  ArrowUp: 'grow-up',
  ArrowDown: 'grow-down',
};

const withShift: Readonly<Record<string, ShellAction>> = {
  PageUp: 'scroll-up',
  PageDown: 'scroll-down',
  Home: 'scroll-top',
  End: 'scroll-end',
};

/**
 * What a key pressed in a terminal is for. Ctrl-C is always the interrupt, selected text or not: one key with two meanings stops the wrong
 * thing some day. Copying is Ctrl-Shift-C (on a Mac ⌘C), pasting Ctrl-Shift-V or Shift-Insert.
 */
export function shellKey({ key, code, ctrlKey, shiftKey, altKey, metaKey }: KeyEvent): ShellKey {
  if (key === 'F6' || isDockKey({ code, key, ctrlKey, shiftKey, altKey, metaKey })) return 'page';
  if (metaKey) return code === 'KeyC' ? action('copy') : code === 'KeyK' ? action('palette') : 'browser';
  if (ctrlKey && shiftKey) {
    const wanted = altKey ? withCtrlShiftAlt[code] : withCtrlShift[code];
    if (wanted) return action(wanted);
    return code === 'KeyV' && !altKey ? 'browser' : null;
  }
  if (shiftKey && !ctrlKey && !altKey) {
    const wanted = withShift[code];
    if (wanted) return action(wanted);
    if (code === 'Insert') return 'browser';
  }
  return null;
}

function action(what: ShellAction): ShellKey {
  return { kind: 'action', action: what };
}
