import { useState, type ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { versionLabel } from '../../../shared/logic/format.ts';
import type { EtcEntry, EtcView } from '../../../shared/model/etc.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useOperations } from '../../state/session-context.ts';
import { Notices } from './comparison-notices.tsx';
import './etc.css';
import { EtcList } from './etc-list.tsx';
import { FileView } from './file-view.tsx';
import { ManyFiles } from './many-files.tsx';
import { useKept } from './use-kept.ts';
import { useComparison, type Wanted } from './use-comparison.ts';

/** A view that can be chosen, by the name of what the local /etc is compared with. */
export interface ViewChoice {
  readonly view: EtcView;
  readonly text: string;
  readonly about: string;
}

/** /etc of a host, three ways: what the image shipped, what was changed here, what the new image brings, and what will come of it. */
export function EtcTab({ detail }: { readonly detail: HostDetail }): ReactNode {
  const { host, facts, connection } = detail;
  const set = facts && valueOf(facts.deployments);
  const choices = viewChoices(detail);
  const [chosen, setChosen] = useState<EtcView | null>(null);
  const view = choices.find((choice) => choice.view === chosen)?.view ?? choices[0]?.view ?? 'drift';
  const after = useLastChange(host.id);
  const isThere = connection.kind === 'connected';
  const targets = { staged: set?.staged, rollback: set?.rollback, drift: null };
  const wanted: Wanted | null =
    isThere && set?.booted ? { booted: set.booted.id, target: targets[view]?.id ?? null, after } : null;
  const { comparison, failure, reading, compareAgain } = useComparison(host.id, view, wanted);

  if (!comparison) {
    if (failure) {
      const { text, remedy } = describe(failure);
      return (
        <EmptyState icon="question-circle" title="/etc is not known">
          <p>
            {text} {remedy}
          </p>
          <Button onClick={compareAgain}>Compare again</Button>
        </EmptyState>
      );
    }
    if (facts && !set?.booted) {
      return (
        <EmptyState icon="box" title="Nothing to compare with">
          <p>Three versions of /etc are there where a host boots an image. This one does not, as far as is known.</p>
        </EmptyState>
      );
    }
    return reading && isThere ? (
      <EmptyState icon="in-progress" title="Comparing /etc">
        <p>One round trip reads what the image shipped, what is here now, and what comes next. Nothing is written.</p>
      </EmptyState>
    ) : (
      <EmptyState icon="disconnected" title="Not connected">
        <p>/etc is read from the host, once Berth is connected.</p>
      </EmptyState>
    );
  }

  return (
    <Compared
      // Another view, other files: what was chosen there means nothing here.
      key={`${comparison.hostId} ${comparison.view}`}
      detail={detail}
      choices={choices}
      onView={setChosen}
      state={{ comparison, failure, reading, compareAgain }}
    />
  );
}

/** When an operation of Berth last changed /etc of a host, epoch ms; 0: none did, as far as is known. */
function useLastChange(hostId: string): number {
  return useOperations(({ operations }) => {
    const ends = [...operations.values()].map(({ plan, endedAt }) =>
      plan.hostId === hostId && plan.request.verb === 'etc' ? (endedAt ?? 0) : 0,
    );
    return Math.max(0, ...ends);
  });
}

type State = ReturnType<typeof useComparison>;

function Compared({
  detail,
  choices,
  onView,
  state,
}: {
  readonly detail: HostDetail;
  readonly choices: readonly ViewChoice[];
  readonly onView: (view: EtcView) => void;
  readonly state: State & { readonly comparison: NonNullable<State['comparison']> };
}): ReactNode {
  const { comparison } = state;
  const [path, setPath] = useState<string | null>(() => firstPath(comparison.entries));
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const keeping = useKept(comparison);
  const entry = comparison.entries.find((each) => each.path === path);
  const several = comparison.entries.filter((each) => marked.has(each.path));

  return (
    <div className="etc">
      <EtcList
        detail={detail}
        state={state}
        choices={choices}
        onView={onView}
        selected={path}
        onSelect={setPath}
        marked={marked}
        onMark={setMarked}
        kept={keeping.paths}
      />
      <section className="etcfile" aria-label={entry ? 'The chosen file' : 'Files'}>
        <Notices comparison={comparison} failure={state.failure} />
        {several.length > 1 ? (
          <ManyFiles
            detail={detail}
            comparison={comparison}
            entries={several}
            keeping={keeping}
            onClear={() => setMarked(new Set())}
          />
        ) : entry ? (
          <FileView
            // The comparison too: the file may be another one by now.
            key={`${entry.path} ${String(comparison.readAt)}`}
            detail={detail}
            comparison={comparison}
            entry={entry}
            keeping={keeping}
            onCompareAgain={state.compareAgain}
          />
        ) : (
          <NothingChosen count={comparison.entries.length} view={comparison.view} />
        )}
      </section>
    </div>
  );
}

function NothingChosen({ count, view }: { readonly count: number; readonly view: EtcView }): ReactNode {
  if (count === 0 && view === 'rollback') {
    return (
      <EmptyState icon="check-circle" tone="ok" title="The same as here">
        <p>The /etc of the rollback has every file as it is on this host: nothing is left behind.</p>
      </EmptyState>
    );
  }
  return count === 0 ? (
    <EmptyState icon="check-circle" tone="ok" title="As the image shipped it">
      <p>Nothing in /etc was changed on this host, and no change of the next image is in question.</p>
    </EmptyState>
  ) : (
    <EmptyState icon="columns" title="Choose a file">
      <p>Its versions are shown beside each other, with what will come of them.</p>
    </EmptyState>
  );
}

const LOOKED_AT_FIRST: readonly EtcEntry['outcome'][] = [
  'blocker',
  'masked',
  'lost',
  'kept',
  'left-behind',
  'comes-back',
  'differs',
];

/** What is worst is looked at first. */
function firstPath(entries: readonly EtcEntry[]): string | null {
  const shown = entries.filter(({ noise }) => noise === null);
  for (const outcome of LOOKED_AT_FIRST) {
    const first = shown.find((entry) => entry.outcome === outcome);
    if (first) return first.path;
  }
  return null;
}

/** What the host’s /etc can be compared with now; the first is the one to begin with. */
function viewChoices({ facts }: HostDetail): readonly ViewChoice[] {
  const set = facts && valueOf(facts.deployments);
  return [
    ...(set?.staged
      ? [{ view: 'staged', text: versionLabel(set.staged), about: 'staged, the next boot' } as const]
      : []),
    { view: 'drift', text: 'Drift only', about: 'changed here' },
    ...(set?.rollback
      ? [{ view: 'rollback', text: versionLabel(set.rollback), about: 'the rollback’s own /etc' } as const]
      : []),
  ];
}
