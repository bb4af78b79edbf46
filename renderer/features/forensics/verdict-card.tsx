import type { ReactNode } from 'react';
import { formatDate, formatTime } from '../../../shared/logic/format.ts';
import { verdictWords, type VerdictWords } from '../../../shared/logic/forensics-words.ts';
import { journalJump } from '../../../shared/logic/journal-jump.ts';
import type { JournalLine, Verdict, VerdictKind } from '../../../shared/model/forensics.ts';
import type { Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Banner } from '../../parts/banner.tsx';
import { routeHref } from '../../state/route.ts';

/** So much of the journal before and after the evidence. */
const AROUND_MS = 60_000;

const tones: Readonly<Record<VerdictWords['tone'], Tone>> = {
  ok: 'ok',
  info: 'update',
  warn: 'warn',
  danger: 'danger',
};
const icons: Readonly<Record<VerdictWords['tone'], IconName>> = {
  ok: 'check-circle',
  info: 'info-circle',
  warn: 'exclamation-triangle',
  danger: 'exclamation-circle',
};
const iconsOfKinds: Partial<Record<VerdictKind, IconName>> = {
  'greenboot-red': 'heart-broken',
  'greenboot-rollback': 'heart-broken',
  'etc-conflict': 'ban',
  'rollback-queued': 'undo',
  'rolled-back': 'undo',
  waiting: 'power-off',
};

/** Why the host runs what it runs, what to do about it, and the lines of its journal that show it. */
export function VerdictCard({
  hostId,
  verdict,
  action,
}: {
  readonly hostId: string;
  readonly verdict: Verdict;
  readonly action: ReactNode;
}): ReactNode {
  const { title, why, remedies, tone } = verdictWords(verdict);
  return (
    <Banner
      icon={iconsOfKinds[verdict.kind] ?? icons[tone]}
      tone={tones[tone]}
      title={<h2 className="boots__verdict">{title}</h2>}
      details={<p>{why}</p>}
      action={action}
    >
      {remedies.length > 0 && (
        <ul className="boots__remedies" aria-label="What to do">
          {remedies.map((remedy) => (
            <li key={remedy}>{remedy}</li>
          ))}
        </ul>
      )}
      {verdict.operationId !== null && (
        <p className="boots__operation">
          <a href={routeHref({ page: 'operation', operationId: verdict.operationId })}>
            The operation of Berth’s that it is about
          </a>
        </p>
      )}
      {inJournal(verdict) !== null && (
        <p className="boots__operation">
          <a href={routeHref({ page: 'host', hostId, tab: 'logs', filter: inJournal(verdict) ?? '' })}>
            All that the journal says of that time
          </a>
        </p>
      )}
      {verdict.evidence.length > 0 && <JournalLines lines={verdict.evidence} label="Evidence" withDay />}
    </Banner>
  );
}

/** The journal around the evidence, or the whole boot that failed; null: there is nothing to look at. */
function inJournal({ evidence, failedBoot }: Verdict): string | null {
  const times = evidence.map(({ at }) => at);
  if (times.length > 0) {
    return journalJump({ since: Math.min(...times) - AROUND_MS, until: Math.max(...times) + AROUND_MS });
  }
  return failedBoot === null ? null : journalJump({ boot: failedBoot });
}

/** Lines of a journal: plain text, whatever a host says. */
export function JournalLines({
  lines,
  label,
  withDay = false,
}: {
  readonly lines: readonly JournalLine[];
  readonly label: string;
  readonly withDay?: boolean;
}): ReactNode {
  return (
    <ol className="journal" aria-label={label} tabIndex={0}>
      {lines.map((line, index) => (
        // The same line may stand there twice; its place is what it is.
        <li key={index} className={line.priority <= 3 ? 'journal__bad' : ''}>
          <span className="journal__at">{withDay ? formatDate(line.at) : formatTime(line.at)}</span>
          <span className="journal__unit">{line.unit}</span>
          <span className="journal__text">{line.text}</span>
        </li>
      ))}
    </ol>
  );
}
