import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { formatTime } from '../../../shared/logic/format.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useSession } from '../../state/session-context.ts';
import { BootComparison } from './boot-comparison.tsx';
import { BootsTable } from './boots-table.tsx';
import './forensics.css';
import { Timeline } from './timeline.tsx';
import { useForensics } from './use-forensics.ts';
import { VerdictCard } from './verdict-card.tsx';

/** What happened at the last boots of a host: the verdict first, then the boots, then the failed one beside the good one. */
export function BootsTab({ detail }: { readonly detail: HostDetail }): ReactNode {
  const { dialogs } = useSession();
  const { host, facts, connection } = detail;
  const isThere = connection.kind === 'connected';
  const bootId = facts && isThere ? (valueOf(facts.identity)?.bootId ?? '') : null;
  const { forensics, failure, reading, readAgain } = useForensics(host.id, bootId);
  const bundle = (
    <Button icon="download" onClick={() => dialogs.show({ kind: 'bundle', hostIds: [host.id] })}>
      Incident bundle…
    </Button>
  );

  if (!forensics) {
    if (failure) {
      const { text, remedy } = describe(failure);
      return (
        <EmptyState icon="question-circle" title="The last boots are not known">
          <p>
            {text} {remedy}
          </p>
          <Button onClick={readAgain}>Read again</Button>
        </EmptyState>
      );
    }
    return bootId === null && !reading ? (
      <EmptyState icon="disconnected" title="Not connected">
        <p>What happened at the last boots is read from the host, once Berth is connected.</p>
      </EmptyState>
    ) : (
      <EmptyState icon="in-progress" title="Reading the last boots">
        <p>One round trip asks the journal of the host what it ran, what was staged, and what became of it.</p>
      </EmptyState>
    );
  }

  return (
    <div className="boots">
      <div aria-live="polite">
        <VerdictCard hostId={host.id} verdict={forensics.verdict} action={bundle} />
      </div>
      <div className="boots__line">
        <span>
          Read at {formatTime(forensics.readAt)} as {forensics.user}
          {forensics.persistent ? '' : '; the journal does not outlive a boot'}
          {failure ? `; reading again failed: ${describe(failure).text}` : ''}
        </span>
        <Button
          variant="link"
          icon="sync-alt"
          busy={reading}
          onClick={readAgain}
          disabledBecause={isThere ? undefined : 'The host is not connected.'}
        >
          Read again
        </Button>
      </div>
      {forensics.boots.length > 0 && (
        <BootsTable boots={forensics.boots} bootCount={forensics.bootCount} readAt={forensics.readAt} />
      )}
      <Timeline boots={forensics.boots} />
      <BootComparison key={forensics.readAt} boots={forensics.boots} verdict={forensics.verdict} />
      {forensics.crashes.length > 0 && (
        <section className="boots__section">
          <h2>Left by a kernel that died</h2>
          <p className="b-mono">{forensics.crashes.join(' ')}</p>
        </section>
      )}
    </div>
  );
}
