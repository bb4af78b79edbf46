import { useCallback, useEffect, useState, useSyncExternalStore, type RefCallback } from 'react';
import { createLogTerminal, type LogStream, type LogTerminal, type LogTerminalState } from './log-terminal.ts';

const NOTHING: LogTerminalState = { following: true, lines: 0, phase: 'idle', message: '', matches: null };

/**
 * One log terminal for as long as the element with `ref` is shown; null before. `open` is called for the stream to show, again
 * when it is another function. `label` names the terminal for screen readers.
 */
export function useLogTerminal(
  label: string,
  screenReader: boolean,
  open: () => LogStream,
): { readonly ref: RefCallback<HTMLElement>; readonly terminal: LogTerminal | null; readonly state: LogTerminalState } {
  const [terminal, setTerminal] = useState<LogTerminal | null>(null);

  const ref = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return undefined;
      const created = createLogTerminal(label);
      created.attach(element);
      setTerminal(created);
      return () => {
        setTerminal(null);
        created.dispose();
      };
    },
    [label],
  );

  useEffect(() => terminal?.setScreenReader(screenReader), [terminal, screenReader]);
  useEffect(() => terminal?.show(open()), [terminal, open]);

  const state = useSyncExternalStore(terminal?.subscribe ?? subscribeToNothing, terminal?.state ?? (() => NOTHING));
  return { ref, terminal, state };
}

const subscribeToNothing = () => () => undefined;
