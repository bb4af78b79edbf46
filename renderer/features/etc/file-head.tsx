import { useState, type ReactNode } from 'react';
import type { EtcComparison, EtcEntry } from '../../../shared/model/etc.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Icon } from '../../components/icon.tsx';
import { MenuButton, type MenuItem } from '../../components/menu.tsx';
import { ChangesDialog } from './changes-dialog.tsx';
import { outcomeLooks } from './entry-words.ts';
import { fileActions, type FileActionId } from './file-actions.ts';
import type { FileLayout } from './file-layout.ts';
import { pathText } from './list-lines.ts';
import { patchOf } from './patch-text.ts';
import { useFileActs } from './use-file-acts.tsx';
import type { Keeping } from './use-kept.ts';
import type { Texts } from './use-texts.ts';

/** Buttons that have room beside a path. */
const MOST_BUTTONS = 4;

/** The file, what becomes of it in two words, and what can be done. */
export function FileHead({
  detail,
  comparison,
  entry,
  texts,
  keeping,
  layout,
  onLayout,
}: {
  readonly detail: HostDetail;
  readonly comparison: EtcComparison;
  readonly entry: EtcEntry;
  readonly texts: Texts;
  readonly keeping: Keeping;
  readonly layout: FileLayout;
  readonly onLayout: (layout: FileLayout) => void;
}): ReactNode {
  const [isHistory, setHistory] = useState(false);
  const { icon, tone, short } = outcomeLooks[entry.outcome];
  const isKept = keeping.paths.has(entry.path);
  const acts = useFileActs({ detail, comparison, entries: [entry], texts, keeping });
  const actions = fileActions(entry, comparison.view, { hasMerge: texts.counts !== null, isKept });
  const path = pathText(entry);
  const patch = patchOf(entry, texts);
  const button = (id: FileActionId, text: string, isFirst: boolean) => (
    <Button
      key={id}
      variant={isFirst && (id === 'take' || id === 'solve') ? 'primary' : 'secondary'}
      disabledBecause={acts.refusal(id) ?? undefined}
      onClick={() => acts.refusal(id) === null && acts.run(id)}
    >
      {text}
    </Button>
  );

  return (
    <div className="etchead">
      <h2 className="etchead__path" title={`/etc/${path}`}>
        <bdi>/etc/{path}</bdi>
      </h2>
      <span className="etchead__outcome">
        <Icon name={icon} tone={tone} /> {short}
      </span>
      <div className="etchead__actions">
        {actions.slice(0, MOST_BUTTONS).map(({ id, text }, index) => button(id, text, index === 0))}
        {patch === null ? (
          <CopyButton text={`/etc/${entry.path}`} what="the path" />
        ) : (
          <CopyButton text={patch} what="as a patch" />
        )}
        <MenuButton
          label="More of this file"
          items={[
            ...layoutItems(comparison, layout, onLayout),
            ...actions.slice(MOST_BUTTONS).map(({ id, text }, index): MenuItem => ({
              label: text,
              separated: index === 0,
              disabledBecause: acts.refusal(id) ?? undefined,
              run: () => acts.run(id),
            })),
            {
              label: 'Copy the path',
              icon: 'copy',
              separated: true,
              run: () => void navigator.clipboard.writeText(`/etc/${entry.path}`),
            },
            ...(entry.local?.type === 'file'
              ? [
                  {
                    label: 'Copy this version to other hosts…',
                    icon: 'server' as const,
                    disabledBecause: acts.refusal('copy') ?? undefined,
                    run: () => acts.run('copy'),
                  },
                ]
              : []),
            { label: 'Seen to change…', icon: 'history', run: () => setHistory(true) },
          ]}
        />
      </div>
      {isHistory && <ChangesDialog hostId={detail.host.id} path={entry.path} onClose={() => setHistory(false)} />}
      {acts.dialog}
    </div>
  );
}

function layoutItems(
  { view }: EtcComparison,
  layout: FileLayout,
  onLayout: (layout: FileLayout) => void,
): readonly MenuItem[] {
  const there = view === 'rollback' ? 'the rollback' : 'new image';
  const all: readonly (readonly [FileLayout, string])[] = [
    ['all', view === 'drift' ? 'Beside each other' : 'All three'],
    ...(view === 'drift'
      ? []
      : ([
          ['base-local', 'Image now and this host'],
          ['local-target', `This host and ${there}`],
          ['base-target', `Image now and ${there}`],
        ] as const)),
    ['lines', 'Changes line by line'],
  ];
  return all.map(([each, label]) => ({ label, checked: each === layout, run: () => onLayout(each) }));
}
