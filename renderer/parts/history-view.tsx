import { useMemo, useState, type ReactNode } from 'react';
import { removeTerm } from '../../shared/logic/fleet-filter.ts';
import { parseHistoryFilter } from '../../shared/logic/history-filter.ts';
import { historyLimits, type HistoryFormat } from '../../shared/model/history.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { FilterField, FilterProblemLine } from '../components/filter-field.tsx';
import { MenuButton } from '../components/menu.tsx';
import { usePaced } from '../components/use-paced.ts';
import { failureOf, failureText } from '../state/failure-of.ts';
import { useSession } from '../state/session-context.ts';
import { HistoryList } from './history-list.tsx';
import { saveText } from './save-text.ts';
import { useHistory } from './use-history.ts';

/** It is asked at most so often, in ms: letters that come meanwhile are asked about together. */
const PACE_MS = 60;

const formats: Readonly<Record<HistoryFormat, string>> = { json: 'As JSON', csv: 'As CSV, for spreadsheets' };

/**
 * What was done to one host, or to all of them: filter, list, the chosen line in full, export. `actions` stand behind the filter, `notice`
 * below it.
 */
export function HistoryView({
  hostId,
  actions,
  notice,
}: {
  readonly hostId: string | null;
  readonly actions?: ReactNode;
  readonly notice?: ReactNode;
}): ReactNode {
  const { client, toasts } = useSession();
  const [committed, setCommitted] = useState('');
  const [draft, setDraft] = useState('');
  const typed = `${committed} ${draft}`.trim().slice(0, historyLimits.filter);
  const filter = usePaced(typed, PACE_MS);
  const parsed = useMemo(() => parseHistoryFilter(committed), [committed]);
  const problems = useMemo(() => parseHistoryFilter(typed).problems, [typed]);
  const history = useHistory(filter, hostId);
  const { total, all, failure } = history;

  async function save(format: HistoryFormat): Promise<void> {
    try {
      const { fileName, text } = await client.history.export({ filter: typed, hostId, format });
      saveText(fileName, text);
    } catch (error) {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    }
  }

  return (
    <>
      <div className="hist-filter">
        <FilterField
          terms={parsed.terms.map(({ text, exclude }) => ({
            text,
            exclude,
            wrong: parsed.problems.some(({ term }) => term === text),
          }))}
          draft={draft}
          invalid={problems.length > 0}
          placeholder={`Filter: a word, or ${hostId === null ? 'host: ' : ''}verb: outcome: by: age: after: before:`}
          summary={total === null ? '' : `${total.toLocaleString('en')} of ${all.toLocaleString('en')}`}
          onDraft={setDraft}
          onCommit={() => {
            setCommitted(typed);
            setDraft('');
          }}
          onRemove={(index, edit) => {
            if (edit) setDraft(`${parsed.terms[index]?.text ?? ''}${draft}`);
            setCommitted(removeTerm(parsed, index));
          }}
          onLeave={() => document.querySelector<HTMLElement>('.hist-grid')?.focus()}
        />
        <MenuButton
          label="Export"
          text="Export"
          items={Object.entries(formats).map(([format, label]) => ({
            label,
            disabledBecause: total === 0 ? 'There is nothing to export.' : undefined,
            run: () => void save(format as HistoryFormat),
          }))}
        />
        {actions}
      </div>
      <FilterProblemLine message={problems[0]?.message} />
      {notice}
      {total !== null && total > 0 ? (
        <HistoryList history={history} withHost={hostId === null} />
      ) : (
        (total === 0 || failure) && (
          <EmptyState
            icon={all > 0 && !failure ? 'filter' : 'history'}
            title={
              failure ? 'The history cannot be read' : all > 0 ? 'Nothing was done that fits' : 'Nothing was done yet'
            }
          >
            <p>
              {failure
                ? failureText(failure)
                : all > 0
                  ? 'Hosts are found by the name they had when it was done, whether they are still in the fleet or not.'
                  : 'Operations are kept here: who, what, when, how it ended, and the whole log. Replaced host keys as well.'}
            </p>
          </EmptyState>
        )
      )}
    </>
  );
}
