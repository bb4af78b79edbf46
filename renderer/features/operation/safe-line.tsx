import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { isOutOfSight } from '../../parts/operation-state.ts';
import { unitName } from '../../parts/operation-words.ts';

/** Where the operation runs and what may happen to Berth meanwhile. Keeps its height in every state. */
export function SafeLine({ operation }: { readonly operation: Operation }): ReactNode {
  const { plan, detachedBecause, phase } = operation;
  const unit = <Mono>{unitName(plan)}</Mono>;
  if (isOutOfSight(operation)) {
    const why = detachedBecause ? describe(detachedBecause).text : 'The host is out of sight.';
    return (
      <div className="safe safe--warn">
        <Icon name="disconnected" tone="warn" />
        <span className="b-grow">
          {why} It goes on at the host as unit {unit}. Berth tries to reach it again and then shows what it missed.
        </span>
        <CopyButton text={unitName(plan)} what="the unit name" />
      </div>
    );
  }
  return (
    <div className="safe">
      <Icon name="shield-alt" tone="ok" />
      <span className="b-grow">
        {phase === 'starting' && <>Being started on the host as unit {unit}.</>}
        {phase === 'running' && <>Safe to close the window: this runs on the host as unit {unit}.</>}
        {phase === 'rebooting' && (
          <>The host boots by itself, whatever becomes of Berth. Berth looks for it, and says what it came back with.</>
        )}
        {(phase === 'verifying' || phase === 'ended') && (
          <>The unit {unit} has ended. What is true now is read from the host.</>
        )}
      </span>
      <CopyButton text={unitName(plan)} what="the unit name" />
    </div>
  );
}
