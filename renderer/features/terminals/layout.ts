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

/** No part of a split gets smaller than this share of it. */
const LEAST_SHARE = 0.1;

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
  const left = before ? closePane(layout, before.id) : layout;
  return inPane(left, id, tab);
}

/** A place in the dock, all as shares of it. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The line between the parts `index` and `index + 1` of a split; `share` of the first of the two, `room` of both. */
export interface Line extends Place {
  readonly split: number;
  readonly index: number;
  readonly direction: 'row' | 'column';
  readonly share: number;
  readonly room: number;
  /** How much of the dock the whole split takes in its direction. */
  readonly whole: number;
}

/** Where panes and the lines between them are. */
export function placesOf(layout: DockLayout): {
  readonly panes: readonly { readonly pane: Pane; readonly place: Place }[];
  readonly lines: readonly Line[];
} {
  const panes: { pane: Pane; place: Place }[] = [];
  const lines: Line[] = [];
  const walk = (node: LayoutNode, place: Place): void => {
    if (node.kind === 'pane') {
      panes.push({ pane: node, place });
      return;
    }
    let at = 0;
    const isRow = node.direction === 'row';
    const whole = isRow ? place.width : place.height;
    node.parts.forEach((part, index) => {
      const share = node.shares[index] ?? 0;
      walk(
        part,
        isRow
          ? { ...place, x: place.x + at * whole, width: share * whole }
          : { ...place, y: place.y + at * whole, height: share * whole },
      );
      at += share;
      if (index === node.parts.length - 1) return;
      const room = share + (node.shares[index + 1] ?? 0);
      const line = { split: node.id, index, direction: node.direction, share, room, whole };
      lines.push(
        isRow
          ? { ...line, ...place, x: place.x + at * whole, width: 0 }
          : { ...line, ...place, y: place.y + at * whole, height: 0 },
      );
    });
  };
  walk(layout.root, { x: 0, y: 0, width: 1, height: 1 });
  return { panes, lines };
}

/** Moves the line behind part `index` of a split; `share` is what the part before it gets. */
export function moveLine(layout: DockLayout, split: number, index: number, share: number): DockLayout {
  const change = (node: LayoutNode): LayoutNode => {
    if (node.kind === 'pane') return node;
    if (node.id !== split) return { ...node, parts: node.parts.map(change) };
    const room = (node.shares[index] ?? 0) + (node.shares[index + 1] ?? 0);
    const first = Math.max(LEAST_SHARE, Math.min(room - LEAST_SHARE, share));
    return {
      ...node,
      shares: node.shares.map((old, at) => (at === index ? first : at === index + 1 ? room - first : old)),
    };
  };
  return { ...layout, root: change(layout.root) };
}

/** Moves the line nearest to the focused pane a step into a direction. */
export function growPane(layout: DockLayout, side: Side, step: number): DockLayout {
  const direction = side === 'left' || side === 'right' ? 'row' : 'column';
  const { panes, lines } = placesOf(layout);
  const place = panes.find(({ pane }) => pane.id === focusedPane(layout).id)?.place;
  if (!place) return layout;
  const touching = lines.filter((line) => line.direction === direction && touches(line, place));
  // The line at its far end moves; a pane at the far edge has only the one at its near end.
  const far = touching.find((line) => (direction === 'row' ? line.x > place.x + 1e-6 : line.y > place.y + 1e-6));
  const line = far ?? touching[0];
  if (!line) return layout;
  const sign = side === 'right' || side === 'down' ? 1 : -1;
  return moveLine(layout, line.split, line.index, line.share + sign * step);
}

/** The pane beside the focused one in a direction; null where there is none. */
export function paneBeside(layout: DockLayout, side: Side): number | null {
  const { panes } = placesOf(layout);
  const here = panes.find(({ pane }) => pane.id === focusedPane(layout).id)?.place;
  if (!here) return null;
  const distance = ({ x, y, width, height }: Place): number => {
    if (side === 'left') return here.x - (x + width);
    if (side === 'right') return x - (here.x + here.width);
    return side === 'up' ? here.y - (y + height) : y - (here.y + here.height);
  };
  const overlaps = ({ x, y, width, height }: Place): boolean =>
    side === 'left' || side === 'right'
      ? y < here.y + here.height - 1e-6 && here.y < y + height - 1e-6
      : x < here.x + here.width - 1e-6 && here.x < x + width - 1e-6;
  const [next] = panes
    .filter(({ place }) => distance(place) > -1e-6 && overlaps(place))
    .sort((a, b) => distance(a.place) - distance(b.place));
  return next?.pane.id ?? null;
}

/** What was kept of a layout; whatever does not fit is none. */
export function parseLayout(text: string | null): DockLayout {
  try {
    const kept = JSON.parse(text ?? 'null') as DockLayout | null;
    if (!kept || !Array.isArray(kept.tabs) || !kept.tabs.every((tab) => typeof tab === 'string')) return emptyLayout;
    const root = readNode(kept.root, 0);
    const ids = root ? idsOf(root) : [];
    if (!root || new Set(ids).size !== ids.length) return emptyLayout;
    const focused = panesOf(root).some(({ id }) => id === kept.focused) ? kept.focused : (panesOf(root)[0]?.id ?? 1);
    return { tabs: [...new Set(kept.tabs)], root, focused, nextId: Math.max(...ids) + 1 };
  } catch {
    return emptyLayout;
  }
}

function readNode(node: LayoutNode, depth: number): LayoutNode | null {
  if (depth > 8 || !Number.isInteger(node.id)) return null;
  if (node.kind === 'pane') return { kind: 'pane', id: node.id, tab: typeof node.tab === 'string' ? node.tab : null };
  const parts = node.parts.map((part) => readNode(part, depth + 1));
  if (parts.length < 2 || parts.some((part) => part === null)) return null;
  const total = node.shares.reduce((sum, share) => sum + share, 0);
  if (node.shares.length !== parts.length || !(total > 0) || node.shares.some((share) => !(share > 0))) return null;
  return {
    kind: 'split',
    id: node.id,
    direction: node.direction === 'column' ? 'column' : 'row',
    shares: node.shares.map((share) => share / total),
    parts: parts.filter((part) => part !== null),
  };
}

function idsOf(node: LayoutNode): number[] {
  return node.kind === 'pane' ? [node.id] : [node.id, ...node.parts.flatMap(idsOf)];
}

function touches(line: Line, { x, y, width, height }: Place): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) < 1e-6;
  return line.direction === 'row'
    ? near(line.x, x) || near(line.x, x + width)
    : near(line.y, y) || near(line.y, y + height);
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
