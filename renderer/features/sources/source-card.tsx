import { useId, useState, type ReactNode } from 'react';
import { formatAgo, plural } from '../../../shared/logic/format.ts';
import type { SourceState } from '../../../shared/model/source.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Tag } from '../../components/small.tsx';
import { changesText } from '../../parts/source-text.ts';
import { useNow } from '../../state/clock.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { ChangedEntries } from './changed-entries.tsx';
import { SourceProblems } from './source-details.tsx';

/** One source: how many hosts are from it, when it was read, what has changed since, and what can be done about it. */
export function SourceCard({ source }: { readonly source: SourceState }): ReactNode {
  const { client, actions, toasts } = useSession();
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const heading = useId();
  const { id, changes, hosts, readAt, place } = source;
  const isCommand = place.kind === 'command';
  const toTake = changes.added.length + changes.changed.length;

  async function run(work: () => Promise<unknown>): Promise<void> {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
    }
    setBusy(false);
  }

  return (
    <section className="source" aria-labelledby={heading}>
      <h3 id={heading}>{source.label}</h3>
      <div className="source__line">
        <span>
          {plural(hosts, 'host')} in the fleet
          {readAt === null ? ', not read yet' : `, read ${formatAgo(readAt, now)}`}
        </span>
        {source.group !== null && <Tag title="Group of new hosts">{source.group}</Tag>}
        <span className="b-grow" />
        <Button variant="link" busy={busy} onClick={() => void run(() => client.source.refresh({ id }))}>
          {isCommand ? 'Run it again' : 'Read it again'}
        </Button>
        <Button variant="link" onClick={() => void run(() => client.source.forget({ id }))}>
          Follow no longer
        </Button>
      </div>
      {source.failure && (
        <p className="b-field__error" role="alert">
          <Icon name="exclamation-circle" tone="danger" />
          <span>{failureText(source.failure)}</span>
        </p>
      )}
      <p role="status">{changesText(source) ?? 'Nothing has changed there.'}</p>
      <ChangedEntries changes={changes} />
      <div className="source__line">
        {toTake > 0 && (
          <Button onClick={() => void run(() => client.source.apply({ id, names: 'all' }))} busy={busy}>
            Take over {takenText(changes)}
          </Button>
        )}
        {changes.added.length > 0 && (
          <Button
            variant="link"
            title="They stay out of the fleet, and are not told again."
            onClick={() => void run(() => client.source.apply({ id, names: [] }))}
          >
            Leave the new ones out
          </Button>
        )}
        {changes.gone.length > 0 && (
          <Button variant="link" onClick={() => void actions.remove(changes.gone.map(({ hostId }) => hostId))}>
            Remove {plural(changes.gone.length, 'gone host')} from the fleet
          </Button>
        )}
        <span className="b-grow" />
        <label>
          <input
            type="checkbox"
            checked={source.apply === 'by-itself'}
            onChange={(event) => {
              const apply = event.target.checked ? 'by-itself' : 'ask';
              void run(() => client.source.setApply({ id, apply }));
            }}
          />
          Take over changes without asking
        </label>
      </div>
      <SourceProblems problems={source.problems} />
    </section>
  );
}

function takenText({ added, changed }: SourceState['changes']): string {
  const parts = [
    ...(added.length > 0 ? [plural(added.length, 'new host')] : []),
    ...(changed.length > 0 ? [plural(changed.length, 'change')] : []),
  ];
  return parts.join(' and ');
}
