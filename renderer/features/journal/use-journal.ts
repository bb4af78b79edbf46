import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { JournalFilter } from '../../../shared/model/journal-filter.ts';
import { useSession } from '../../state/session-context.ts';
import { createJournalModel, type JournalModel, type JournalStart, type JournalView } from './journal-model.ts';

/** What a list shows. The same question is the same object. */
export interface JournalQuestion {
  readonly hostIds: readonly string[];
  readonly filter: JournalFilter;
  readonly start: JournalStart;
}

/** The journal that answers a question, for as long as it is shown. */
export function useJournal(question: JournalQuestion): { readonly model: JournalModel; readonly view: JournalView } {
  const { connection } = useSession();
  const model = useMemo(() => createJournalModel({ connection, ...question }), [connection, question]);
  useEffect(() => model.start(), [model]);
  const view = useSyncExternalStore(model.onChange, model.view);
  return { model, view };
}
