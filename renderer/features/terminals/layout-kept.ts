import { emptyLayout, panesOf, type DockLayout, type LayoutNode } from './layout.ts';

const KEPT = 'berth-dock-layout';

/** The layout of the last time on this computer; the demo has one of its own. */
export function keptLayout(isDemo: boolean): DockLayout {
  return parseLayout(localStorage.getItem(keyOf(isDemo)));
}

export function keepLayout(layout: DockLayout, isDemo: boolean): void {
  localStorage.setItem(keyOf(isDemo), JSON.stringify(layout));
}

function keyOf(isDemo: boolean): string {
  return isDemo ? `${KEPT}-demo` : KEPT;
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
