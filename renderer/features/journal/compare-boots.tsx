import { useEffect, useState, type ReactNode } from 'react';
import type { Failure } from '../../../shared/errors/failure.ts';
import { formatDate, formatSpan, plural } from '../../../shared/logic/format.ts';
import type { BootsCompared, ComparedLine, JournalBoot } from '../../../shared/model/journal.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Icon } from '../../components/icon.tsx';
import { failureOf, failureText } from '../../state/failure-of.ts';
import { useSession } from '../../state/session-context.ts';
import { Priority } from './priority.tsx';

/** Lines of a unit that are drawn at first. */
const LINES = 12;

type State =
  | { readonly kind: 'reading' }
  | { readonly kind: 'known'; readonly compared: BootsCompared }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A boot that failed beside one that did not, unit by unit; what only one of them has is marked. */
export function CompareBoots({
  hostId,
  boots,
  onClose,
}: {
  readonly hostId: string;
  /** Newest first; at least two. */
  readonly boots: readonly JournalBoot[];
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useSession();
  // The boot that runs came up: what was before it may not have.
  const [bad, setBad] = useState(boots[1]?.id ?? '');
  const [good, setGood] = useState(boots[0]?.id ?? '');
  const [onlyOne, setOnlyOne] = useState(true);
  const [state, setState] = useState<State & { readonly of?: string }>({ kind: 'reading' });
  const pair = `${bad} ${good}`;
  useEffect(() => {
    if (bad === good) return undefined;
    let isWanted = true;
    const tell = (next: State) => {
      if (isWanted) setState({ ...next, of: `${bad} ${good}` });
    };
    client.journal.compareBoots({ hostId, bad, good }).then(
      (compared) => tell({ kind: 'known', compared }),
      (error: unknown) => tell({ kind: 'failed', failure: failureOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [client, hostId, bad, good]);
  const current: State = state.of === pair ? state : { kind: 'reading' };

  return (
    <div className="logs">
      <div className="logs-compare__bar">
        <BootSelect label="Failed boot" boots={boots} value={bad} onChange={setBad} />
        <BootSelect label="Good boot" boots={boots} value={good} onChange={setGood} />
        <label className="logs-compare__only">
          <input type="checkbox" checked={onlyOne} onChange={(event) => setOnlyOne(event.target.checked)} />
          Only what one of them has
        </label>
        <span className="b-grow" />
        <Button onClick={onClose}>Back to the entries</Button>
      </div>
      {bad === good ? (
        <EmptyState icon="columns" title="Choose two different boots" />
      ) : current.kind === 'reading' ? (
        <EmptyState icon="in-progress" title="Reading both boots…" />
      ) : current.kind === 'failed' ? (
        <EmptyState icon="exclamation-triangle" tone="warn" title="The boots cannot be compared">
          <p>{failureText(current.failure)}</p>
        </EmptyState>
      ) : (
        <Compared compared={current.compared} onlyOne={onlyOne} />
      )}
    </div>
  );
}

function BootSelect({
  label,
  boots,
  value,
  onChange,
}: {
  readonly label: string;
  readonly boots: readonly JournalBoot[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}): ReactNode {
  return (
    <label className="logs-compare__boot">
      <span>{label}</span>
      <select className="b-input" value={value} onChange={(event) => onChange(event.target.value)}>
        {boots.map((boot) => (
          <option key={boot.id} value={boot.id}>
            {boot.running ? 'runs' : String(boot.index)}, {formatDate(boot.firstAt)}
            {boot.deployment?.version ? `, ${boot.deployment.version}` : ''}
          </option>
        ))}
      </select>
    </label>
  );
}

function Compared({ compared, onlyOne }: { readonly compared: BootsCompared; readonly onlyOne: boolean }): ReactNode {
  const { units, cut, bad, good } = compared;
  const differs = (lines: readonly ComparedLine[]) => lines.some(({ only }) => only);
  const shown = onlyOne ? units.filter((unit) => differs(unit.bad) || differs(unit.good)) : units;
  return (
    <div className="logs-compare" tabIndex={0} role="group" aria-label="The two boots, unit by unit">
      {(cut.bad || cut.good) && (
        <p className="logs-compare__note">
          <Icon name="exclamation-triangle" tone="warn" />
          Only the beginning of {cut.bad && cut.good ? 'both boots' : cut.bad ? 'the failed boot' : 'the good boot'} was
          read.
        </p>
      )}
      <div className="logs-compare__head">
        <span>Failed: {bootName(bad)}</span>
        <span>Good: {bootName(good)}</span>
      </div>
      {shown.length === 0 && <p className="logs-compare__note b-subtle">Both say the same, numbers aside.</p>}
      {shown.map((unit) => (
        <UnitSection key={unit.unit} unit={unit} onlyOne={onlyOne} />
      ))}
    </div>
  );
}

function bootName({ index, firstAt, lastAt, deployment, running }: JournalBoot): string {
  const what = deployment?.version ?? deployment?.digest?.slice(0, 15);
  return `${running ? 'the boot that runs' : String(index)}, ${formatDate(firstAt)}, ${formatSpan(lastAt - firstAt)}${what ? `, ${what}` : ''}`;
}

function UnitSection({
  unit: { unit, in: where, bad, good, common },
  onlyOne,
}: {
  readonly unit: BootsCompared['units'][number];
  readonly onlyOne: boolean;
}): ReactNode {
  return (
    <section className="logs-unit" aria-label={unit}>
      <h2>
        {unit}
        {where !== 'both' && (
          <span className="logs-mark">{where === 'bad' ? 'only in the failed boot' : 'only in the good boot'}</span>
        )}
        {common > 0 && <span className="b-subtle b-small">{plural(common, 'line')} in both</span>}
      </h2>
      <div className="logs-unit__sides">
        <Side lines={onlyOne ? bad.filter(({ only }) => only) : bad} side="failed" />
        <Side lines={onlyOne ? good.filter(({ only }) => only) : good} side="good" />
      </div>
    </section>
  );
}

function Side({ lines, side }: { readonly lines: readonly ComparedLine[]; readonly side: string }): ReactNode {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? lines : lines.slice(0, LINES);
  return (
    <div>
      <ol className="logs-unit__lines" aria-label={`In the ${side} boot`}>
        {shown.map(({ text, priority, count, firstMs, only, cursor }) => (
          <li key={cursor} className={only ? 'is-only' : undefined}>
            <Priority priority={priority} />
            <span className="b-num b-subtle">{(firstMs / 1000).toFixed(3)} s</span>
            <span className="logs-unit__text">
              {only && <span className="logs-mark">only here</span>}
              {text}
              {count > 1 && <span className="b-subtle"> ×{count.toLocaleString('en')}</span>}
            </span>
          </li>
        ))}
      </ol>
      {lines.length > shown.length && (
        <Button variant="link" onClick={() => setWhole(true)}>
          {plural(lines.length - shown.length, 'more line')}
        </Button>
      )}
    </div>
  );
}
