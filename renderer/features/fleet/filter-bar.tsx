import { useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { parseFilter, removeTerm, type Filter } from '../../../shared/logic/fleet-filter.ts';
import { groupings, type Grouping } from '../../../shared/logic/fleet-sort.ts';
import { FilterField, FilterProblemLine } from '../../components/filter-field.tsx';
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
        <Field filter={filter} shown={shown} total={total} />
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
      <FilterProblemLine message={filter.problems[0]?.message} />
    </>
  );
}

function Field({
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
  const terms = useMemo(() => {
    const wrong = new Set(parsed.problems.map(({ term }) => term));
    return parsed.terms.map(({ text, exclude }) => ({ text, exclude, wrong: wrong.has(text) }));
  }, [parsed]);
  return (
    <FilterField
      terms={terms}
      draft={draft}
      invalid={filter.problems.length > 0}
      placeholder="Filter: a word, or tag: image: update: state: seen:"
      summary={`${shown.toLocaleString('en')} of ${total.toLocaleString('en')}`}
      onDraft={view.setDraft}
      onCommit={view.commitDraft}
      onRemove={(index, edit) => {
        if (edit) view.setDraft(`${parsed.terms[index]?.text ?? ''}${draft}`);
        view.setFilter(removeTerm(parsed, index));
      }}
      onLeave={() => document.querySelector<HTMLElement>('[role=grid]')?.focus()}
    />
  );
}
