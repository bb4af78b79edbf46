import { createStore, type StoreApi } from 'zustand/vanilla';
import { terminalChoices } from '../../../shared/logic/connect-choices.ts';
import type { Multiplexer, TerminalInfo, TerminalSize } from '../../../shared/model/terminal.ts';
import { dockTab, type DockWish } from '../../state/dock-store.ts';
import { failureOf, failureText } from '../../state/failure-of.ts';
import type { Session } from '../../state/session.ts';
import { TOAST_STAY_MS } from '../../state/toasts-store.ts';
import { lookAtPaste, wantsLook, type PasteLook } from '../../terminal/paste.ts';
import type { ShellAction } from '../../terminal/shell-keys.ts';
import type { ShellTerminal } from '../../terminal/shell-terminal.ts';
import { beginBroadcast, idleLeft, receiversOf, withOpenOnly, type Broadcast } from './broadcast.ts';
import {
  closeTab,
  focusedPane,
  growPane,
  onePane,
  paneBeside,
  paneOf,
  panesOf,
  parseLayout,
  showTab,
  splitPane,
  withTabs,
  type DockLayout,
  type Side,
} from './layout.ts';
import { createShells } from './shells.ts';

/** A question over the dock. */
export type DockDialog =
  | { readonly kind: 'paste'; readonly terminalId: string; readonly text: string; readonly look: PasteLook }
  | { readonly kind: 'link'; readonly address: string }
  | { readonly kind: 'broadcast' };

export interface DockState {
  readonly layout: DockLayout;
  readonly dialog: DockDialog | null;
  readonly broadcast: Broadcast | null;
  /** The pane in which something is searched for; null: none. */
  readonly finding: string | null;
  /** Bells that were seen, by terminal. */
  readonly seenBells: ReadonlyMap<string, number>;
  /** Closed here a moment ago, and not gone yet: that can be undone. */
  readonly closing: ReadonlySet<string>;
  /** Counts up when the focus is to go to the pane that has it by the layout. */
  readonly focusWish: number;
}

/** What the dock does. It lives as long as the session's page; terminals outlive it. */
export interface DockModel extends StoreApi<DockState> {
  setLayout(change: (layout: DockLayout) => DockLayout): void;
  /** The xterm of a terminal, made when it is first asked for. */
  shell(terminalId: string): ShellTerminal;
  open(hostId: string, side?: Side): Promise<void>;
  reopen(terminalId: string, attach: Multiplexer | null): void;
  fulfil(wishes: readonly DockWish[]): void;
  /** Shows a tab and gives it the focus. */
  show(tab: string): void;
  close(tab: string): void;
  split(side: Side): void;
  /** Leaves one pane, with this tab. */
  onePane(tab: string): void;
  act(action: ShellAction): void;
  paste(terminalId: string, text: string): void;
  setDialog(dialog: DockDialog | null): void;
  setFinding(tab: string | null): void;
  focusPane(): void;
  broadcastTo(terminalIds: readonly string[]): void;
  endBroadcast(why: string): void;
  record(terminalId: string, on: boolean, withInput: boolean): void;
  dispose(): void;
}

const LAYOUT_KEPT = 'berth-dock-layout';
/** A step of the keys that move the lines between panes, as a share. */
const GROW_STEP = 0.05;
const usualSize: TerminalSize = { columns: 80, rows: 24 };

export function createDockModel(session: Session): DockModel {
  const { client, terminals, toasts, announcer, settings, fleet, dialogs, dock } = session;
  const kept = `${LAYOUT_KEPT}${session.info.demo === null ? '' : '-demo'}`;
  const store = createStore<DockState>()(() => ({
    layout: parseLayout(localStorage.getItem(kept)),
    dialog: null,
    broadcast: null,
    finding: null,
    seenBells: new Map(),
    closing: new Set(),
    focusWish: 0,
  }));
  const closings = new Map<string, ReturnType<typeof setTimeout>>();
  const wished = new Map<string, Side>();
  let idleTimer: ReturnType<typeof setTimeout> | null = null;

  const failed = (error: unknown) => toasts.add({ tone: 'danger', text: failureText(failureOf(error)) });
  const idOf = (tab: string | null) => (tab?.startsWith('terminal:') ? tab.slice('terminal:'.length) : null);
  const current = () => focusedPane(store.getState().layout).tab;
  const nameOf = (hostId: string) => fleet.getState().rows.get(hostId)?.name ?? 'A host that is gone';

  const shells = createShells(session, {
    onTyped: type,
    onPaste: paste,
    onLink: (address) => setDialog({ kind: 'link', address }),
    onAction: act,
    onFocus: (id) => {
      const pane = paneOf(store.getState().layout, dockTab.terminal(id));
      if (pane) setLayout((layout) => ({ ...layout, focused: pane.id }));
    },
    onClipboard: (id, text) => void writeClipboard(id, text),
  });

  function setLayout(change: (layout: DockLayout) => DockLayout): void {
    const layout = change(store.getState().layout);
    if (layout === store.getState().layout) return;
    store.setState({ layout });
    localStorage.setItem(kept, JSON.stringify(layout));
    seeBells();
  }

  /** Tabs follow what there is: terminals of other windows too. */
  function follow(): void {
    const { terminals: all, loaded } = terminals.getState();
    if (!loaded) return;
    const { closing, broadcast } = store.getState();
    const there = [...all.keys()].filter((id) => !closing.has(id)).map(dockTab.terminal);
    setLayout((layout) => {
      const others = layout.tabs.filter((tab) => idOf(tab) === null);
      return withTabs(layout, [...others, ...there]);
    });
    shells.keep(all);
    if (broadcast) {
      const left = withOpenOnly(broadcast, all);
      if (!left) endBroadcast('Broadcast off: only one terminal is left.');
      else if (left !== broadcast) store.setState({ broadcast: left });
    }
    seeBells();
  }

  /** What is on the screen has been seen; a bell elsewhere is said once, politely, until somebody looks. */
  function seeBells(): void {
    const { layout, seenBells } = store.getState();
    const shown = new Set(panesOf(layout.root).map(({ tab }) => tab));
    const isLooking = dock.getState().open && document.visibilityState === 'visible';
    const seen = new Map(seenBells);
    for (const { id, bells, hostId } of terminals.getState().terminals.values()) {
      const before = seen.get(id);
      if (before === bells) continue;
      if (before === undefined || (isLooking && shown.has(dockTab.terminal(id)))) seen.set(id, bells);
      else if (!told.has(id)) {
        told.add(id);
        announcer.say(`Bell in the terminal on ${nameOf(hostId)}.`);
      }
      if (seen.get(id) === bells) told.delete(id);
    }
    if ([...seen].some(([id, bells]) => seenBells.get(id) !== bells)) store.setState({ seenBells: seen });
  }
  const told = new Set<string>();

  async function open(hostId: string, side?: Side): Promise<void> {
    const beside = idOf(current());
    const size = (beside === null ? null : shells.sizeOf(beside)) ?? usualSize;
    try {
      const info = await client.terminal.open({ hostId, size, attach: null });
      if (side) wished.set(info.id, side);
      place(info);
    } catch (error) {
      failed(error);
    }
  }

  function place(info: TerminalInfo): void {
    const tab = dockTab.terminal(info.id);
    const side = wished.get(info.id);
    wished.delete(info.id);
    // The layout first: the store would show the new tab wherever there is room.
    setLayout((layout) => (side ? splitPane(layout, focusedPane(layout).id, side, tab) : showTab(layout, tab)));
    if (!terminals.getState().terminals.has(info.id)) terminals.put(info);
    focusPane();
  }

  function show(tab: string): void {
    setLayout((layout) => showTab(layout, tab));
    focusPane();
  }

  function focusPane(): void {
    store.setState(({ focusWish }) => ({ focusWish: focusWish + 1 }));
  }

  function close(tab: string): void {
    const id = idOf(tab);
    const info = id === null ? undefined : terminals.getState().terminals.get(id);
    if (id === null || !info) {
      setLayout((layout) => closeTab(layout, tab));
      focusPane();
      return;
    }
    store.setState(({ closing }) => ({ closing: new Set(closing).add(id) }));
    follow();
    focusPane();
    const now = () => {
      closings.delete(id);
      client.terminal.close({ id }).catch(failed);
      store.setState(({ closing }) => ({ closing: without(closing, id) }));
      const left = new Map(terminals.getState().terminals);
      left.delete(id);
      terminals.setState({ terminals: left });
    };
    if (info.state.kind === 'ended') {
      now();
      return;
    }
    closings.set(id, setTimeout(now, TOAST_STAY_MS.withAction));
    toasts.add({
      tone: 'info',
      text: `The terminal on ${nameOf(info.hostId)} closes, and what runs in it ends.`,
      action: { label: 'Undo', run: () => undoClose(id) },
    });
  }

  function undoClose(id: string): void {
    const timer = closings.get(id);
    if (!timer) return;
    clearTimeout(timer);
    closings.delete(id);
    store.setState(({ closing }) => ({ closing: without(closing, id) }));
    show(dockTab.terminal(id));
  }

  function hostOfTab(tab: string | null): string | null {
    const id = idOf(tab);
    if (id !== null) return terminals.getState().terminals.get(id)?.hostId ?? null;
    if (!tab?.startsWith('operation:')) return null;
    return session.operations.getState().operations.get(tab.slice('operation:'.length))?.plan.hostId ?? null;
  }

  function split(side: Side): void {
    const hostId = hostOfTab(current());
    if (hostId !== null) void open(hostId, side);
  }

  function move(by: 1 | -1): void {
    const { tabs } = store.getState().layout;
    const at = tabs.indexOf(current() ?? '');
    const tab = tabs.at((at + by) % tabs.length);
    if (tab !== undefined) show(tab);
  }

  function act(action: ShellAction): void {
    const tab = current();
    const id = idOf(tab);
    if (id !== null && shells.get(id)?.act(action)) return;
    switch (action) {
      case 'find':
        store.setState({ finding: tab });
        return;
      case 'new': {
        const hostId = hostOfTab(tab);
        if (hostId !== null) void open(hostId);
        return;
      }
      case 'close':
        if (tab !== null) close(tab);
        return;
      case 'split-right':
        split('right');
        return;
      case 'split-below':
        split('down');
        return;
      case 'broadcast':
        if (store.getState().broadcast) endBroadcast('Broadcast off.');
        else setDialog({ kind: 'broadcast' });
        return;
      case 'palette':
        dialogs.show({ kind: 'palette', text: '' });
        return;
      case 'next-tab':
        move(1);
        return;
      case 'previous-tab':
        move(-1);
        return;
      case 'left':
      case 'right':
      case 'up':
      case 'down': {
        const beside = paneBeside(store.getState().layout, action);
        if (beside !== null) setLayout((layout) => ({ ...layout, focused: beside }));
        focusPane();
        return;
      }
      case 'grow-left':
      case 'grow-right':
      case 'grow-up':
      case 'grow-down':
        setLayout((layout) => growPane(layout, action.slice('grow-'.length) as Side, GROW_STEP));
        return;
      default:
    }
  }

  function type(id: string, text: string): void {
    const { broadcast } = store.getState();
    const to = receiversOf(broadcast, id);
    for (const each of to) shells.of(each).type(text);
    if (broadcast && to.length > 1) keepBroadcasting();
  }

  function paste(id: string, text: string): void {
    const look = lookAtPaste(text);
    if (settings.getState().settings.terminal.pasteGuard && wantsLook(look)) {
      setDialog({ kind: 'paste', terminalId: id, text, look });
    } else pasteNow(id, text);
  }

  function pasteNow(id: string, text: string): void {
    const { broadcast } = store.getState();
    const to = receiversOf(broadcast, id);
    for (const each of to) shells.of(each).paste(text);
    if (broadcast && to.length > 1) keepBroadcasting();
  }

  function setDialog(dialog: DockDialog | null): void {
    store.setState({ dialog });
  }

  function keepBroadcasting(): void {
    const { broadcast } = store.getState();
    if (broadcast) store.setState({ broadcast: { ...broadcast, lastTypedAt: Date.now() } });
    watchIdle();
  }

  function watchIdle(): void {
    if (idleTimer) clearTimeout(idleTimer);
    idleTimer = null;
    const { broadcast } = store.getState();
    if (!broadcast) return;
    const { broadcastIdleSeconds } = settings.getState().settings.terminal;
    const left = idleLeft(broadcast, Date.now(), broadcastIdleSeconds);
    if (left === 0) endBroadcast(`Broadcast off: nothing was typed for ${broadcastIdleSeconds} seconds.`);
    else idleTimer = setTimeout(watchIdle, left);
  }

  function endBroadcast(why: string): void {
    if (idleTimer) clearTimeout(idleTimer);
    idleTimer = null;
    if (!store.getState().broadcast) return;
    store.setState({ broadcast: null });
    toasts.add({ tone: 'info', text: why });
  }

  /** OSC 52: only where the host or its group is allowed to; asked each time, since that may change. */
  async function writeClipboard(id: string, text: string): Promise<void> {
    const hostId = terminals.getState().terminals.get(id)?.hostId;
    if (hostId === undefined) return;
    const row = fleet.getState().rows.get(hostId);
    try {
      const [host, groups] = await Promise.all([firstDetail(hostId), client.group.list()]);
      const group = groups.find(({ name }) => name === host.group) ?? null;
      if (!terminalChoices(host, group).clipboard.value) return;
      await navigator.clipboard.writeText(text);
      toasts.add({ tone: 'info', text: `${row?.name ?? 'A host'} wrote ${text.length} characters to the clipboard.` });
    } catch {
      // The window is not in front, or the browser forbids it: a host gets no word of that.
    }
  }

  async function firstDetail(hostId: string) {
    const stopped = new AbortController();
    try {
      const details = await client.host.watch({ id: hostId }, { signal: stopped.signal });
      const first = await details.next();
      if (first.done) throw new Error('no detail');
      return first.value.host;
    } finally {
      stopped.abort();
    }
  }

  const stops = [
    terminals.subscribe(follow),
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
    split,
    onePane(tab) {
      setLayout((layout) => onePane(layout, tab));
      focusPane();
    },
    act,
    paste: pasteNow,
    setDialog,
    setFinding: (finding) => store.setState({ finding }),
    focusPane,
    broadcastTo(ids) {
      store.setState({ broadcast: beginBroadcast(ids, Date.now()) });
      watchIdle();
    },
    endBroadcast,
    record(id, on, withInput) {
      client.terminal.record({ id, on, withInput }).then((info) => terminals.put(info), failed);
    },
    dispose() {
      for (const stop of stops) stop();
      if (idleTimer) clearTimeout(idleTimer);
      for (const [id, timer] of closings) {
        clearTimeout(timer);
        client.terminal.close({ id }).catch(() => undefined);
      }
      shells.dispose();
    },
  };
}

function without<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const left = new Set(set);
  left.delete(item);
  return left;
}
