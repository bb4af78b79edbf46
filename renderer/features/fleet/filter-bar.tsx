import { useEffect, useEffectEvent, useId, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { parseFilter, removeTerm, type Filter } from '../../../shared/logic/fleet-filter.ts';
import { groupings, type Grouping } from '../../../shared/logic/fleet-sort.ts';
import { Icon } from '../../components/icon.tsx';
import { MenuButton } from '../../components/menu.tsx';
import { useSession } from '../../state/session-context.ts';
import { columns, shownColumns } from './columns.tsx';
import { useWide } from './use-wide.ts';

const groupingWords: Readonly<Record<Grouping, string>> = {
  none: 'none',
  group: 'group',
  tag: 'tag',
  state: 'state',
  image: 'image',
  version: 'version',
  backend: 'backend',
};

/** The filter as terms that can be taken away and a field for the next one; grouping; which columns. */
export function FilterBar({
  filter,
  shown,
  total,
}: {
  /** With what is being typed. */
  readonly filter: Filter;
  readonly shown: number;
  readonly total: number;
}): ReactNode {
  const { view } = useSession();
  const { grouping, columns: chosen } = useStore(view);
  const wide = useWide();
  const shownNow = shownColumns(wide, chosen);
  return (
    <>
      <div className="fleet-filter">
        <FilterField filter={filter} shown={shown} total={total} />
        <MenuButton
          label={`Group by: ${groupingWords[grouping]}`}
          text={`Group by: ${groupingWords[grouping]}`}
          items={groupings.map((each) => ({
            label: groupingWords[each],
            checked: each === grouping,
            run: () => view.setGrouping(each),
          }))}
        />
        <MenuButton
          label="Columns"
          icon="columns"
          items={columns
            .filter(({ id }) => id !== 'host')
            .map((column) => ({
              label: column.label,
              choice: 'many',
              checked: shownNow.includes(column),
              run: () => view.showColumn(column.id, !shownNow.includes(column)),
            }))}
        />
      </div>
      {filter.problems.length > 0 && (
        <p className="fleet-problem" role="status">
          <Icon name="exclamation-triangle" tone="warn" />
          {filter.problems[0]?.message}
        </p>
      )}
    </>
  );
}

function FilterField({
  filter,
  shown,
  total,
}: {
  readonly filter: Filter;
  readonly shown: number;
  readonly total: number;
}): ReactNode {
  const { view } = useSession();
  const { filter: committed, draft } = useStore(view);
  const parsed = useMemo(() => parseFilter(committed), [committed]);
  const wrong = useMemo(() => new Set(parsed.problems.map(({ term }) => term)), [parsed]);
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
    if (event.key === 'Enter') {
      view.commitDraft();
    } else if (event.key === 'Backspace' && atStart && parsed.terms.length > 0) {
      // The last term becomes text again, to be changed.
      const last = parsed.terms.length - 1;
      view.setDraft(`${parsed.terms[last]?.text ?? ''}${draft}`);
      view.setFilter(removeTerm(parsed, last));
    } else if (event.key === 'Escape' && draft !== '') {
      view.setDraft('');
    } else if (event.key === 'ArrowDown' || event.key === 'Escape') {
      document.querySelector<HTMLElement>('[role=grid]')?.focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  return (
    <div
      className="fleet-expression"
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) {
          event.preventDefault();
          input.current?.focus();
        }
      }}
    >
      <Icon name="filter" tone="muted" />
      {parsed.terms.map((term, index) => (
        <span
          key={`${index} ${term.text}`}
          className={`fleet-chip${term.exclude ? ' fleet-chip--not' : ''}${wrong.has(term.text) ? ' fleet-chip--wrong' : ''}`}
        >
          {term.text}
          <button
            type="button"
            aria-label={`Remove ${term.text}`}
            onClick={() => {
              view.setFilter(removeTerm(parsed, index));
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
        className="fleet-expression__input"
        aria-label="Filter"
        aria-describedby={helpId}
        aria-keyshortcuts="/"
        aria-invalid={filter.problems.length > 0}
        placeholder={parsed.terms.length > 0 ? 'Add a term' : 'Filter: a word, or tag: image: update: state: seen:'}
        spellCheck={false}
        autoComplete="off"
        value={draft}
        onChange={(event) => view.setDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <span id={helpId} className="b-subtle b-small b-num">
        {shown.toLocaleString('en')} of {total.toLocaleString('en')}
      </span>
    </div>
  );
}
