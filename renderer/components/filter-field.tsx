import { useEffect, useEffectEvent, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './filter-field.css';

interface FilterFieldProps {
  /** The terms that are set, as they were written; `wrong`: it is not understood. */
  readonly terms: readonly { readonly text: string; readonly exclude: boolean; readonly wrong: boolean }[];
  /** What is being typed. */
  readonly draft: string;
  readonly invalid: boolean;
  /** Shown while there is neither a term nor a draft. */
  readonly placeholder: string;
  /** How much passes, behind the field. */
  readonly summary: string;
  readonly onDraft: (draft: string) => void;
  /** Makes the draft a term. */
  readonly onCommit: () => void;
  /** Takes a term away; with `edit` it becomes the beginning of the draft. */
  readonly onRemove: (index: number, edit: boolean) => void;
  /** Down, or Escape with nothing typed: on to what is filtered. */
  readonly onLeave: () => void;
}

/** A filter as terms that can be taken away, and a field for the next one. The key / goes to it from anywhere on the page. */
export function FilterField(props: FilterFieldProps): ReactNode {
  const { terms, draft, invalid, placeholder, summary, onDraft, onCommit, onRemove, onLeave } = props;
  const input = useRef<HTMLInputElement>(null);
  const helpId = useId();

  const onPageKey = useEffectEvent((event: globalThis.KeyboardEvent) => {
    const typing = event.target instanceof HTMLElement && event.target.closest('input[type=text], textarea, select');
    if (event.key !== '/' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.preventDefault();
    input.current?.focus();
  });
  useEffect(() => {
    const listener = (event: globalThis.KeyboardEvent) => onPageKey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    const atStart = event.currentTarget.selectionStart === 0 && event.currentTarget.selectionEnd === 0;
    if (event.key === 'Enter') onCommit();
    else if (event.key === 'Backspace' && atStart && terms.length > 0) onRemove(terms.length - 1, true);
    else if (event.key === 'Escape' && draft !== '') onDraft('');
    else if (event.key === 'ArrowDown' || event.key === 'Escape') onLeave();
    else return;
    event.preventDefault();
  }

  return (
    <div
      className="b-filter"
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) {
          event.preventDefault();
          input.current?.focus();
        }
      }}
    >
      <Icon name="filter" tone="muted" />
      {terms.map(({ text, exclude, wrong }, index) => (
        <span
          key={`${index} ${text}`}
          className={`b-chip${exclude ? ' b-chip--not' : ''}${wrong ? ' b-chip--wrong' : ''}`}
        >
          {text}
          <button
            type="button"
            aria-label={`Remove ${text}`}
            onClick={() => {
              onRemove(index, false);
              input.current?.focus();
            }}
          >
            <Icon name="times" />
          </button>
        </span>
      ))}
      <input
        ref={input}
        type="text"
        className="b-filter__input"
        aria-label="Filter"
        aria-describedby={helpId}
        aria-keyshortcuts="/"
        aria-invalid={invalid}
        placeholder={terms.length > 0 ? 'Add a term' : placeholder}
        spellCheck={false}
        autoComplete="off"
        value={draft}
        onChange={(event) => onDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <span id={helpId} className="b-subtle b-small b-num">
        {summary}
      </span>
    </div>
  );
}

/** What is wrong with a filter, below its field. */
export function FilterProblemLine({ message }: { readonly message: string | undefined }): ReactNode {
  return (
    message !== undefined && (
      <p className="b-filter-problem" role="status">
        <Icon name="exclamation-triangle" tone="warn" />
        {message}
      </p>
    )
  );
}
