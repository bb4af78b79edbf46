import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { EtcComparison, EtcEntry } from '../../../shared/model/etc.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { entryWord, outcomeLooks } from './entry-words.ts';
import { fileActions, type FileActionId } from './file-actions.ts';
import { pathText } from './list-lines.ts';
import { useFileActs } from './use-file-acts.tsx';
import type { Keeping } from './use-kept.ts';

/** What makes sense for many files at once, in this order. */
const TOGETHER: readonly { readonly id: FileActionId; readonly text: string }[] = [
  { id: 'take', text: 'Take the image’s version' },
  { id: 'restore', text: 'Restore' },
  { id: 'delete', text: 'Delete' },
  { id: 'keep', text: 'Keep' },
  { id: 'promote', text: 'Promote to image' },
];

/** Several chosen files: which ones, and what can be done with them together. */
export function ManyFiles({
  detail,
  comparison,
  entries,
  keeping,
  onClear,
}: {
  readonly detail: HostDetail;
  readonly comparison: EtcComparison;
  readonly entries: readonly EtcEntry[];
  readonly keeping: Keeping;
  readonly onClear: () => void;
}): ReactNode {
  return (
    <>
      <div className="etchead">
        <h2 className="etchead__path">{plural(entries.length, 'file')} chosen</h2>
        <div className="etchead__actions">
          {TOGETHER.map(({ id, text }) => (
            <ManyButton
              key={id}
              id={id}
              text={text}
              detail={detail}
              comparison={comparison}
              entries={entries}
              keeping={keeping}
            />
          ))}
          <Button variant="link" onClick={onClear}>
            Clear
          </Button>
        </div>
      </div>
      <ul className="etcmany" tabIndex={0} aria-label="Chosen files">
        {entries.map((entry) => {
          const { icon, tone, short } = outcomeLooks[entry.outcome];
          return (
            <li key={entry.path}>
              <span className="etcent__path">{pathText(entry)}</span>
              <span className="b-subtle b-small">{entryWord(entry)}</span>
              <span>
                <Icon name={icon} tone={tone} /> {short}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** A button for those of the files that it fits, with their number. */
function ManyButton({
  id,
  text,
  detail,
  comparison,
  entries,
  keeping,
}: {
  readonly id: FileActionId;
  readonly text: string;
  readonly detail: HostDetail;
  readonly comparison: EtcComparison;
  readonly entries: readonly EtcEntry[];
  readonly keeping: Keeping;
}): ReactNode {
  const fitting = entries.filter((entry) =>
    fileActions(entry, comparison.view, { hasMerge: false, isKept: keeping.paths.has(entry.path) }).some(
      (action) => action.id === id,
    ),
  );
  const acts = useFileActs({ detail, comparison, entries: fitting, texts: null, keeping });
  if (fitting.length === 0) return null;
  return (
    <>
      <Button disabledBecause={acts.refusal(id) ?? undefined} onClick={() => acts.refusal(id) === null && acts.run(id)}>
        {id === 'keep' ? text : `${text}…`} {fitting.length} of {entries.length}
      </Button>
      {acts.dialog}
    </>
  );
}
