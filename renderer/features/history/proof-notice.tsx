import type { ReactNode } from 'react';
import { formatBytes, formatDate, plural } from '../../../shared/logic/format.ts';
import type { HistoryProof } from '../../../shared/model/history.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { StateWord } from '../../components/icon.tsx';
import { Mono } from '../../components/small.tsx';
import { failureText } from '../../state/failure-of.ts';
import type { ProofState } from './use-proof.ts';

/** What the look over the history found, calmly: one line when it is whole, and what differs when it is not. */
export function ProofNotice({ state }: { readonly state: ProofState }): ReactNode {
  if (state.kind === 'none') return null;
  return (
    <div className="hist-notice" role="status">
      {state.kind === 'running' && (
        <StateWord icon="in-progress" tone="accent">
          Reading every line and every log
        </StateWord>
      )}
      {state.kind === 'failed' && (
        <StateWord icon="exclamation-circle" tone="danger">
          {failureText(state.failure)}
        </StateWord>
      )}
      {state.kind === 'done' && <Proof proof={state.proof} />}
    </div>
  );
}

function Proof({ proof }: { readonly proof: HistoryProof }): ReactNode {
  const { firstBroken, differing, differingTotal, head, mended, removed } = proof;
  const what = `${plural(proof.lines, 'line')} and ${plural(proof.files, 'file')} (${formatBytes(proof.bytes)})`;
  const asides = [
    originOf(proof),
    mended > 0 && `${plural(mended, 'line')} cut off by a crash, noted`,
    removed > 0 && `logs of ${plural(removed, 'operation')} removed, as the settings say`,
  ].filter((aside) => aside !== null && aside !== false);
  const aside = asides.length > 0 && <span className="b-subtle b-small">{asides.join('; ')}.</span>;
  if (firstBroken === null && differingTotal === 0) {
    return (
      <>
        <StateWord icon="check-circle" tone="ok">
          Nothing was changed: {what} agree with their hashes.
        </StateWord>
        {aside}
        {head !== null && (
          <span className="b-subtle b-small">
            Newest hash <Mono>{head}</Mono> <CopyButton text={head} what="the newest hash" /> – noted elsewhere, it
            shows later that nothing was written anew.
          </span>
        )}
      </>
    );
  }
  const failures = [...(firstBroken ? [firstBroken.failure] : []), ...differing];
  const more = differingTotal - differing.length;
  return (
    <>
      <StateWord icon="exclamation-circle" tone="danger">
        The history is not what was written. {plural(failures.length + more, 'difference')}:
      </StateWord>
      <ul tabIndex={0} aria-label="Differences">
        {failures.map((failure, index) => (
          <li key={index}>{failureText(failure)}</li>
        ))}
        {more > 0 && <li>And {more.toLocaleString('en')} more.</li>}
      </ul>
      {aside}
    </>
  );
}

function originOf({ because, beganAt, before }: HistoryProof): string | null {
  if (beganAt === null || because === null || because === 'new') return null;
  const since = formatDate(beganAt);
  return because === 'adopted'
    ? `${plural(before, 'line')} from before ${since} are covered since then`
    : `made again from the folders on ${since}, as the list had been lost`;
}
