import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from 'react';
import { formatAgo, plural } from '../../../shared/logic/format.ts';
import type { EtcView } from '../../../shared/model/etc.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { MenuButton } from '../../components/menu.tsx';
import { useNow } from '../../state/clock.ts';
import { CLOSED_AT_FIRST } from './entry-words.ts';
import type { ViewChoice } from './etc-tab.tsx';
import { FileTree } from './file-tree.tsx';
import { listLines } from './list-lines.ts';
import { useListMenu } from './list-menu.tsx';
import type { ComparisonView } from './use-comparison.ts';

/** The files, with what they are found by: what they are compared with, a filter, groups or folders, and what is hidden. */
export function EtcList({
  detail,
  state,
  choices,
  onView,
  selected,
  onSelect,
  marked,
  onMark,
  kept,
}: {
  readonly detail: HostDetail;
  readonly state: ComparisonView & { readonly comparison: NonNullable<ComparisonView['comparison']> };
  readonly choices: readonly ViewChoice[];
  readonly onView: (view: EtcView) => void;
  readonly selected: string | null;
  readonly onSelect: (path: string) => void;
  readonly marked: ReadonlySet<string>;
  readonly onMark: (marked: ReadonlySet<string>) => void;
  readonly kept: ReadonlySet<string>;
}): ReactNode {
  const { comparison } = state;
  const [filter, setFilter] = useState('');
  const [layout, setLayout] = useState<'outcomes' | 'tree'>('outcomes');
  const [withNoise, setWithNoise] = useState(false);
  const [closed, setClosed] = useState<ReadonlySet<string>>(
    () => new Set(CLOSED_AT_FIRST.map((each) => `outcome ${each}`)),
  );
  const tree = useRef<HTMLDivElement>(null);
  const lines = useMemo(
    () => listLines(comparison.entries, { layout, filter, withNoise, closed, kept }),
    [comparison, layout, filter, withNoise, closed, kept],
  );
  const { items, dialog } = useListMenu({
    detail,
    comparison,
    layout,
    onLayout: setLayout,
    compareAgain: state.compareAgain,
  });
  const choice = choices.find(({ view }) => view === comparison.view);

  return (
    <aside className="etclist" aria-label="Files of /etc">
      <div className="etclist__tools">
        <PathFilter value={filter} onChange={setFilter} onLeave={() => tree.current?.focus()} />
        <MenuButton
          label={`Compared with ${choice?.text ?? 'the image'}`}
          text={choice?.text ?? 'Drift only'}
          items={choices.map(({ view, text, about }) => ({
            label: (
              <>
                {text} <span className="b-subtle b-small">{about}</span>
              </>
            ),
            checked: view === comparison.view,
            run: () => onView(view),
          }))}
        />
        <MenuButton label="More of /etc" items={items} />
      </div>
      <FileTree
        box={tree}
        lines={lines}
        selected={selected}
        onSelect={onSelect}
        marked={marked}
        onMark={onMark}
        onToggle={(key) => setClosed(toggled(closed, key))}
        empty={emptyText(comparison.entries.length, filter, hiddenCount(comparison.hidden))}
      />
      <HiddenLine count={hiddenCount(comparison.hidden)} isShown={withNoise} onShow={() => setWithNoise(!withNoise)} />
      <ReadLine state={state} isThere={detail.connection.kind === 'connected'} />
      {dialog}
    </aside>
  );
}

function PathFilter({
  value,
  onChange,
  onLeave,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onLeave: () => void;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const onPageKey = useEffectEvent((event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog');
    if (event.key !== '/' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.preventDefault();
    input.current?.focus();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onPageKey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
  return (
    <div className="etclist__filter">
      <Icon name="search" tone="muted" />
      <input
        ref={input}
        type="text"
        aria-label="Filter by path"
        aria-keyshortcuts="/"
        placeholder="Path"
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') onChange('');
          else if (event.key === 'ArrowDown' || event.key === 'Enter' || event.key === 'Escape') onLeave();
          else return;
          event.preventDefault();
        }}
      />
    </div>
  );
}

function HiddenLine({
  count,
  isShown,
  onShow,
}: {
  readonly count: number;
  readonly isShown: boolean;
  readonly onShow: () => void;
}): ReactNode {
  if (count === 0) return null;
  return (
    <div className="etclist__foot">
      <Icon name="filter" tone="muted" />
      <span className="b-grow">
        {plural(count, 'expected file')} {isShown ? 'shown' : 'hidden'}
      </span>
      <Button variant="link" onClick={onShow}>
        {isShown ? 'Hide' : 'Show'}
      </Button>
    </div>
  );
}

/** How old what is shown is, and what makes it anew. */
function ReadLine({ state, isThere }: { readonly state: ComparisonView; readonly isThere: boolean }): ReactNode {
  const now = useNow();
  const { comparison, reading, compareAgain } = state;
  if (!comparison) return null;
  const { base, local, target } = comparison.scanned;
  return (
    <div
      className="etclist__foot"
      title={`${String(base + local + target)} paths read in ${String(Math.round(comparison.durationMs))} ms`}
    >
      <Icon name={reading ? 'in-progress' : 'history'} tone="muted" />
      <span className="b-grow" role="status">
        {reading ? 'Comparing …' : `Compared ${formatAgo(comparison.readAt, now)}`}
      </span>
      {isThere ? (
        <IconButton icon="sync-alt" label="Compare again" onClick={() => !reading && compareAgain()} />
      ) : (
        <span>not connected</span>
      )}
    </div>
  );
}

function emptyText(entries: number, filter: string, hidden: number): string {
  if (filter.trim() !== '') return 'No path is like that.';
  if (entries === 0) return 'Nothing differs.';
  return hidden > 0 ? 'Nothing but what is expected to differ.' : '';
}

function hiddenCount(hidden: Readonly<Record<string, number | undefined>>): number {
  return Object.values(hidden).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}
