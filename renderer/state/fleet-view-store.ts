import { createStore, type StoreApi } from 'zustand/vanilla';
import { toggleTerm } from '../../shared/logic/fleet-filter.ts';
import type { Grouping, Sort } from '../../shared/logic/fleet-sort.ts';

/** How the fleet is looked at: kept while other pages are shown, so that coming back finds it as it was. */
export interface FleetViewSlice {
  readonly filter: string;
  /** The term that is being typed: it filters already, and becomes part of the filter with Enter. */
  readonly draft: string;
  readonly grouping: Grouping;
  readonly sort: Sort;
  /** Ids of hosts; may name hosts that the filter hides: actions take the shown ones only. */
  readonly selected: ReadonlySet<string>;
  /** Columns the user has put away or brought out, against the default of the width. */
  readonly columns: Readonly<Record<string, boolean>>;
}

export interface FleetViewStore extends StoreApi<FleetViewSlice> {
  setFilter(filter: string): void;
  setDraft(draft: string): void;
  /** Makes the draft a part of the filter. */
  commitDraft(): void;
  /** What a click on a figure, a segment, a group or a tag does: Shift adds, Alt excludes, again removes. */
  toggleTerm(term: string, keys: { readonly shiftKey: boolean; readonly altKey: boolean }): void;
  setGrouping(grouping: Grouping): void;
  /** By a column; the same again turns the direction. */
  sortBy(column: Sort['column']): void;
  select(selected: ReadonlySet<string>): void;
  showColumn(column: string, shown: boolean): void;
}

export function createFleetViewStore(): FleetViewStore {
  const store = createStore<FleetViewSlice>()(() => ({
    filter: '',
    draft: '',
    grouping: 'none',
    sort: { column: 'name', direction: 'ascending' },
    selected: new Set(),
    columns: {},
  }));
  return {
    ...store,
    setFilter: (filter) => store.setState({ filter }),
    setDraft: (draft) => store.setState({ draft }),
    commitDraft: () => store.setState((state) => ({ filter: wholeFilter(state), draft: '' })),
    toggleTerm: (term, { shiftKey, altKey }) =>
      store.setState(({ filter }) => ({
        filter: toggleTerm(filter, term, altKey ? 'exclude' : shiftKey ? 'add' : 'set'),
      })),
    setGrouping: (grouping) => store.setState({ grouping }),
    sortBy: (column) =>
      store.setState(({ sort }) => ({
        sort: {
          column,
          direction: sort.column === column && sort.direction === 'ascending' ? 'descending' : 'ascending',
        },
      })),
    select: (selected) => store.setState({ selected }),
    showColumn: (column, shown) => store.setState(({ columns }) => ({ columns: { ...columns, [column]: shown } })),
  };
}

/** The filter together with what is being typed. */
export function wholeFilter({ filter, draft }: Pick<FleetViewSlice, 'filter' | 'draft'>): string {
  return `${filter} ${draft}`.trim();
}
