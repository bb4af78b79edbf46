import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { Icon, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Menu } from '../../components/menu.tsx';
import { operationState } from '../../parts/operation-state.ts';
import { operationTitle } from '../../parts/operation-words.ts';
import { useOperations, useSession } from '../../state/session-context.ts';
import { useDock, useDockState, useTerminalNames } from './dock-context.ts';
import { useTabDrag } from './drop-sides.tsx';
import { focusedPane, moveTab, panesOf, showTab } from './layout.ts';
import { terminalMenu } from './terminal-menu.ts';
import { terminalLook } from './terminal-words.ts';

interface TabFace {
  readonly icon: IconName;
  readonly tone: Tone | undefined;
  readonly name: string;
  /** What the host calls it, or how far it is: subtly, behind the name. */
  readonly detail: string;
  /** Said to screen readers. */
  readonly state: string;
  readonly isRecording: boolean;
  readonly bells: number;
}

/**
 * The tabs. Arrow keys, Home and End choose; with Ctrl and Shift the arrows move the tab; Delete closes it, as the middle button of the mouse
 * does; the menu key or Shift-F10 opens its menu; Enter goes into the terminal.
 */
export function DockTabs(): ReactNode {
  const { dock, terminals } = useSession();
  const isOpen = useStore(dock, (state) => state.open);
  const model = useDock();
  const layout = useDockState((state) => state.layout);
  const faces = useFaces(layout.tabs);
  const list = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<{ readonly tab: string; readonly anchor: DOMRect } | null>(null);
  const closeMenu = useCallback(() => setMenu(null), []);
  const drag = useTabDrag();
  const selected = focusedPane(layout).tab;
  const shown = new Map(panesOf(layout.root).map(({ tab, id }) => [tab, id]));

  const focusTab = (tab: string) => faceOf(list.current, tab)?.focus();
  useEffect(() => {
    if (selected === null) return;
    faceOf(list.current, selected)?.closest('.docktab')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected, layout.tabs.length]);

  function choose(tab: string): void {
    if (!isOpen) dock.setOpen(true);
    model.setLayout((now) => showTab(now, tab));
    focusTab(tab);
  }

  function onKeyDown(event: KeyboardEvent, tab: string): void {
    const { tabs } = layout;
    const at = tabs.indexOf(tab);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
    const to = steps[event.key];
    if (to !== undefined && event.ctrlKey && event.shiftKey) {
      model.setLayout((now) => moveTab(now, tab, Math.max(0, to)));
      requestAnimationFrame(() => focusTab(tab));
    } else if (to !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const next = tabs.at(to % tabs.length);
      if (next !== undefined) choose(next);
    } else if (event.key === 'Delete') {
      model.close(tab);
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      choose(tab);
      model.focusPane();
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      setMenu({ tab, anchor: event.currentTarget.getBoundingClientRect() });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onContextMenu(event: MouseEvent, tab: string): void {
    event.preventDefault();
    setMenu({ tab, anchor: event.currentTarget.getBoundingClientRect() });
  }

  const menuInfo = menu && terminals.getState().terminals.get(menu.tab.slice('terminal:'.length));
  return (
    <>
      <div ref={list} className="dock__tabs" role="tablist" aria-label="Terminals" {...drag.list}>
        {layout.tabs.map((tab) => {
          const face = faces.get(tab);
          const pane = shown.get(tab);
          return (
            <div
              key={tab}
              role="presentation"
              className={pane === undefined ? 'docktab' : 'docktab is-shown'}
              data-selected={tab === selected}
              onAuxClick={(event) => {
                if (event.button === 1) model.close(tab);
              }}
              onContextMenu={(event) => onContextMenu(event, tab)}
              {...drag.tab(tab)}
            >
              <button
                type="button"
                role="tab"
                className="docktab__face"
                id={`dock-tab-${tab}`}
                data-tab={tab}
                aria-selected={tab === selected}
                aria-controls={pane === undefined || !isOpen ? undefined : `dock-panel-${pane}`}
                tabIndex={tab === selected || (selected === null && tab === layout.tabs[0]) ? 0 : -1}
                title={face && [face.name, face.detail, face.state].filter((part) => part !== '').join(', ')}
                onClick={() => {
                  choose(tab);
                  model.focusPane();
                }}
                onKeyDown={(event) => onKeyDown(event, tab)}
              >
                {face && <FaceOf face={face} />}
              </button>
              <span className="docktab__x" aria-hidden="true" title="Close (Delete)" onClick={() => model.close(tab)}>
                <Icon name="times" />
              </span>
            </div>
          );
        })}
      </div>
      {menu && (
        <Menu
          anchor={menu.anchor}
          label="Actions of the tab"
          items={
            menuInfo
              ? terminalMenu(model, menuInfo)
              : [{ label: 'Close', icon: 'times', run: () => model.close(menu.tab) }]
          }
          onClose={closeMenu}
        />
      )}
    </>
  );
}

function faceOf(list: HTMLElement | null, tab: string): HTMLElement | undefined {
  return [...(list?.querySelectorAll<HTMLElement>('[data-tab]') ?? [])].find(({ dataset }) => dataset['tab'] === tab);
}

function FaceOf({ face }: { readonly face: TabFace }): ReactNode {
  // The number of several on one host is what tells them apart: it is never cut.
  const [, name = face.name, number] = /^(.*) (\(\d+\))$/.exec(face.name) ?? [];
  return (
    <>
      <Icon name={face.icon} {...(face.tone && { tone: face.tone })} />
      <span className="docktab__name">{name}</span>
      {number !== undefined && <span className="docktab__number">{number}</span>}
      {face.detail !== '' && <span className="docktab__detail">{face.detail}</span>}
      {face.isRecording && (
        <span className="dock__rec">
          <span className="dock__dot" aria-hidden="true" /> rec
        </span>
      )}
      {face.bells > 0 && (
        <span className="docktab__bell">
          <Icon name="bell" label="Bell" />
          {face.bells > 99 ? '99+' : face.bells}
        </span>
      )}
      {face.state !== '' && <span className="b-hidden">, {face.state}</span>}
    </>
  );
}

function useFaces(tabs: readonly string[]): ReadonlyMap<string, TabFace> {
  const terminals = useStore(useSession().terminals, (state) => state.terminals);
  const operations = useOperations((state) => state.operations);
  const seenBells = useDockState((state) => state.seenBells);
  const names = useTerminalNames();
  const faces = new Map<string, TabFace>();
  const plain = { tone: undefined, detail: '', state: '', isRecording: false, bells: 0 };
  for (const tab of tabs) {
    const at = tab.indexOf(':');
    const [kind, id] = at < 0 ? [tab, ''] : [tab.slice(0, at), tab.slice(at + 1)];
    const info = kind === 'terminal' ? terminals.get(id) : undefined;
    if (info) {
      const look = terminalLook(info);
      const isOpen = info.state.kind === 'open';
      faces.set(tab, {
        icon: look.icon,
        tone: isOpen ? undefined : look.tone,
        name: names.get(id) ?? '',
        detail: isOpen ? info.title : look.word,
        state: info.recording ? `${look.word}, recording` : look.word,
        isRecording: info.recording !== null,
        bells: Math.max(0, info.bells - (seenBells.get(id) ?? info.bells)),
      });
    } else if (kind === 'operation') {
      const operation = operations.get(id);
      const state = operation && operationState(operation, null);
      faces.set(tab, {
        ...plain,
        icon: state?.icon ?? 'tasks',
        tone: state?.tone,
        name: operation ? operationTitle(operation.plan) : 'Operation',
        detail: state?.text ?? '',
      });
    } else {
      faces.set(tab, { ...plain, icon: 'history', name: kind === 'recording' ? 'Recording' : 'Recordings' });
    }
  }
  return faces;
}
