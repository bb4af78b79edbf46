import './runs.css';
import { useEffect, useState, type ReactNode } from 'react';
import { formatAgo, formatDate, plural } from '../../../shared/logic/format.ts';
import { runCounts } from '../../../shared/logic/run-groups.ts';
import type { Run, RunRecord } from '../../../shared/model/run.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon, StateWord } from '../../components/icon.tsx';
import { TopBar } from '../../components/top-bar.tsx';
import { useNow } from '../../state/clock.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { routeHref } from '../../state/route.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';

/** Between two looks while a run goes on, in ms. */
const LOOK_MS = 1500;

/** The commands that were run: those of this Berth with what came of them, and what is on record of earlier ones. */
export function RunsPage(): ReactNode {
  const { client, dialogs } = useSession();
  const guarded = useGuarded() ?? undefined;
  const [found, setFound] = useState<{ readonly runs: readonly Run[]; readonly earlier: readonly RunRecord[] } | null>(
    null,
  );
  const [problem, setProblem] = useState<string | null>(null);
  const isGoing = found?.runs.some(({ endedAt }) => endedAt === null) ?? true;
  useEffect(() => {
    const look = () =>
      void client.run.list().then(setFound, (error: unknown) => setProblem(failureText(failureOf(error))));
    look();
    if (!isGoing) return undefined;
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [client, isGoing]);

  return (
    <>
      <TopBar
        actions={
          <>
            <Button onClick={() => dialogs.show({ kind: 'snippets' })}>Snippets…</Button>
            <Button
              variant="primary"
              icon="terminal"
              disabledBecause={guarded}
              onClick={() => dialogs.show({ kind: 'run', hostIds: [], command: '', asRoot: false })}
            >
              Run command…
            </Button>
          </>
        }
      >
        <h1>Runs</h1>
        <span className="b-subtle b-dense b-wide b-cut">Commands on many hosts at once</span>
      </TopBar>
      <p className="run-head__note run-head__note--page">
        <Icon name="info-circle" tone="muted" />
        <span>
          A run is no operation: it ends with its connection and with Berth. What it printed is kept while Berth runs;
          command, person, hosts and exit codes are kept on record.
        </span>
      </p>
      {problem !== null && (
        <EmptyState icon="exclamation-triangle" tone="warn" title="The runs cannot be listed">
          <p>{problem}</p>
        </EmptyState>
      )}
      {found && found.runs.length + found.earlier.length === 0 && (
        <EmptyState icon="terminal" title="No command was run yet">
          <p>Select hosts in the fleet and choose “Run command…”, or begin here.</p>
        </EmptyState>
      )}
      {found && (
        <div className="runs-scroll" tabIndex={0} role="group" aria-label="All runs">
          <RunTable title="With output" runs={found.runs} isKept />
          <RunTable title="Earlier, on record" runs={found.earlier} isKept={false} />
        </div>
      )}
    </>
  );
}

function RunTable({
  title,
  runs,
  isKept,
}: {
  readonly title: string;
  readonly runs: readonly (Run | RunRecord)[];
  readonly isKept: boolean;
}): ReactNode {
  const now = useNow();
  if (runs.length === 0) return null;
  return (
    <table className="runs-table" aria-label={title}>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">Command</th>
          <th scope="col">Hosts</th>
          <th scope="col">Result</th>
          <th scope="col">Begun</th>
          <th scope="col">By</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id}>
            <th scope="row" className="b-mono b-cut" title={run.command}>
              {isKept ? (
                <a className="b-link" href={routeHref({ page: 'run', runId: run.id })}>
                  {run.command}
                </a>
              ) : (
                run.command
              )}
            </th>
            <td className="b-cut">
              {run.hosts.length === 1 ? run.hosts[0]?.hostName : plural(run.hosts.length, 'host')}
              {run.asRoot && <span className="b-subtle"> as root</span>}
            </td>
            <td>
              <Result run={run} />
            </td>
            <td className="b-num b-cut" title={formatDate(run.startedAt)}>
              {formatAgo(run.startedAt, now)}
            </td>
            <td className="b-cut">{run.startedBy}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Result({ run }: { readonly run: Run | RunRecord }): ReactNode {
  const { failed, running, waiting } = runCounts(run.hosts);
  if (running + waiting > 0) {
    const isLost = run.endedAt === null && !('isStopped' in run);
    return (
      <StateWord icon={isLost ? 'question-circle' : 'in-progress'} tone={isLost ? 'muted' : 'update'}>
        {isLost ? 'its end was not seen' : `${(running + waiting).toLocaleString('en')} to go`}
      </StateWord>
    );
  }
  return failed === 0 ? (
    <StateWord icon="check-circle" tone="ok">
      done
    </StateWord>
  ) : (
    <StateWord icon="times-circle" tone="danger">
      failed on {failed === run.hosts.length ? (failed === 1 ? 'it' : 'all') : failed.toLocaleString('en')}
    </StateWord>
  );
}
