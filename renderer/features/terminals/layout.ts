/**
 * How the dock is laid out: its tabs in their order, and a tree of panes that each show one of them. Pure values; every function returns
 * another layout. A tab is in one pane at most.
 */
export interface DockLayout {
  readonly tabs: readonly string[];
  readonly root: LayoutNode;
  /** The pane that has the focus, or had it last. */
  readonly focused: number;
  readonly nextId: number;
}

export interface Pane {
  readonly kind: 'pane';
  readonly id: number;
  readonly tab: string | null;
}
/** `row`: side by side, `column`: stacked. `shares` add up to 1, one a part. */
export interface Split {
  readonly kind: 'split';
  readonly id: number;
  readonly direction: 'row' | 'column';
  readonly shares: readonly number[];
  readonly parts: readonly LayoutNode[];
}
export type LayoutNode = Pane | Split;

export type Side = 'left' | 'right' | 'up' | 'down';

export const emptyLayout: DockLayout = { tabs: [], root: { kind: 'pane', id: 1, tab: null }, focused: 1, nextId: 2 };

export function panesOf(node: LayoutNode): readonly Pane[] {
  return node.kind === 'pane' ? [node] : node.parts.flatMap(panesOf);
}

export function focusedPane(layout: DockLayout): Pane {
  const panes = panesOf(layout.root);
  const pane = panes.find(({ id }) => id === layout.focused) ?? panes[0];
  if (!pane) throw new Error('A layout without a pane');
  return pane;
}

export function paneOf(layout: DockLayout, tab: string): Pane | undefined {
  return panesOf(layout.root).find((pane) => pane.tab === tab);
}

/** Brings the tabs up to date with what there is: what is gone leaves, what is new comes last. */
export function withTabs(layout: DockLayout, there: readonly string[]): DockLayout {
  const wanted = new Set(there);
  let next = layout;
  for (const tab of layout.tabs) if (!wanted.has(tab)) next = closeTab(next, tab);
  const fresh = there.filter((tab) => !next.tabs.includes(tab));
  if (fresh.length > 0) next = { ...next, tabs: [...next.tabs, ...fresh] };
  const pane = focusedPane(next);
  const [free] = next.tabs.filter((tab) => !paneOf(next, tab));
  return pane.tab === null && free !== undefined ? inPane(next, pane.id, free) : next;
}

/** Shows a tab: where it is shown already, else in the pane with the focus. A tab that is not there yet comes behind the one shown. */
export function showTab(layout: DockLayout, tab: string): DockLayout {
  const shown = paneOf(layout, tab);
  if (shown) return { ...layout, focused: shown.id };
  const pane = focusedPane(layout);
  return inPane(withTabBehind(layout, tab, pane.tab), pane.id, tab);
}

/** A pane that showed the tab goes when there are others; the only one shows the neighbour instead. */
export function closeTab(layout: DockLayout, tab: string): DockLayout {
  const at = layout.tabs.indexOf(tab);
  if (at < 0) return layout;
  const tabs = layout.tabs.filter((each) => each !== tab);
  const pane = paneOf(layout, tab);
  if (!pane) return { ...layout, tabs };
  if (panesOf(layout.root).length > 1) return closePane({ ...layout, tabs }, pane.id);
  return inPane({ ...layout, tabs }, pane.id, tabs[Math.min(at, tabs.length - 1)] ?? null);
}

/** Takes a pane away; its tab stays among the tabs. */
export function closePane(layout: DockLayout, id: number): DockLayout {
  const before = panesOf(layout.root);
  if (before.length < 2) return layout;
  const at = before.findIndex((pane) => pane.id === id);
  const root = without(layout.root, id);
  if (!root) return layout;
  const left = panesOf(root);
  const next = left.some((pane) => pane.id === layout.focused) ? undefined : left[Math.max(0, at - 1)];
  return { ...layout, root, focused: next?.id ?? layout.focused };
}

/** Divides a pane: `tab` is shown in a new half of it on that side, which gets the focus. */
export function splitPane(layout: DockLayout, id: number, side: Side, tab: string): DockLayout {
  const target = panesOf(layout.root).find((pane) => pane.id === id);
  const moved = paneOf(layout, tab);
  if (!target || (moved?.id === id && panesOf(layout.root).length === 1 && layout.tabs.length < 2)) return layout;
  let next = withTabBehind(layout, tab, target.tab);
  if (moved && moved.id !== id) next = closePane(next, moved.id);
  else if (moved) next = inPane(next, id, next.tabs.find((each) => !paneOf(next, each)) ?? null);
  const direction = side === 'left' || side === 'right' ? 'row' : 'column';
  const fresh: Pane = { kind: 'pane', id: next.nextId, tab };
  const isBefore = side === 'left' || side === 'up';
  const root = divided(next.root, id, direction, fresh, isBefore, next.nextId + 1);
  return { ...next, root, focused: fresh.id, nextId: next.nextId + 2 };
}

/** One pane with this tab; the others stay among the tabs. */
export function onePane(layout: DockLayout, tab: string): DockLayout {
  const pane = paneOf(layout, tab) ?? focusedPane(layout);
  return inPane({ ...layout, root: pane }, pane.id, tab);
}

export function moveTab(layout: DockLayout, tab: string, to: number): DockLayout {
  const others = layout.tabs.filter((each) => each !== tab);
  if (others.length === layout.tabs.length) return layout;
  const at = Math.max(0, Math.min(others.length, to));
  return { ...layout, tabs: [...others.slice(0, at), tab, ...others.slice(at)] };
}

/** Puts a tab into a pane; where it was shown before, that pane goes. */
export function putTab(layout: DockLayout, tab: string, id: number): DockLayout {
  const before = paneOf(layout, tab);
  if (before?.id === id) return { ...layout, focused: id };
  const left = before ? closePane(layout, before.id) : withTabBehind(layout, tab, focusedPane(layout).tab);
  return inPane(left, id, tab);
}

function inPane(layout: DockLayout, id: number, tab: string | null): DockLayout {
  const change = (node: LayoutNode): LayoutNode => {
    if (node.kind === 'split') return { ...node, parts: node.parts.map(change) };
    return node.id === id ? { ...node, tab } : node;
  };
  return { ...layout, root: change(layout.root), focused: id };
}

function withTabBehind(layout: DockLayout, tab: string, before: string | null): DockLayout {
  if (layout.tabs.includes(tab)) return layout;
  const at = before === null ? layout.tabs.length : layout.tabs.indexOf(before) + 1;
  return { ...layout, tabs: [...layout.tabs.slice(0, at), tab, ...layout.tabs.slice(at)] };
}

/** The tree without a pane; a split with one part left is that part. Null: nothing is left. */
function without(node: LayoutNode, id: number): LayoutNode | null {
  if (node.kind === 'pane') return node.id === id ? null : node;
  const kept = node.parts.flatMap((part, index) => {
    const left = without(part, id);
    return left ? [{ part: left, share: node.shares[index] ?? 0 }] : [];
  });
  const [only] = kept;
  if (!only) return null;
  if (kept.length === 1) return only.part;
  const total = kept.reduce((sum, { share }) => sum + share, 0);
  return { ...node, parts: kept.map(({ part }) => part), shares: kept.map(({ share }) => share / total) };
}

/** A split of the same direction takes one part more; otherwise the pane becomes a split. */
function divided(
  node: LayoutNode,
  id: number,
  direction: Split['direction'],
  fresh: Pane,
  isBefore: boolean,
  splitId: number,
): LayoutNode {
  const two = (old: LayoutNode) => (isBefore ? [fresh, old] : [old, fresh]);
  if (node.kind === 'pane') {
    return node.id === id ? { kind: 'split', id: splitId, direction, shares: [0.5, 0.5], parts: two(node) } : node;
  }
  const at = node.parts.findIndex((part) => part.kind === 'pane' && part.id === id);
  const target = node.parts[at];
  if (node.direction === direction && target) {
    const half = (node.shares[at] ?? 0) / 2;
    return {
      ...node,
      parts: node.parts.flatMap((part, index) => (index === at ? two(part) : [part])),
      shares: node.shares.flatMap((share, index) => (index === at ? [half, half] : [share])),
    };
  }
  return { ...node, parts: node.parts.map((part) => divided(part, id, direction, fresh, isBefore, splitId)) };
}
