import './journal.css';
import { useMemo, useState, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { wholeJournal } from '../../../shared/logic/journal-filter.ts';
import { entryText } from '../../../shared/logic/journal-lines.ts';
import { withFieldValue, withJournalTerm } from '../../../shared/logic/journal-terms.ts';
import { journalClock, type JournalZone } from '../../../shared/logic/journal-time.ts';
import { shortHostNames } from '../../../shared/logic/short-host-names.ts';
import type { JournalBoot, JournalEntry } from '../../../shared/model/journal.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon } from '../../components/icon.tsx';
import { MenuButton, type MenuItem } from '../../components/menu.tsx';
import { failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { EntryDetails } from './entry-details.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { FilterBar } from './filter-bar.tsx';
import { JournalList } from './journal-list.tsx';
import type { JournalModel, JournalView as View } from './journal-model.ts';
import { JournalNotices } from './journal-notices.tsx';
import type { JournalRow } from './journal-rows.ts';
import { useJournal, type JournalQuestion } from './use-journal.ts';
import { useTerms } from './use-terms.ts';
import { ValuesDialog } from './values-dialog.tsx';

/** A host whose journal is shown. */
export interface JournalHost {
  readonly id: string;
  readonly name: string;
}

/** An entry whose surroundings are shown, with the filter off. */
interface Context {
  readonly host: JournalHost;
  readonly cursor: string;
}

/**
 * The journal of one host, any length of it in pages, or the merged live journals of several. Everything goes by keys from the list: arrows, Enter
 * the details, c what stands around, f follow or hold, y copy, / the filter.
 */
export function JournalPane({
  hosts,
  filter: initial,
  boots,
  actions,
}: {
  readonly hosts: readonly JournalHost[];
  /** A filter as text to begin with. */
  readonly filter: string;
  /** Of one host. */
  readonly boots: readonly JournalBoot[] | null;
  /** Buttons behind the filter. */
  readonly actions?: ReactNode;
}): ReactNode {
  const { announcer, toasts } = useSession();
  const terms = useTerms(initial);
  const [context, setContext] = useState<Context | null>(null);
  const [back, setBack] = useState<string | null>(null);
  const [zone, setZone] = useState<JournalZone>('local');
  const [cursor, setCursor] = useState<number | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [dialog, setDialog] = useState<'export' | 'unit' | 'id' | null>(null);

  const question = useQuestion(hosts, terms.read, context, back);
  const { model, view } = useJournal(question);
  const shownHosts = useMemo(() => (context ? [context.host] : hosts), [context, hosts]);
  const listHosts = useMemo(() => {
    const short = shortHostNames(shownHosts.map(({ name }) => name));
    return shownHosts.map(({ id, name }, index) => ({ id, short: short[index] ?? name }));
  }, [shownHosts]);
  const hostZone = view.access?.timeZone ?? null;
  const clock = useMemo(
    () => journalClock(zone === 'utc' ? 'UTC' : zone === 'host' ? (hostZone ?? 'UTC') : undefined),
    [zone, hostZone],
  );
  const row = cursor === null ? undefined : view.rows[cursor - view.first];
  const chosen = row?.kind === 'entry' ? { entry: row.e, host: shownHosts[row.h] } : null;

  const openContext = (entry: JournalEntry, host: JournalHost) => {
    setBack(context ? back : entry.cursor);
    setContext({ host, cursor: entry.cursor });
    setCursor(null);
  };
  const leaveContext = () => {
    setContext(null);
    setCursor(null);
    setOpen(false);
  };
  const copy = (entry: JournalEntry, host: JournalHost) =>
    void navigator.clipboard.writeText(entryText(entry, host.name)).then(
      () => announcer.say('Copied'),
      () => toasts.add({ tone: 'danger', text: 'The clipboard cannot be written.' }),
    );
  const replaceTerms = (text: string) => {
    setContext(null);
    setBack(null);
    setCursor(null);
    terms.replace(text);
  };

  const onKey = (key: string, at: JournalRow | null): boolean => {
    const host = at?.kind === 'entry' ? shownHosts[at.h] : undefined;
    if (key === 'f' || key === ' ') toggleFollow(model, view);
    else if (key === 'Escape') {
      if (isOpen) setOpen(false);
      else if (context) leaveContext();
      else return false;
    } else if (at?.kind !== 'entry' || !host) return false;
    else if (key === 'Enter') setOpen(!isOpen);
    else if (key === 'c') openContext(at.e, host);
    else if (key === 'y') copy(at.e, host);
    else return false;
    return true;
  };

  const centre = question.start.kind === 'around' ? question.start.cursor : null;
  return (
    <div className="logs">
      <FilterBar
        terms={terms}
        summary={summaryOf(view)}
        boots={boots}
        zones={hostZone === null ? ['local', 'utc'] : ['local', 'host', 'utc']}
        zone={zone}
        onZone={setZone}
      >
        <FollowButton model={model} view={view} />
        {actions}
        <MenuButton label="More of the journal" items={moreItems(hosts.length === 1, setDialog)} />
      </FilterBar>
      <JournalNotices view={view} hosts={listHosts} />
      {context && (
        <p className="logs-context" role="status">
          <Icon name="info-circle" tone="accent" />
          <span>What stands around an entry of {context.host.name}: the filter is off.</span>
          <Button onClick={leaveContext}>Back to the filter (Esc)</Button>
        </p>
      )}
      <div className={isOpen && chosen ? 'logs-split is-open' : 'logs-split'}>
        <JournalList
          model={model}
          view={view}
          hosts={listHosts}
          clock={clock}
          cursor={cursor}
          centre={centre}
          onCursor={setCursor}
          onKey={onKey}
        />
        {view.rows.length === 0 && (
          <div className="logs-nothing">
            <Nothing view={view} model={model} isFiltered={terms.read.terms.length > 0} isMerged={hosts.length > 1} />
          </div>
        )}
        {isOpen && chosen?.host && (
          <EntryDetails
            hostId={chosen.host.id}
            hostName={chosen.host.name}
            entry={chosen.entry}
            clock={clock}
            isContext={context !== null}
            onFilter={(field, value) => replaceTerms(withFieldValue(terms.committed, field, value))}
            onContext={() => chosen.host && openContext(chosen.entry, chosen.host)}
            onClose={() => setOpen(false)}
          />
        )}
      </div>
      <LiveBar model={model} view={view} isMerged={shownHosts.length > 1} />
      {(dialog === 'unit' || dialog === 'id') && hosts[0] && (
        <ValuesDialog
          hostId={hosts[0].id}
          of={dialog}
          chosen={dialog === 'unit' ? terms.read.filter.units : terms.read.filter.identifiers}
          onClose={() => setDialog(null)}
          onChoose={(values) => {
            setDialog(null);
            replaceTerms(withJournalTerm(terms.committed, dialog, values));
          }}
        />
      )}
      {dialog === 'export' && <ExportDialog hosts={hosts} filter={terms.read.filter} onClose={() => setDialog(null)} />}
    </div>
  );
}

/** What is asked: the same object until something of it changes. A filter with a problem asks nothing new. */
function useQuestion(
  hosts: readonly JournalHost[],
  read: ReturnType<typeof useTerms>['read'],
  context: Context | null,
  back: string | null,
): JournalQuestion {
  const [sound, setSound] = useState(read);
  if (sound !== read && read.problems.length === 0) setSound(read);
  const hostKey = hosts.map(({ id }) => id).join('\n');
  const { filter } = sound;
  return useMemo(
    (): JournalQuestion =>
      context
        ? { hostIds: [context.host.id], filter: wholeJournal, start: { kind: 'around', cursor: context.cursor } }
        : {
            hostIds: hostKey.split('\n'),
            filter,
            start: back === null ? { kind: 'newest' } : { kind: 'around', cursor: back },
          },
    [hostKey, filter, context, back],
  );
}

function summaryOf({ rows, olderLeft, newerLeft, busy }: View): string {
  if (rows.length === 0) return busy ? 'reading…' : '';
  const count = rows.length.toLocaleString('en');
  return olderLeft || newerLeft ? `${count} loaded, more left` : count;
}

/** Of one host there are its units and identifiers to choose from. */
function moreItems(isOneHost: boolean, show: (dialog: 'export' | 'unit' | 'id') => void): readonly MenuItem[] {
  const choices: readonly MenuItem[] = [
    { label: 'Choose units…', icon: 'filter', run: () => show('unit') },
    { label: 'Choose identifiers…', icon: 'filter', run: () => show('id') },
  ];
  return [
    ...(isOneHost ? choices : []),
    { label: 'Export…', icon: 'download', separated: isOneHost, run: () => show('export') },
  ];
}

function toggleFollow(model: JournalModel, { live }: View): void {
  if (live === 'off') model.follow(true);
  else model.pause(live === 'on');
}

function FollowButton({ model, view }: { readonly model: JournalModel; readonly view: View }): ReactNode {
  const { live } = view;
  return (
    <>
      <Button icon={live === 'on' ? 'hourglass-half' : 'long-arrow-alt-down'} onClick={() => toggleFollow(model, view)}>
        {live === 'off' ? 'Follow' : live === 'on' ? 'Hold' : 'Go on'}
      </Button>
      {live !== 'off' && <Button onClick={() => model.follow(false)}>Stop</Button>}
    </>
  );
}

/** How a follow stands: live, or held still with what waits. */
function LiveBar({
  model,
  view,
  isMerged,
}: {
  readonly model: JournalModel;
  readonly view: View;
  readonly isMerged: boolean;
}): ReactNode {
  const { live, waiting, ended, failure, rows } = view;
  if (live === 'off' && ended === null && (failure === null || rows.length === 0)) return null;
  return (
    <p className="logs-live" role="status">
      {live === 'on' && (
        <>
          <Icon name="in-progress" tone="ok" /> Live
          {isMerged && (
            <span className="b-subtle">
              It began with the newest entries of each host; what is older is in the Logs of the host.
            </span>
          )}
        </>
      )}
      {live === 'paused' && (
        <>
          <Icon name="hourglass-half" tone="warn" />
          Held still: {plural(waiting.rows.length, 'new entry', 'new entries')}
          {waiting.dropped > 0 && `, ${waiting.dropped.toLocaleString('en')} older of them left out`}
          <Button onClick={() => model.pause(false)}>Go on (f)</Button>
        </>
      )}
      {ended !== null && (
        <>
          <Icon name="exclamation-triangle" tone="warn" />
          The follow has ended. {ended}
          <Button onClick={() => model.follow(true)}>Follow again</Button>
        </>
      )}
      {failure && rows.length > 0 && (
        <>
          <Icon name="exclamation-circle" tone="danger" />
          {failureText(failure)}
          <Button onClick={() => model.retry()}>Try again</Button>
        </>
      )}
    </p>
  );
}

function Nothing({
  view,
  model,
  isFiltered,
  isMerged,
}: {
  readonly view: View;
  readonly model: JournalModel;
  readonly isFiltered: boolean;
  readonly isMerged: boolean;
}): ReactNode {
  const { failure, busy, live, access, round } = view;
  if (failure) {
    return (
      <EmptyState icon="exclamation-triangle" tone="warn" title="The journal cannot be read">
        <p>{failureText(failure)}</p>
        <Button onClick={() => model.retry()}>Try again</Button>
      </EmptyState>
    );
  }
  if (access?.readable === 'none') {
    return (
      <EmptyState icon="lock" title="Nothing of this journal may be read">
        <p>{access.why.map(failureText).join(' ')}</p>
      </EmptyState>
    );
  }
  if (isMerged && live !== 'off') return <EmptyState icon="in-progress" title="Waiting for entries" />;
  if (busy || round === 0) return null;
  return (
    <EmptyState icon={isFiltered ? 'filter' : 'history'} title={isFiltered ? 'No entry fits' : 'The journal is empty'}>
      {isFiltered && <p>All parts of the filter have to hold. Press / to change it.</p>}
    </EmptyState>
  );
}
