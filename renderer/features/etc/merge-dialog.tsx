import { useMemo, useState, type ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import { linesOf, mergedText, mergeLines, type Choice, type LineConflict } from '../../../shared/logic/line-merge.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { showLine } from './decode-text.ts';
import './columns.css';
import './etc-dialogs.css';
import { LineColumns } from './line-columns.tsx';

/** The three versions of a file, whole, as text. */
export interface MergeTexts {
  readonly base: string;
  readonly local: string;
  readonly target: string;
}

/** What was decided about a conflict; `own` keeps its text also while something else is chosen. */
interface Decision {
  readonly kind: 'local' | 'target' | 'both' | 'own' | null;
  readonly own: string;
}

/** Merges lines: what one side alone changed is taken by itself, the rest is decided here, place by place; then the result, before anything is done. */
export function MergeDialog({
  path,
  hostName,
  texts,
  onMerged,
  onClose,
}: {
  readonly path: string;
  readonly hostName: string;
  readonly texts: MergeTexts;
  readonly onMerged: (text: string) => void;
  readonly onClose: () => void;
}): ReactNode {
  const merge = useMemo(() => mergeLines(texts.base, texts.local, texts.target), [texts]);
  const [decisions, setDecisions] = useState<readonly Decision[]>(() =>
    merge.conflicts.map(({ local, target }) => ({ kind: null, own: [...local, ...target].join('') })),
  );
  const result = useMemo(() => mergedText(merge, decisions.map(choiceOf)), [merge, decisions]);
  const open = decisions.filter(({ kind }) => kind === null).length;
  const isSame = result === texts.local;
  const because =
    open > 0 ? `${plural(open, 'place')} to decide.` : isSame ? 'This is what stands there already.' : undefined;

  return (
    <Dialog
      title={`Merge the lines of /etc/${path}`}
      width={1040}
      onClose={onClose}
      footer={
        <>
          <Button size="normal" autoFocus onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            size="normal"
            disabledBecause={because}
            onClick={() => {
              if (because === undefined && result !== null) onMerged(result);
            }}
          >
            Plan to write it…
          </Button>
          <span className="b-subtle b-small" role="status">
            {because ?? `A plan for ${hostName} follows.`}
          </span>
        </>
      }
    >
      <div className="etcdialog">
        <p>
          {merge.conflicts.length === 0
            ? 'What this host and the new image changed does not touch: both changes are taken.'
            : `What one of them changed alone is taken by itself. ${merge.conflicts.length === 1 ? 'One place' : plural(merge.conflicts.length, 'place')} changed on both sides:`}
        </p>
        {merge.conflicts.length > 0 && (
          <ol className="etcmerge">
            {merge.conflicts.map((conflict, index) => (
              <li key={index}>
                <Conflict
                  conflict={conflict}
                  number={index + 1}
                  decision={decisions[index] ?? { kind: null, own: '' }}
                  onDecide={(decision) => setDecisions(decisions.map((each, at) => (at === index ? decision : each)))}
                />
              </li>
            ))}
          </ol>
        )}
        {result === null ? (
          <p className="b-subtle">The result is shown once every place is decided.</p>
        ) : (
          <Result local={texts.local} result={result} path={path} />
        )}
      </div>
    </Dialog>
  );
}

function choiceOf({ kind, own }: Decision): Choice | null {
  return kind === 'own' ? linesOf(own) : kind;
}

const CHOICES = [
  { kind: 'local', text: 'This host' },
  { kind: 'target', text: 'New image' },
  { kind: 'both', text: 'Both, this host first' },
  { kind: 'own', text: 'Own text' },
] as const;

function Conflict({
  conflict,
  number,
  decision,
  onDecide,
}: {
  readonly conflict: LineConflict;
  readonly number: number;
  readonly decision: Decision;
  readonly onDecide: (decision: Decision) => void;
}): ReactNode {
  const sides = [
    { title: 'Image now', lines: conflict.base },
    { title: 'This host', lines: conflict.local },
    { title: 'New image', lines: conflict.target },
  ];
  return (
    <fieldset className="etcmerge__place">
      <legend>
        <Icon
          name={decision.kind === null ? 'question-circle' : 'check'}
          tone={decision.kind === null ? 'warn' : 'ok'}
        />{' '}
        Place {number}
      </legend>
      <div className="tri tri--3">
        {sides.map(({ title, lines }) => (
          <div key={title} className="etcmerge__side">
            <h3>{title}</h3>
            <pre tabIndex={0} aria-label={`${title}, place ${String(number)}`}>
              {lines.length === 0 ? '(nothing)' : lines.map((line) => showLine(line.replace(/\r?\n$/, ''))).join('\n')}
            </pre>
          </div>
        ))}
      </div>
      <div className="etcmerge__choices">
        {CHOICES.map(({ kind, text }) => (
          <label key={kind}>
            <input
              type="radio"
              name={`place ${String(number)}`}
              checked={decision.kind === kind}
              onChange={() => onDecide({ ...decision, kind })}
            />{' '}
            {text}
          </label>
        ))}
      </div>
      {decision.kind === 'own' && (
        <textarea
          className="b-input b-input--mono"
          aria-label={`Own text of place ${String(number)}`}
          spellCheck={false}
          rows={Math.min(12, Math.max(3, linesOf(decision.own).length + 1))}
          value={decision.own}
          onChange={(event) => onDecide({ kind: 'own', own: event.target.value })}
        />
      )}
    </fieldset>
  );
}

/** What is there now beside what will be. */
function Result({
  local,
  result,
  path,
}: {
  readonly local: string;
  readonly result: string;
  readonly path: string;
}): ReactNode {
  const texts = useMemo(
    () => ({
      lines: { base: null, local: plainLines(local), target: plainLines(result) },
      blocks: null,
      counts: null,
      merge: null,
    }),
    [local, result],
  );
  return (
    <div className="etcmerge__result">
      <div className="tri tri--2 tri--heads">
        <div className="tri__h">
          <h3>This host now</h3>
        </div>
        <div className="tri__h">
          <h3>Result</h3>
        </div>
      </div>
      <LineColumns ref={null} sides={RESULT_SIDES} contents={[]} texts={texts} path={path} />
    </div>
  );
}

const RESULT_SIDES = ['local', 'target'] as const;

function plainLines(text: string): readonly string[] {
  return linesOf(text).map((line) => line.replace(/\r?\n$/, ''));
}
