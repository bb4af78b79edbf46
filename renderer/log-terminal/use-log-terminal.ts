import { useEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import { createLogTerminal, type LogStream, type LogTerminal, type LogTerminalState } from './log-terminal.ts';

const NOTHING: LogTerminalState = { following: true, lines: 0, phase: 'idle', message: '', matches: null };

/** Keeps one log terminal in an element for as long as the component is shown. The terminal is null before the first paint. */
export function useLogTerminal(
  element: RefObject<HTMLElement | null>,
  options: { readonly label: string; readonly screenReader: boolean; readonly open: () => LogStream },
): readonly [LogTerminal | null, LogTerminalState] {
  const { label, screenReader, open } = options;
  const [terminal, setTerminal] = useState<LogTerminal | null>(null);

  useEffect(() => {
    if (!element.current) return;
    const created = createLogTerminal(label);
    created.attach(element.current);
    setTerminal(created);
    return () => {
      setTerminal(null);
      created.dispose();
    };
  }, [element, label]);

  useEffect(() => terminal?.setScreenReader(screenReader), [terminal, screenReader]);
  useEffect(() => terminal?.show(open()), [terminal, open]);

  const state = useSyncExternalStore(terminal?.subscribe ?? subscribeToNothing, terminal?.state ?? (() => NOTHING));
  return [terminal, state];
}

const subscribeToNothing = () => () => undefined;
