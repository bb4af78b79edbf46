import './runs.css';
import { useMemo, useState, type ReactNode } from 'react';
import { formatDate, plural } from '../../../shared/logic/format.ts';
import { hasRunFailed, runCounts, runGroups, type RunCounts } from '../../../shared/logic/run-groups.ts';
import { runFormats, runReport, runReportName, type RunFormat } from '../../../shared/logic/run-report.ts';
import { runStateWords } from '../../../shared/logic/run-words.ts';
import type { Run, RunHost } from '../../../shared/model/run.ts';
import { Button } from '../../components/button.tsx';
import { CursorList } from '../../components/cursor-list.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon, StateWord } from '../../components/icon.tsx';
import { MenuButton } from '../../components/menu.tsx';
import { Crumbs, TopBar } from '../../components/top-bar.tsx';
import { CommandBlock } from '../../parts/command-block.tsx';
import { saveText } from '../../parts/save-text.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { routeHref } from '../../state/route.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import { runLook } from './run-look.ts';
import { RunOutputPane } from './run-output.tsx';
import { allOutputs, useRun } from './use-run.ts';

/** Heights of lines, CSS pixels. */
const GROUP_LINE = 52;
const HOST_LINE = 28;

const formatWords: Readonly<Record<RunFormat, string>> = {
  text: 'As text, by groups',
  json: 'As JSON',
  csv: 'As CSV, for spreadsheets',
};

/** One command on many hosts: how it goes, what came of it grouped by what it is, and what differs between groups. */
export function RunPage({ runId }: { readonly runId: string }): ReactNode {
  const view = useRun(runId);
  return (
    <>
      <TopBar actions={view.kind === 'known' && <RunActions run={view.run} />}>
        <Crumbs parent="Runs" href={routeHref({ page: 'runs' })}>
          {view.kind === 'known' ? view.run.command : 'Run'}
        </Crumbs>
      </TopBar>
      {view.kind === 'known' && <RunBody run={view.run} />}
      {view.kind === 'failed' && (
        <>
          <h1 className="b-hidden">No such run</h1>
          <EmptyState icon="terminal" title="This run is not known (any more)">
            <p>{failureText(view.failure)}</p>
          </EmptyState>
        </>
      )}
    </>
  );
}

function RunActions({ run }: { readonly run: Run }): ReactNode {
  const { client, dialogs, toasts } = useSession();
  const guarded = useGuarded() ?? undefined;
  const isOver = run.endedAt !== null;
  const failed = run.hosts.filter(hasRunFailed).map(({ hostId }) => hostId);
  const again = (hostIds: readonly string[]) =>
    dialogs.show({ kind: 'run', hostIds, command: run.command, asRoot: run.asRoot });
  const told = (work: Promise<unknown>) =>
    void work.catch((error: unknown) => toasts.add({ tone: 'danger', text: failureText(failureOf(error)) }));
  const save = async (format: RunFormat) =>
    saveText(runReportName(run, format), runReport(run, await allOutputs(client, run), format));
  return (
    <>
      {isOver ? (
        <>
          <Button
            icon="undo"
            disabledBecause={guarded ?? (failed.length === 0 ? 'It failed on none.' : undefined)}
            onClick={() => again(failed)}
          >
            Run again on the failed…
          </Button>
          <Button disabledBecause={guarded} onClick={() => again(run.hosts.map(({ hostId }) => hostId))}>
            Run again…
          </Button>
        </>
      ) : (
        <Button icon="stop-circle" onClick={() => told(client.run.stop({ id: run.id, hostId: null }))}>
          Stop
        </Button>
      )}
      <MenuButton
        label="Export"
        text="Export"
        items={runFormats.map((format) => ({ label: formatWords[format], run: () => told(save(format)) }))}
      />
    </>
  );
}

function RunBody({ run }: { readonly run: Run }): ReactNode {
  const counts = runCounts(run.hosts);
  const [by, setBy] = useState<'result' | 'host'>('result');
  return (
    <>
      <header className="run-head">
        <h1 className="b-hidden">Command on {plural(run.hosts.length, 'host')}</h1>
        <CommandBlock commands={[run.command]} what="the command" />
        <p className="run-head__facts">
          <Counts counts={counts} />
          <span className="b-subtle">
            {run.asRoot ? 'As root' : 'As the login user'}, {plural(run.atOnce, 'host')} at once,{' '}
            {String(run.timeoutSeconds)} s each. By {run.startedBy}, {formatDate(run.startedAt)}.
          </span>
        </p>
        <p className="run-head__note">
          <Icon name="info-circle" tone="muted" />
          <span>
            A run is no operation: it ends with its connection and with Berth, and what it printed is kept while Berth
            runs. That it was run is kept on record.
          </span>
        </p>
      </header>
      <div className="run-by" role="group" aria-label="List">
        {(['result', 'host'] as const).map((each) => (
          <button
            key={each}
            type="button"
            className="run-by__choice"
            aria-pressed={by === each}
            onClick={() => setBy(each)}
          >
            {each === 'result' ? 'By result' : `By host`}
          </button>
        ))}
      </div>
      <div className="run-body">
        {by === 'result' ? <ByResult key="result" run={run} /> : <ByHost key="host" run={run} />}
      </div>
    </>
  );
}

function Counts({ counts }: { readonly counts: RunCounts }): ReactNode {
  const { done, failed, running, waiting, skipped } = counts;
  return (
    <span className="run-counts" role="status">
      {done > 0 && (
        <StateWord icon="check-circle" tone="ok">
          {plural(done, 'host')} done
        </StateWord>
      )}
      {failed > 0 && (
        <StateWord icon="times-circle" tone="danger">
          {failed.toLocaleString('en')} failed
        </StateWord>
      )}
      {running > 0 && (
        <StateWord icon="in-progress" tone="update">
          {running.toLocaleString('en')} running
        </StateWord>
      )}
      {waiting > 0 && (
        <StateWord icon="ring" tone="muted">
          {waiting.toLocaleString('en')} waiting
        </StateWord>
      )}
      {skipped > 0 && (
        <StateWord icon="ban" tone="muted">
          {skipped.toLocaleString('en')} not begun
        </StateWord>
      )}
    </span>
  );
}

/** Groups of the same result, the largest first; above them what goes on. */
function ByResult({ run }: { readonly run: Run }): ReactNode {
  const groups = useMemo(() => runGroups(run.hosts), [run.hosts]);
  const running = useMemo(() => run.hosts.filter(({ state }) => state === 'running'), [run.hosts]);
  const [chosen, setChosen] = useState<string | null>(null);
  const lines = [
    ...running.map((host) => ({ key: `running ${host.hostId}`, hosts: [host], group: null })),
    ...groups.map((group) => ({ key: group.key, hosts: group.hosts, group })),
  ];
  const at = Math.max(
    0,
    lines.findIndex(({ key }) => key === chosen),
  );
  const line = lines[at];
  return (
    <>
      <div className="run-list">
        {lines.length === 0 && <p className="run-list__empty b-subtle">Connecting…</p>}
        <CursorList
          label="Results"
          count={lines.length}
          line={GROUP_LINE}
          cursor={at}
          onCursor={(index) => setChosen(lines[index]?.key ?? null)}
        >
          {(index) => {
            const { hosts = [] } = lines[index] ?? {};
            const [first] = hosts;
            return first && <GroupLine hosts={hosts} first={first} isOdd={index > running.length} />;
          }}
        </CursorList>
      </div>
      {line && (
        <RunOutputPane
          key={line.key}
          runId={run.id}
          hosts={line.hosts}
          others={line.group ? groups.filter((group) => group !== line.group && group.hosts[0]?.hash) : []}
        />
      )}
    </>
  );
}

function GroupLine({
  hosts,
  first,
  isOdd,
}: {
  readonly hosts: readonly RunHost[];
  readonly first: RunHost;
  /** Not the largest group. */
  readonly isOdd: boolean;
}): ReactNode {
  return (
    <div className="run-group">
      <b className="run-group__count b-num">{hosts.length.toLocaleString('en')}</b>
      <span className="run-group__state">
        <StateWord {...runLook(first)}>{first.failure ? 'failed' : runStateWords(first)}</StateWord>
        {isOdd && <span className="b-subtle b-small">differs</span>}
      </span>
      <span className="run-group__names b-cut">{hosts.map(({ hostName }) => hostName).join(', ')}</span>
      {first.failure ? (
        <span className="run-group__line b-cut b-subtle">{runStateWords(first)}</span>
      ) : (
        <span className="run-group__line b-cut b-mono">{first.line}</span>
      )}
    </div>
  );
}

function ByHost({ run }: { readonly run: Run }): ReactNode {
  const { client } = useSession();
  const [cursor, setCursor] = useState(0);
  const host = run.hosts[Math.min(cursor, run.hosts.length - 1)];
  return (
    <>
      <div className="run-list">
        <CursorList label="Hosts" count={run.hosts.length} line={HOST_LINE} cursor={cursor} onCursor={setCursor}>
          {(index) => {
            const each = run.hosts[index];
            return (
              each && (
                <div className="run-host">
                  <Icon {...{ name: runLook(each).icon, tone: runLook(each).tone }} />
                  <span className="b-cut b-strong">{each.hostName}</span>
                  <span className="b-cut b-subtle">{runStateWords(each)}</span>
                  <span className="b-cut b-mono">{each.line}</span>
                </div>
              )
            );
          }}
        </CursorList>
        {host?.state === 'running' && (
          <div className="run-list__foot">
            <Button
              icon="stop-circle"
              onClick={() => void client.run.stop({ id: run.id, hostId: host.hostId }).catch(() => undefined)}
            >
              Stop on {host.hostName}
            </Button>
          </div>
        )}
      </div>
      {host && <RunOutputPane key={host.hostId} runId={run.id} hosts={[host]} others={groupsBut(run, host)} />}
    </>
  );
}

/** The groups that a host is not in. */
function groupsBut(run: Run, { hostId }: RunHost): ReturnType<typeof runGroups> {
  return runGroups(run.hosts).filter(({ hosts }) => hosts[0]?.hash && !hosts.some((each) => each.hostId === hostId));
}
