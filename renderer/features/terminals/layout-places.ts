import { focusedPane, type DockLayout, type LayoutNode, type Pane, type Side } from './layout.ts';

/** No part of a split gets smaller than this share of it. */
const LEAST_SHARE = 0.1;

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

function touches(line: Line, { x, y, width, height }: Place): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) < 1e-6;
  return line.direction === 'row'
    ? near(line.x, x) || near(line.x, x + width)
    : near(line.y, y) || near(line.y, y + height);
}
