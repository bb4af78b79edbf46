import './palette.css';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useNow } from '../../state/clock.ts';
import { useFleet, useSession, useWorkspaces } from '../../state/session-context.ts';
import { paletteEntries, type PaletteEntry } from './palette-entries.ts';

/** One field for everything: open a host, connect to an address, run a command, filter the fleet. */
export function Palette({
  text: initial,
  onClose,
}: {
  readonly text: string;
  readonly onClose: () => void;
}): ReactNode {
  const session = useSession();
  const workspaces = useWorkspaces();
  useFleet((state) => state.rows);
  const now = useNow();
  const [text, setText] = useState(initial);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const entries = paletteEntries(text, session, workspaces, now);
  const current = Math.min(at, entries.length - 1);

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    input.current?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  useEffect(() => {
    document.getElementById(`${id}-${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, current]);

  function choose(entry: PaletteEntry | undefined): void {
    if (!entry) return;
    onClose();
    entry.run();
  }

  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === 'ArrowDown') setAt((current + 1) % entries.length);
    else if (event.key === 'ArrowUp') setAt((current - 1 + entries.length) % entries.length);
    else if (event.key === 'Enter') choose(entries[current]);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Host, filter or command"
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className="palette__field">
        <Icon name="search" tone="muted" />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label="Host, filter or command"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length > 0 ? `${id}-${current}` : undefined}
          aria-autocomplete="list"
          placeholder="Host, filter or command; admin@box connects"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
        />
      </div>
      <ul className="palette__list" role="listbox" id={`${id}-list`} aria-label="Results">
        {entries.map((entry, index) => (
          <li
            key={entry.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            className="palette__entry"
            onMouseMove={() => setAt(index)}
            onClick={() => choose(entry)}
          >
            <Icon name={entry.icon} tone="muted" />
            <span className="b-cut">{entry.label}</span>
            <span className="b-subtle b-small b-cut">{entry.detail}</span>
          </li>
        ))}
      </ul>
    </dialog>
  );
}
