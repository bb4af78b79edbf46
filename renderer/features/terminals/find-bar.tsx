import { useState, type ReactNode } from 'react';
import { IconButton } from '../../components/button.tsx';
import { isPattern, type FindHow, type ShellTerminal, type ShellTerminalState } from '../../terminal/shell-terminal.ts';

/** Searches in what a terminal keeps: plain or as a regular expression; all matches are marked. */
export function FindBar({
  shell,
  matches,
  onClose,
}: {
  readonly shell: ShellTerminal;
  readonly matches: ShellTerminalState['matches'];
  readonly onClose: () => void;
}): ReactNode {
  const [text, setText] = useState('');
  const [how, setHow] = useState<FindHow>({ regex: false, caseSensitive: false });
  const isWrong = how.regex && text !== '' && !isPattern(text);
  const find = (wanted: string, next: FindHow, direction: 'next' | 'previous' = 'next') => {
    shell.find(wanted === '' ? null : wanted, next, direction);
  };
  const toggle = (name: keyof FindHow) => {
    const next = { ...how, [name]: !how[name] };
    setHow(next);
    find(text, next);
  };

  return (
    <div
      className="dock__strip dock__find"
      role="search"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <input
        aria-label="Find in the terminal"
        aria-invalid={isWrong}
        className="b-input"
        autoFocus
        value={text}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          find(event.target.value, how);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') find(text, how, event.shiftKey ? 'previous' : 'next');
        }}
      />
      <Toggle label="Regular expression" text=".*" pressed={how.regex} onClick={() => toggle('regex')} />
      <Toggle label="Match case" text="Aa" pressed={how.caseSensitive} onClick={() => toggle('caseSensitive')} />
      <span className="dock__count" role="status">
        {isWrong ? 'no regular expression' : matchText(matches)}
      </span>
      <IconButton label="Previous match" icon="arrow-up" onClick={() => find(text, how, 'previous')} />
      <IconButton label="Next match" icon="arrow-down" onClick={() => find(text, how)} />
      <IconButton label="End the search" icon="times" onClick={onClose} />
    </div>
  );
}

function Toggle({
  label,
  text,
  pressed,
  onClick,
}: {
  readonly label: string;
  readonly text: string;
  readonly pressed: boolean;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      className="dock__toggle"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {text}
    </button>
  );
}

function matchText(matches: ShellTerminalState['matches']): string {
  if (!matches) return '';
  if (matches.count === 0) return 'not found';
  return matches.index < 0 ? `${matches.count} and more` : `${matches.index + 1} of ${matches.count}`;
}
