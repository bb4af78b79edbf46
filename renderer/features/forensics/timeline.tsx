import type { ReactNode } from 'react';
import { formatDate } from '../../../shared/logic/format.ts';
import { timelineOf, type TimelineEntry } from '../../../shared/logic/forensics-timeline.ts';
import type { BootRecord } from '../../../shared/model/forensics.ts';
import { StateWord, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';

const looks: Readonly<Record<TimelineEntry['tone'], { icon: IconName; tone: Tone }>> = {
  plain: { icon: 'circle', tone: 'muted' },
  ok: { icon: 'check-circle', tone: 'ok' },
  warn: { icon: 'exclamation-triangle', tone: 'warn' },
  danger: { icon: 'exclamation-circle', tone: 'danger' },
};

/** What happened over the last boots, the newest first. */
export function Timeline({ boots }: { readonly boots: readonly BootRecord[] }): ReactNode {
  const entries = timelineOf(boots);
  if (entries.length <= 1) return null;
  return (
    <section className="boots__section">
      <h2>What happened</h2>
      <ol className="boots__timeline">
        {entries.map(({ at, text, tone }, index) => (
          // Two things may happen at one moment, in the same words; the place is what they are.
          <li key={index}>
            <span className="b-subtle">{formatDate(at)}</span>
            <StateWord {...looks[tone]}>{text}</StateWord>
          </li>
        ))}
      </ol>
    </section>
  );
}
