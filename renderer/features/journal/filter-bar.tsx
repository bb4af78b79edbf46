import type { ReactNode } from 'react';
import { formatDate } from '../../../shared/logic/format.ts';
import { removeTerm } from '../../../shared/logic/fleet-filter.ts';
import { PRIORITY_NAMES } from '../../../shared/logic/journal-lines.ts';
import { withJournalTerm } from '../../../shared/logic/journal-terms.ts';
import type { JournalZone } from '../../../shared/logic/journal-time.ts';
import type { JournalBoot } from '../../../shared/model/journal.ts';
import { FilterField, FilterProblemLine } from '../../components/filter-field.tsx';
import { MenuButton, type MenuItem } from '../../components/menu.tsx';
import type { TermsState } from './use-terms.ts';

const zoneWords: Readonly<Record<JournalZone, string>> = {
  local: 'Time of this computer',
  host: 'Time of the host',
  utc: 'UTC',
};

/** The filter of a journal as terms, and menus for those that one rather chooses: boot, priority, whose time. */
export function FilterBar({
  terms,
  summary,
  boots,
  zones,
  zone,
  onZone,
  children,
}: {
  readonly terms: TermsState;
  readonly summary: string;
  /** Null: of several hosts, or not known. */
  readonly boots: readonly JournalBoot[] | null;
  readonly zones: readonly JournalZone[];
  readonly zone: JournalZone;
  readonly onZone: (zone: JournalZone) => void;
  readonly children?: ReactNode;
}): ReactNode {
  const { read, set, draft, committed } = terms;
  const wrong = new Set(read.problems.map(({ term }) => term));
  return (
    <>
      <div className="logs-filter">
        <FilterField
          terms={set.terms.map(({ text, exclude }) => ({ text, exclude, wrong: wrong.has(text) }))}
          draft={draft}
          invalid={read.problems.length > 0}
          placeholder="Filter: words of the message, or unit: prio: id: boot: since: until: kernel:yes FIELD=value"
          summary={summary}
          onDraft={terms.setDraft}
          onCommit={terms.commit}
          onRemove={(index, edit) => {
            const left = removeTerm(set, index);
            terms.replace(left, edit ? `${set.terms[index]?.text ?? ''}${draft}` : draft);
          }}
          onLeave={() => document.querySelector<HTMLElement>('.logs-grid')?.focus()}
        />
        <MenuButton
          label={`Boot: ${bootWord(read.filter.boot, boots)}`}
          text={`Boot: ${bootWord(read.filter.boot, boots)}`}
          items={bootItems(boots, read.filter.boot, (value) =>
            terms.replace(withJournalTerm(committed, 'boot', value), draft),
          )}
        />
        <MenuButton
          label={`Priority: ${priorityWord(read.filter.priority)}`}
          text={`Priority: ${priorityWord(read.filter.priority)}`}
          items={[
            {
              label: 'all',
              checked: read.filter.priority === null,
              run: () => terms.replace(withJournalTerm(committed, 'prio', null), draft),
            },
            ...PRIORITY_NAMES.map((name, index) => ({
              label: index === 0 ? name : `${name} and worse`,
              checked: read.filter.priority === index,
              run: () => terms.replace(withJournalTerm(committed, 'prio', name), draft),
            })),
          ]}
        />
        <MenuButton
          label="Whose time"
          icon="history"
          items={zones.map((each) => ({
            label: zoneWords[each],
            checked: each === zone,
            run: () => onZone(each),
          }))}
        />
        {children}
      </div>
      <FilterProblemLine message={read.problems[0]?.message} />
    </>
  );
}

function priorityWord(priority: number | null): string {
  if (priority === null) return 'all';
  return PRIORITY_NAMES[priority] ?? String(priority);
}

type Choice = TermsState['read']['filter']['boot'];

function bootWord(boot: Choice, boots: readonly JournalBoot[] | null): string {
  if (typeof boot === 'string') return boot;
  if ('offset' in boot) return String(boot.offset);
  const index = boots?.find(({ id }) => id === boot.id)?.index;
  return index === undefined ? boot.id.slice(0, 8) : String(index);
}

/** All boots, with when they were and what ran. */
function bootItems(
  boots: readonly JournalBoot[] | null,
  chosen: Choice,
  choose: (value: string | null) => void,
): readonly MenuItem[] {
  const isChosen = (boot: JournalBoot) =>
    typeof chosen === 'string'
      ? chosen === 'current' && boot.running
      : 'id' in chosen
        ? chosen.id === boot.id
        : chosen.offset === boot.index;
  return [
    { label: 'all boots', checked: chosen === 'all', run: () => choose(null) },
    ...(boots === null
      ? [
          { label: 'the boot that runs', checked: chosen === 'current', run: () => choose('current') },
          {
            label: 'the boot before',
            checked: typeof chosen !== 'string' && 'offset' in chosen && chosen.offset === -1,
            run: () => choose('-1'),
          },
        ]
      : boots.slice(0, 60).map((boot) => ({
          label: (
            <>
              {boot.running ? 'runs' : String(boot.index)}
              {boot.deployment && <> · {boot.deployment.version ?? boot.deployment.digest?.slice(0, 15) ?? ''}</>}
              <span className="b-menu__why">
                {formatDate(boot.firstAt)} to {boot.running ? 'now' : formatDate(boot.lastAt)}
              </span>
            </>
          ),
          checked: isChosen(boot),
          run: () => choose(boot.running ? 'current' : boot.id),
        }))),
  ];
}
