import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLayout } from '../../../renderer/features/terminals/layout-kept.ts';
import { growPane, moveLine, paneBeside, placesOf } from '../../../renderer/features/terminals/layout-places.ts';
import {
  closePane,
  closeTab,
  emptyLayout,
  focusedPane,
  moveTab,
  onePane,
  panesOf,
  putTab,
  showTab,
  splitPane,
  withTabs,
  type DockLayout,
  type Side,
} from '../../../renderer/features/terminals/layout.ts';

const shown = (layout: DockLayout) => panesOf(layout.root).map(({ tab }) => tab);
const split = (layout: DockLayout, side: Side, tab: string) => splitPane(layout, focusedPane(layout).id, side, tab);
const three = withTabs(emptyLayout, ['a', 'b', 'c']);

test('tabs follow what there is; the first one is shown by itself', () => {
  expect(three.tabs).toEqual(['a', 'b', 'c']);
  expect(shown(three)).toEqual(['a']);
  expect(shown(withTabs(three, ['b', 'c', 'd']))).toEqual(['b']);
  expect(withTabs(three, [])).toMatchObject({ tabs: [], root: { tab: null } });
});

test('a tab is shown in the pane with the focus, or where it is already', () => {
  const beside = split(three, 'right', 'b');
  expect(shown(beside)).toEqual(['a', 'b']);
  expect(focusedPane(beside).tab).toBe('b');
  expect(shown(showTab(beside, 'c'))).toEqual(['a', 'c']);
  expect(focusedPane(showTab(beside, 'a')).tab).toBe('a');
  expect(showTab(beside, 'new').tabs).toEqual(['a', 'b', 'new', 'c']);
});

test('closing a tab closes its pane, or shows the neighbour in the only one', () => {
  expect(shown(closeTab(split(three, 'right', 'b'), 'b'))).toEqual(['a']);
  expect(shown(closeTab(three, 'a'))).toEqual(['b']);
  expect(shown(closeTab(showTab(three, 'c'), 'c'))).toEqual(['b']);
});

test('panes side by side and one above the other have the places that one sees', () => {
  const layout = split(split(three, 'right', 'b'), 'down', 'c');
  const { panes, lines } = placesOf(layout);
  expect(panes.map(({ pane, place }) => [pane.tab, place])).toEqual([
    ['a', { x: 0, y: 0, width: 0.5, height: 1 }],
    ['b', { x: 0.5, y: 0, width: 0.5, height: 0.5 }],
    ['c', { x: 0.5, y: 0.5, width: 0.5, height: 0.5 }],
  ]);
  expect(lines).toHaveLength(2);
  expect(paneBeside(layout, 'left')).toBe(panes[0]?.pane.id);
  expect(paneBeside(layout, 'up')).toBe(panes[1]?.pane.id);
  expect(paneBeside(layout, 'right')).toBeNull();
});

test('keys make the pane with the focus wider, and the line never reaches an edge', () => {
  const layout = showTab(split(three, 'right', 'b'), 'a');
  const widthOf = (one: DockLayout) => placesOf(one).panes[0]?.place.width ?? 0;
  expect(widthOf(growPane(layout, 'right', 0.1))).toBeCloseTo(0.6);
  expect(widthOf(growPane(layout, 'left', 0.1))).toBeCloseTo(0.4);
  expect(widthOf(growPane(showTab(layout, 'b'), 'left', 0.1))).toBeCloseTo(0.4);
  const [line] = placesOf(layout).lines;
  expect(widthOf(moveLine(layout, line?.split ?? 0, 0, 5))).toBeCloseTo(0.9);
});

test('tabs are moved and put into panes; one pane can be left', () => {
  expect(moveTab(three, 'c', 0).tabs).toEqual(['c', 'a', 'b']);
  expect(moveTab(three, 'nobody', 0)).toBe(three);
  const beside = split(three, 'left', 'b');
  expect(shown(beside)).toEqual(['b', 'a']);
  const [first] = panesOf(beside.root);
  expect(shown(putTab(beside, 'a', first?.id ?? 0))).toEqual(['a']);
  expect(shown(onePane(beside, 'a'))).toEqual(['a']);
});

test('what was kept comes back, and what is none is an empty dock', () => {
  const layout = split(three, 'down', 'b');
  expect(parseLayout(JSON.stringify(layout))).toMatchObject({
    tabs: layout.tabs,
    root: layout.root,
    focused: layout.focused,
  });
  for (const text of [
    null,
    '',
    '{}',
    '[]',
    '{"tabs":[1]}',
    '{"tabs":[],"root":{"kind":"split","id":1,"parts":[],"shares":[]}}',
  ]) {
    expect(parseLayout(text)).toEqual(emptyLayout);
  }
});

test('whatever is done, panes fill the dock, no tab is in two, and the one with the focus is there', () => {
  const tab = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const side = fc.constantFrom<Side>('left', 'right', 'up', 'down');
  const act = fc.oneof(
    fc.tuple(tab, side).map(
      ([t, s]) =>
        (l: DockLayout) =>
          split(l, s, t),
    ),
    tab.map((t) => (l: DockLayout) => showTab(l, t)),
    tab.map((t) => (l: DockLayout) => closeTab(l, t)),
    tab.map((t) => (l: DockLayout) => putTab(l, t, focusedPane(l).id)),
    side.map((s) => (l: DockLayout) => growPane(l, s, 0.3)),
    fc.constant((l: DockLayout) => closePane(l, focusedPane(l).id)),
    fc.uniqueArray(tab).map((ts) => (l: DockLayout) => withTabs(l, ts)),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const layout = acts.reduce((now, next) => next(now), emptyLayout);
      const { panes } = placesOf(layout);
      expect(panes.reduce((sum, { place }) => sum + place.width * place.height, 0)).toBeCloseTo(1);
      const tabs = shown(layout).filter((each) => each !== null);
      expect(new Set(tabs).size).toBe(tabs.length);
      expect(tabs.every((each) => layout.tabs.includes(each))).toBe(true);
      expect(panes.some(({ pane }) => pane.id === layout.focused)).toBe(true);
      expect(new Set(panes.map(({ pane }) => pane.id)).size).toBe(panes.length);
    }),
  );
});
