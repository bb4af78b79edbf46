import { useId, type ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { bulkCounts, hasFailed, hostsToRetry, type BulkCounts } from '../../../shared/logic/bulk.ts';
import { formatDuration, plural } from '../../../shared/logic/format.ts';
import { outcomeText } from '../../../shared/logic/outcome.ts';
import { verbWords } from '../../../shared/logic/verb-words.ts';
import type { Bulk, BulkHost } from '../../../shared/model/bulk.ts';
import { Button } from '../../components/button.tsx';
import { Icon, StateWord, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { routeHref } from '../../state/route.ts';
import { useSession } from '../../state/session-context.ts';
import { useGuarded } from '../../state/use-guarded.ts';
import './bulk-card.css';

/** Failures that are listed at once; the others unfold. */
const FAILED_SHOWN = 5;

/** One verb on many hosts: how far it is, what failed, and what can be done about the rest. `now` epoch ms. */
export function BulkCard({ bulk, now }: { readonly bulk: Bulk; readonly now: number }): ReactNode {
  const id = useId();
  const { client, dialogs, toasts } = useSession();
  const guarded = useGuarded();
  const counts = bulkCounts(bulk);
  const failed = bulk.hosts.filter(hasFailed);
  const again = hostsToRetry(bulk);
  const isRunning = bulk.endedAt === null;
  const stop = () => {
    client.bulk.stop({ id: bulk.id }).catch((error: unknown) => {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    });
  };
  return (
    <article className="bulk" aria-labelledby={id}>
      <header className="bulk__h">
        <h3 id={id}>
          {verbWords(bulk.request.verb).name}, {plural(counts.all, 'host')}
        </h3>
        <State bulk={bulk} counts={counts} />
        <span className="b-subtle b-dense">
          {bulk.atOnce} at once, {formatDuration((bulk.endedAt ?? now) - bulk.startedAt)}
        </span>
        <span className="b-grow" />
        {isRunning && counts.waiting > 0 && (
          <Button
            disabledBecause={bulk.stopped === null ? undefined : 'No further host is begun already.'}
            onClick={stop}
          >
            Begin no more
          </Button>
        )}
        {!isRunning && again.length > 0 && (
          <Button
            disabledBecause={guarded ?? undefined}
            onClick={() => dialogs.show({ kind: 'plan', request: bulk.request, hostIds: again })}
          >
            Try {plural(again.length, 'host')} again…
          </Button>
        )}
      </header>
      <Lanes counts={counts} />
      {failed.length > 0 && (
        <details className="bulk__failed" open={failed.length <= FAILED_SHOWN}>
          <summary>
            {plural(failed.length, 'host')} failed <Icon name="caret-down" />
          </summary>
          <ul>
            {failed.map((host) => (
              <FailedHost key={host.hostId} host={host} />
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}

function State({ bulk, counts }: { readonly bulk: Bulk; readonly counts: BulkCounts }): ReactNode {
  const [icon, tone, text] = stateOf(bulk, counts);
  return (
    <StateWord icon={icon} tone={tone}>
      {text}
    </StateWord>
  );
}

function stateOf({ endedAt, stopped }: Bulk, { failed, skipped, all }: BulkCounts): readonly [IconName, Tone, string] {
  const why = {
    'by-failure': 'after a failure',
    'by-person': 'as asked',
    'by-end-of-berth': 'because Berth ended',
  };
  if (endedAt === null) {
    return stopped === null
      ? ['in-progress', 'accent', 'Running']
      : ['in-progress', 'warn', `Begins no more, ${why[stopped]}`];
  }
  if (skipped > 0 && stopped !== null) return ['stop-circle', 'warn', `Stopped ${why[stopped]}`];
  if (failed === 0) return ['check-circle', 'ok', 'Done'];
  return failed === all
    ? ['exclamation-circle', 'danger', 'Failed']
    : ['exclamation-triangle', 'warn', 'Done, not all'];
}

const PARTS = [
  ['done', 'done'],
  ['failed', 'failed'],
  ['running', 'running'],
  ['waiting', 'waiting'],
  ['skipped', 'not begun'],
] as const satisfies readonly (readonly [keyof BulkCounts, string])[];

/** One bar in the shares of the hosts, and the same in words: the colours say nothing that the words do not. */
function Lanes({ counts }: { readonly counts: BulkCounts }): ReactNode {
  const shown = PARTS.filter(([part]) => counts[part] > 0);
  return (
    <>
      <div className="bulk__bar" aria-hidden="true">
        {shown.map(([part]) => (
          <span key={part} className={`bulk__part bulk__part--${part}`} style={{ flexGrow: counts[part] }} />
        ))}
      </div>
      <p className="bulk__counts">
        {shown.map(([part, word]) => (
          <span key={part}>
            <span className={`bulk__dot bulk__part--${part}`} aria-hidden="true" />
            {counts[part].toLocaleString('en')} {word}
          </span>
        ))}
      </p>
    </>
  );
}

function FailedHost({ host }: { readonly host: BulkHost }): ReactNode {
  const { hostId, hostName, operationId, state, outcome, failure } = host;
  const why = outcome ? outcomeText(outcome) : failure ? describe(failure).text : '';
  const href = routeHref(state === 'refused' ? { page: 'host', hostId } : { page: 'operation', operationId });
  return (
    <li>
      <a className="b-link b-cut" href={href}>
        {hostName}
      </a>
      <span className="b-cut" title={why}>
        {why}
      </span>
    </li>
  );
}
