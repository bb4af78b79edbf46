import '@xterm/xterm/css/xterm.css';
import { useCallback, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { plural } from '../../shared/logic/format.ts';
import { LogSource } from '../../shared/model/operation.ts';
import { IconButton } from '../components/button.tsx';
import { MenuButton } from '../components/menu.tsx';
import { failureOf, failureText } from '../state/failure-of.ts';
import { useSession } from '../state/session-context.ts';
import { SCROLLBACK_LINES, type LogTerminal, type LogTerminalState } from './log-terminal.ts';
import './log-terminal.css';
import { saveText } from '../parts/save-text.ts';
import { useLogTerminal } from './use-log-terminal.ts';

/** How much of a log that is longer than the pane holds is sent at all: 20,000 lines of 400 bytes. */
const TAIL_BYTES = 8 * 1024 * 1024;

type Sources = LogSource | 'all';
const choices: readonly Sources[] = ['all', ...LogSource.options];

/** The log of an operation, live until it ends: a bar with filter, search and saving, and a terminal that is only read. */
export function LogPane({ operationId }: { readonly operationId: string }) {
  const { connection, client, settings, toasts } = useSession();
  const { readLogs } = useStore(settings, (state) => state.settings);
  const [sources, setSources] = useState<Sources>('all');
  const [finding, setFinding] = useState(false);
  const heading = useId();
  const findButton = useRef<HTMLButtonElement>(null);

  const open = useCallback(
    () =>
      connection.openStream({
        kind: 'operation-log',
        operationId,
        sources: sources === 'all' ? [...LogSource.options] : [sources],
        tailBytes: TAIL_BYTES,
      }),
    [connection, operationId, sources],
  );
  const { ref, terminal, state } = useLogTerminal('Log, read only', readLogs, open);

  const save = async () => {
    try {
      const { fileName, text } = await client.operation.exportLog({ id: operationId });
      saveText(fileName, text);
    } catch (error) {
      toasts.add({ tone: 'danger', text: `The log could not be saved. ${failureText(failureOf(error))}` });
    }
  };
  const readAloud = () => {
    const current = settings.getState().settings;
    settings.set({ ...current, readLogs: !current.readLogs }).catch((error: unknown) => {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    });
  };
  const endFind = () => {
    setFinding(false);
    terminal?.find(null, 'next');
    findButton.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    setFinding(true);
  };

  const shown = sources === 'all' ? 'All sources' : sources;
  return (
    <section className="logpane" aria-labelledby={heading} onKeyDown={onKeyDown}>
      <div className="logbar">
        <h2 id={heading}>Log</h2>
        <span className="logbar__state">{stateText(state)}</span>
        {finding && terminal && <FindBar terminal={terminal} matches={state.matches} onClose={endFind} />}
        <MenuButton
          label={`Lines of: ${shown}`}
          text={shown}
          items={choices.map((choice) => ({
            label: choice === 'all' ? 'All sources' : choice,
            checked: choice === sources,
            run: () => setSources(choice),
          }))}
        />
        <IconButton
          label="Read new lines aloud (screen reader)"
          icon="universal-access"
          aria-pressed={readLogs}
          onClick={readAloud}
        />
        <IconButton
          ref={findButton}
          label="Find in the log"
          icon="search"
          aria-expanded={finding}
          onClick={() => (finding ? endFind() : setFinding(true))}
        />
        <IconButton label="Save the log" icon="download" onClick={() => void save()} />
        <IconButton
          label="Follow the end"
          icon="arrow-down"
          aria-pressed={state.following}
          onClick={() => terminal?.follow()}
        />
      </div>
      <div ref={ref} className="logterm" role="log" aria-labelledby={heading} />
    </section>
  );
}

interface FindBarProps {
  readonly terminal: LogTerminal;
  readonly matches: LogTerminalState['matches'];
  readonly onClose: () => void;
}

function FindBar({ terminal, matches, onClose }: FindBarProps) {
  const [text, setText] = useState('');
  return (
    <div className="logbar__find" role="search">
      <input
        aria-label="Find in the log"
        autoFocus
        value={text}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          terminal.find(event.target.value, 'next');
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') terminal.find(text, event.shiftKey ? 'previous' : 'next');
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onClose();
        }}
      />
      <span className="logbar__count" role="status">
        {matchText(matches)}
      </span>
      <IconButton label="Previous match" icon="arrow-up" onClick={() => terminal.find(text, 'previous')} />
      <IconButton label="Next match" icon="arrow-down" onClick={() => terminal.find(text, 'next')} />
      <IconButton label="End the search" icon="times" onClick={onClose} />
    </div>
  );
}

function stateText({ phase, lines, following, message }: LogTerminalState): string {
  const count =
    lines > SCROLLBACK_LINES ? `the last ${SCROLLBACK_LINES.toLocaleString('en')} lines` : plural(lines, 'line');
  switch (phase) {
    case 'idle':
      return '';
    case 'failed':
      return `broken off: ${message}`;
    case 'complete':
      return `ended, ${count}`;
    case 'streaming':
      return following ? 'following' : `${count}, not following`;
  }
}

function matchText(matches: LogTerminalState['matches']): string {
  if (!matches) return '';
  if (matches.count === 0) return 'not found';
  return matches.index < 0 ? `${matches.count} and more` : `${matches.index + 1} of ${matches.count}`;
}
