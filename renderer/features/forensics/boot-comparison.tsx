import { useState, type ReactNode } from 'react';
import { formatDate } from '../../../shared/logic/format.ts';
import { bootEndText } from '../../../shared/logic/forensics-words.ts';
import type { BootRecord, JournalLine, Verdict } from '../../../shared/model/forensics.ts';
import { SelectField } from '../../components/field.tsx';
import { JournalLines } from './verdict-card.tsx';

/** Two boots side by side, by what was worst in them; at first the failed one that the verdict is about and the good one. */
export function BootComparison({
  boots,
  verdict,
}: {
  readonly boots: readonly BootRecord[];
  readonly verdict: Verdict;
}): ReactNode {
  const [chosen, setChosen] = useState<{ readonly left?: string; readonly right?: string }>({});
  const [now, before] = boots;
  if (!now || !before) return null;
  const find = (id: string | null | undefined) => boots.find((boot) => boot.id === id);
  const right = find(chosen.right) ?? find(verdict.goodBoot) ?? now;
  const left = find(chosen.left) ?? find(verdict.failedBoot) ?? (right === before ? now : before);
  return (
    <section className="boots__section">
      <h2>Two boots beside each other</h2>
      <div className="boots__pair">
        <Side boots={boots} boot={left} label="One boot" onChoose={(id) => setChosen({ ...chosen, left: id })} />
        <Side boots={boots} boot={right} label="Another boot" onChoose={(id) => setChosen({ ...chosen, right: id })} />
      </div>
    </section>
  );
}

function Side({
  boots,
  boot,
  label,
  onChoose,
}: {
  readonly boots: readonly BootRecord[];
  readonly boot: BootRecord;
  readonly label: string;
  readonly onChoose: (id: string) => void;
}): ReactNode {
  const options = boots.map((each) => ({
    value: each.id,
    text: `${formatDate(each.startedAt)} · ${each.version ?? 'not known'} · ${bootEndText(each)}`,
  }));
  const lines = worstOf(boot);
  return (
    <div className="boots__side">
      <SelectField label={label} value={boot.id} options={options} onChange={onChoose} />
      {lines.length === 0 ? (
        <p className="b-subtle">No errors in its journal.</p>
      ) : (
        <JournalLines lines={lines} label={`Errors of the boot of ${formatDate(boot.startedAt)}`} />
      )}
    </div>
  );
}

/** Errors, and what greenboot and finalization said where that was no good: by time, each once. */
function worstOf({ errors, greenboot, finalize }: BootRecord): readonly JournalLine[] {
  const lines = [
    ...(greenboot.verdict === 'red' ? greenboot.lines : []),
    ...(['failed', 'timeout', 'cut'].includes(finalize.result) ? finalize.lines : []),
    // Last: of one moment the whole story has the right order.
    ...errors,
  ];
  const once = new Map(lines.map((line) => [`${String(line.at)} ${line.unit} ${line.text}`, line]));
  return [...once.values()].sort((a, b) => a.at - b.at);
}
