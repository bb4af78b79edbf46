import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Multiplexer, TerminalInfo, TerminalSize } from '../../../shared/model/terminal.ts';
import { dockTab, type DockWish } from '../../state/dock-store.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import type { Session } from '../../state/session.ts';
import { lookAtPaste, wantsLook, type PasteLook } from '../../terminal/paste.ts';
import type { ShellAction } from '../../terminal/shell-keys.ts';
import type { ShellTerminal } from '../../terminal/shell-terminal.ts';
import { lookAtBells, type SeenBells } from './bells.ts';
import type { Broadcast } from './broadcast.ts';
import { createBroadcasting } from './broadcasting.ts';
import { createClosings } from './closings.ts';
import { keepLayout, keptLayout } from './layout-kept.ts';
import { growPane, paneBeside } from './layout-places.ts';
import {
  closeTab,
  focusedPane,
  onePane,
  paneOf,
  panesOf,
  showTab,
  splitPane,
  withTabs,
  type DockLayout,
  type Side,
} from './layout.ts';
import { createShells } from './shells.ts';
import { writeClipboard } from './write-clipboard.ts';

/** A question over the dock. */
export type DockDialog =
  | { readonly kind: 'paste'; readonly terminalId: string; readonly text: string; readonly look: PasteLook }
  | { readonly kind: 'link'; readonly address: string }
  | { readonly kind: 'broadcast' };

export interface DockState {
  readonly layout: DockLayout;
  readonly dialog: DockDialog | null;
  readonly broadcast: Broadcast | null;
  /** The tab in which something is searched for; null: none. */
  readonly finding: string | null;
  readonly seenBells: SeenBells;
  /** Closed here a moment ago, and not gone yet: that can be undone. */
  readonly closing: ReadonlySet<string>;
  /** Counts up when the focus is to go to the pane that has it by the layout. */
  readonly focusWish: number;
}

/** What the dock does. It lives as long as the dock is in the page; terminals outlive it. */
export interface DockModel extends StoreApi<DockState> {
  setLayout(change: (layout: DockLayout) => DockLayout): void;
  /** The xterm of a terminal, made when it is first asked for. */
  shell(terminalId: string): ShellTerminal;
  /** A new terminal, in a new pane on that side of the one with the focus. */
  open(hostId: string, side?: Side): Promise<void>;
  reopen(terminalId: string, attach: Multiplexer | null): void;
  fulfil(wishes: readonly DockWish[]): void;
  /** Shows a tab and gives it the focus. */
  show(tab: string): void;
  close(tab: string): void;
  /** Leaves one pane, with this tab. */
  onePane(tab: string): void;
  act(action: ShellAction): void;
  /** Without a further look at it. */
  paste(terminalId: string, text: string): void;
  setDialog(dialog: DockDialog | null): void;
  setFinding(tab: string | null): void;
  focusPane(): void;
  broadcastTo(terminalIds: readonly string[]): void;
  endBroadcast(why: string): void;
  record(terminalId: string, on: boolean, withInput: boolean): void;
  dispose(): void;
}

/** A step of the keys that move the lines between panes, as a share. */
const GROW_STEP = 0.05;
const usualSize: TerminalSize = { columns: 80, rows: 24 };

export function createDockModel(session: Session): DockModel {
  const { client, terminals, toasts, announcer, settings, fleet, dialogs, dock } = session;
  const isDemo = session.info.demo !== null;
  const store = createStore<DockState>()(() => ({
    layout: keptLayout(isDemo),
    dialog: null,
    broadcast: null,
    finding: null,
    seenBells: new Map(),
    closing: new Set(),
    focusWish: 0,
  }));
  let toldBells: ReadonlySet<string> = new Set();
  let isWritingClipboard = false;

  const failed = (error: unknown) => toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
  const current = () => focusedPane(store.getState().layout).tab;
  const setDialog = (dialog: DockDialog | null) => store.setState({ dialog });
  const focusPane = () => store.setState(({ focusWish }) => ({ focusWish: focusWish + 1 }));

  const broadcasting = createBroadcasting(session, {
    get: () => store.getState().broadcast,
    set: (broadcast) => store.setState({ broadcast }),
  });
  const closings = createClosings(
    session,
    { get: () => store.getState().closing, set: (closing) => store.setState({ closing }) },
    (id) => show(dockTab.terminal(id)),
  );
  const shells = createShells(session, {
    onTyped: (id, text) => {
      for (const each of broadcasting.typedInto(id)) shells.of(each).type(text);
    },
    onPaste: (id, text) => {
      const look = lookAtPaste(text);
      if (settings.getState().settings.terminal.pasteGuard && wantsLook(look)) {
        setDialog({ kind: 'paste', terminalId: id, text, look });
      } else paste(id, text);
    },
    onLink: (address) => setDialog({ kind: 'link', address }),
    onAction: act,
    onFocus: (id) => {
      const pane = paneOf(store.getState().layout, dockTab.terminal(id));
      if (pane) setLayout((layout) => (layout.focused === pane.id ? layout : { ...layout, focused: pane.id }));
    },
    onClipboard: (id, text) => {
      const hostId = terminals.getState().terminals.get(id)?.hostId;
      // One at a time: a host that prints thousands of them asks the core for nothing.
      if (hostId === undefined || isWritingClipboard) return;
      isWritingClipboard = true;
      void writeClipboard(session, hostId, text).finally(() => (isWritingClipboard = false));
    },
  });

  function paste(id: string, text: string): void {
    for (const each of broadcasting.typedInto(id)) shells.of(each).paste(text);
  }

  function setLayout(change: (layout: DockLayout) => DockLayout): void {
    const layout = change(store.getState().layout);
    if (layout === store.getState().layout) return;
    store.setState({ layout });
    keepLayout(layout, isDemo);
    seeBells();
  }

  /** Tabs follow what there is: terminals of other windows too. */
  function follow(): void {
    const { terminals: all, loaded } = terminals.getState();
    if (!loaded) return;
    const { closing } = store.getState();
    const there = [...all.keys()].filter((id) => !closing.has(id)).map(dockTab.terminal);
    setLayout((layout) => withTabs(layout, [...layout.tabs.filter((tab) => terminalOf(tab) === null), ...there]));
    shells.keep(all);
    broadcasting.follow();
    seeBells();
  }

  /** What is on the screen has been seen; a bell elsewhere is said once, politely, until somebody looks. */
  function seeBells(): void {
    const { layout, seenBells } = store.getState();
    const shown = new Set(panesOf(layout.root).map(({ tab }) => tab));
    const isLooking = dock.getState().open && document.visibilityState === 'visible';
    const { seen, told, rings } = lookAtBells(
      terminals.getState().terminals.values(),
      seenBells,
      toldBells,
      (id) => isLooking && shown.has(dockTab.terminal(id)),
    );
    toldBells = told;
    for (const { hostId } of rings) {
      announcer.say(`Bell in the terminal on ${fleet.getState().rows.get(hostId)?.name ?? 'a host'}.`);
    }
    if (seen !== seenBells) store.setState({ seenBells: seen });
  }

  async function open(hostId: string, side?: Side): Promise<void> {
    const beside = terminalOf(current());
    const size = (beside === null ? null : shells.sizeOf(beside)) ?? usualSize;
    try {
      place(await client.terminal.open({ hostId, size, attach: null }), side);
    } catch (error) {
      failed(error);
    }
  }

  function place(info: TerminalInfo, side: Side | undefined): void {
    const tab = dockTab.terminal(info.id);
    // The layout first: the store would show the new tab wherever there is room.
    setLayout((layout) => {
      const pane = focusedPane(layout);
      return side && pane.tab !== tab ? splitPane(layout, pane.id, side, tab) : showTab(layout, tab);
    });
    if (!terminals.getState().terminals.has(info.id)) terminals.put(info);
    focusPane();
  }

  function show(tab: string): void {
    setLayout((layout) => showTab(layout, tab));
    focusPane();
  }

  function close(tab: string): void {
    const id = terminalOf(tab);
    if (id !== null && terminals.getState().terminals.has(id)) closings.close(id);
    setLayout((layout) => closeTab(layout, tab));
    broadcasting.follow();
    focusPane();
  }

  function hostOfTab(tab: string | null): string | null {
    const id = terminalOf(tab);
    if (id !== null) return terminals.getState().terminals.get(id)?.hostId ?? null;
    if (!tab?.startsWith('operation:')) return null;
    return session.operations.getState().operations.get(tab.slice('operation:'.length))?.plan.hostId ?? null;
  }

  function openBeside(side?: Side): void {
    const hostId = hostOfTab(current());
    if (hostId !== null) void open(hostId, side);
  }

  function step(by: 1 | -1): void {
    const { tabs } = store.getState().layout;
    const tab = tabs.at((tabs.indexOf(current() ?? '') + by) % tabs.length);
    if (tab !== undefined) show(tab);
  }

  function toPane(side: Side): void {
    const beside = paneBeside(store.getState().layout, side);
    if (beside !== null) setLayout((layout) => ({ ...layout, focused: beside }));
    focusPane();
  }

  const grow = (side: Side) => setLayout((layout) => growPane(layout, side, GROW_STEP));
  const actions: Partial<Record<ShellAction, () => void>> = {
    find: () => store.setState({ finding: current() }),
    new: () => openBeside(),
    close: () => {
      const tab = current();
      if (tab !== null) close(tab);
    },
    'split-right': () => openBeside('right'),
    'split-below': () => openBeside('down'),
    broadcast: () => {
      if (store.getState().broadcast) broadcasting.end('Broadcast off.');
      else setDialog({ kind: 'broadcast' });
    },
    palette: () => dialogs.show({ kind: 'palette', text: '' }),
    'next-tab': () => step(1),
    'previous-tab': () => step(-1),
    left: () => toPane('left'),
    right: () => toPane('right'),
    up: () => toPane('up'),
    down: () => toPane('down'),
    'grow-left': () => grow('left'),
    'grow-right': () => grow('right'),
    'grow-up': () => grow('up'),
    'grow-down': () => grow('down'),
  };

  function act(action: ShellAction): void {
    const id = terminalOf(current());
    if (id === null || !shells.get(id)?.act(action)) actions[action]?.();
  }

  const stops = [
    terminals.subscribe(follow),
    store.subscribe(({ closing }, before) => {
      if (closing !== before.closing) follow();
    }),
    settings.subscribe(({ settings: next }) => shells.set(next.terminal)),
    dock.subscribe(({ open: isOpen }, before) => {
      if (isOpen && !before.open) seeBells();
    }),
  ];
  terminals.start();
  follow();

  return {
    ...store,
    setLayout,
    shell: (id) => shells.of(id),
    open,
    reopen(id, attach) {
      client.terminal.reopen({ id, attach }).then((info) => terminals.put(info), failed);
    },
    fulfil(wishes) {
      for (const wish of wishes) {
        if (wish.kind === 'show') {
          show(wish.tab);
          continue;
        }
        const { closing } = store.getState();
        const there = [...terminals.getState().terminals.values()].find(
          ({ id, hostId, state }) => hostId === wish.hostId && !closing.has(id) && state.kind !== 'ended',
        );
        if (there && !wish.another) show(dockTab.terminal(there.id));
        else void open(wish.hostId);
      }
    },
    show,
    close,
    onePane(tab) {
      setLayout((layout) => onePane(layout, tab));
      focusPane();
    },
    act,
    paste,
    setDialog,
    setFinding: (finding) => store.setState({ finding }),
    focusPane,
    broadcastTo: (ids) => broadcasting.begin(ids),
    endBroadcast: (why) => broadcasting.end(why),
    record(id, on, withInput) {
      client.terminal.record({ id, on, withInput }).then((info) => terminals.put(info), failed);
      focusPane();
    },
    dispose() {
      for (const stop of stops) stop();
      broadcasting.dispose();
      closings.dispose();
      shells.dispose();
    },
  };
}

/** The id of the terminal that a tab shows; null: it shows something else. */
function terminalOf(tab: string | null): string | null {
  return tab?.startsWith('terminal:') ? tab.slice('terminal:'.length) : null;
}
