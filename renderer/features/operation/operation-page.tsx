import { useState, type ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { journalJump } from '../../../shared/logic/journal-jump.ts';
import { nextBoot } from '../../../shared/logic/next-boot.ts';
import { foundUpdate, newestDeployment } from '../../../shared/logic/update.ts';
import { formatDuration, formatTime, versionLabel } from '../../../shared/logic/format.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon, StateWord } from '../../components/icon.tsx';
import { Crumbs, TopBar } from '../../components/top-bar.tsx';
import { LogPane } from '../../log-terminal/log-pane.tsx';
import { operationState } from '../../parts/operation-state.ts';
import { rebootNow } from '../../parts/verb-items.ts';
import { operationTitle } from '../../parts/operation-words.ts';
import { useSeconds } from '../../parts/use-seconds.ts';
import { navigate, routeHref } from '../../state/route.ts';
import { useFleet, useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import { EndedState } from './ended-state.tsx';
import './operation.css';
import { OutcomeBanner } from './outcome-banner.tsx';
import { PhaseList } from './phase-list.tsx';
import { PutBack } from './put-back.tsx';
import { SafeLine } from './safe-line.tsx';
import { SidePanel } from './side-panel.tsx';
import { StopDialog } from './stop-dialog.tsx';
import { useAnnouncements } from './use-announcements.ts';
import { useOperation, useProgress } from './use-operation.ts';

/** One operation: what it does while it runs, and what is true after it. */
export function OperationPage({ operationId }: { readonly operationId: string }): ReactNode {
  const view = useOperation(operationId);
  return (
    <>
      <TopBar>
        <Crumbs parent="Operations" href={routeHref({ page: 'operations' })}>
          {view.kind === 'known' ? operationTitle(view.operation.plan) : 'Operation'}
        </Crumbs>
      </TopBar>
      {view.kind === 'known' && <KnownOperation key={view.operation.id} operation={view.operation} />}
      {view.kind === 'failed' && (
        <>
          <h1 className="b-hidden">No such operation</h1>
          <EmptyState icon="question-circle" title="This operation cannot be shown">
            <p>
              {describe(view.failure).text} {describe(view.failure).remedy}
            </p>
          </EmptyState>
        </>
      )}
    </>
  );
}

function KnownOperation({ operation }: { readonly operation: Operation }): ReactNode {
  const progress = useProgress(operation);
  const isRunning = operation.phase !== 'ended';
  const now = useSeconds(isRunning);
  useAnnouncements(operation, progress);

  return (
    <div className="op">
      <div className="op__l">
        <Head operation={operation} state={operationState(operation, progress)} />
        {isRunning ? (
          <>
            <SafeLine operation={operation} />
            <PhaseList operation={operation} progress={progress} now={now} />
          </>
        ) : (
          <>
            <OutcomeBanner operation={operation} />
            <EndedState operation={operation} />
          </>
        )}
        <div className="op__log">
          <LogPane operationId={operation.id} />
        </div>
      </div>
      <SidePanel operation={operation} />
    </div>
  );
}

/** So much of the journal before and after an operation. */
const JOURNAL_MARGIN_MS = 10_000;

interface HeadProps {
  readonly operation: Operation;
  readonly state: ReturnType<typeof operationState>;
}

function Head({ operation, state }: HeadProps): ReactNode {
  const { actions, dialogs } = useSession();
  const guarded = useGuarded();
  const [asking, setAsking] = useState(false);
  const { plan, outcome } = operation;
  const isHere = useFleet(({ rows }) => rows.has(plan.hostId));
  const isRunning = operation.phase !== 'ended';
  const offersUpgrade =
    outcome?.kind === 'update-found' ||
    (plan.request.verb === 'upgrade' && outcome?.kind === 'failed' && !outcome.staged);

  return (
    <header className="op__head">
      <h1 title={operationTitle(plan)}>{operationTitle(plan)}</h1>
      <StateWord icon={state.icon} tone={state.tone}>
        {state.text}
      </StateWord>
      <span className="op__when b-dense b-subtle b-cut">
        {isRunning ? <Versions operation={operation} /> : timesText(operation)}
      </span>
      <div className="op__actions">
        {isRunning && (
          <Button disabledBecause={whyNotToStop(operation)} onClick={() => setAsking(true)}>
            Stop…
          </Button>
        )}
        {offersUpgrade && isHere && (
          <Button variant="primary" onClick={() => actions.upgrade([plan.hostId])}>
            {outcome.kind === 'failed' ? 'Upgrade again…' : 'Upgrade…'}
          </Button>
        )}
        {offersReboot(operation) && isHere && (
          <Button
            variant="primary"
            disabledBecause={guarded ?? undefined}
            onClick={() => dialogs.show({ kind: 'plan', request: rebootNow, hostIds: [plan.hostId] })}
          >
            Reboot…
          </Button>
        )}
        {isHere && <PutBack operation={operation} />}
        {outcome?.kind === 'wrong-boot' && isHere && (
          <Button variant="primary" onClick={() => navigate({ page: 'host', hostId: plan.hostId, tab: 'boots' })}>
            What happened at its boots
          </Button>
        )}
        <Button
          title="What the host said meanwhile"
          disabledBecause={isHere ? undefined : 'The host was removed from the fleet.'}
          onClick={() =>
            isHere && navigate({ page: 'host', hostId: plan.hostId, tab: 'logs', filter: meanwhile(operation) })
          }
        >
          Journal
        </Button>
        <Button
          disabledBecause={isHere ? undefined : 'The host was removed from the fleet.'}
          onClick={() => isHere && navigate({ page: 'host', hostId: plan.hostId })}
        >
          Open host
        </Button>
      </div>
      {asking && isRunning && <StopDialog operation={operation} onClose={() => setAsking(false)} />}
    </header>
  );
}

/** The journal of the host from a little before the operation to a little after: the clocks of two computers never agree. */
function meanwhile({ startedAt, endedAt }: Operation): string {
  return journalJump({
    since: startedAt - JOURNAL_MARGIN_MS,
    ...(endedAt !== null && { until: endedAt + JOURNAL_MARGIN_MS }),
  });
}

/** It settled what the next boot runs: then booting it comes next. */
function offersReboot({ outcome, after }: Operation): boolean {
  const isDone = outcome && ['staged', 'already-staged', 'done'].includes(outcome.kind);
  return isDone === true && after !== null && nextBoot(after.deployments).kind !== 'same';
}

/** From which version to which, where the goal is known beforehand. */
function Versions({ operation }: { readonly operation: Operation }): ReactNode {
  const { deployments } = operation.plan.before;
  const from = newestDeployment(deployments);
  const to = foundUpdate(deployments)?.version ?? null;
  if (!from) return null;
  const { verb } = operation.plan.request;
  if (verb !== 'check' && verb !== 'upgrade' && verb !== 'download') return null;
  if (to === null || verb === 'check') return `from ${versionLabel(from)}`;
  return (
    <>
      {versionLabel(from)} <Icon name="long-arrow-alt-right" label="to" /> {to}
    </>
  );
}

function timesText({ startedAt, endedAt }: Operation): string {
  if (endedAt === null) return `started ${formatTime(startedAt)}`;
  return `${formatTime(startedAt)} to ${formatTime(endedAt)}, ${formatDuration(endedAt - startedAt)}`;
}

function whyNotToStop({ cancelRequested, phase }: Operation): string | undefined {
  if (cancelRequested) return 'It was asked to stop already.';
  if (phase === 'rebooting') return 'The host is on its way down or up: that cannot be stopped.';
  return phase === 'verifying' ? 'The unit has ended. Berth only reads the state of the host now.' : undefined;
}
