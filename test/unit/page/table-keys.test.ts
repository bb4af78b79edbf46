import { expect, test } from 'vitest';
import { nextCursor, selectionAfter } from '../../../renderer/features/fleet/table-keys.ts';
import type { FleetLine } from '../../../renderer/features/fleet/use-fleet-rows.ts';

const group = (label: string): FleetLine => ({ kind: 'group', key: label, label, count: 1 });
const host = (id: string): FleetLine => ({ kind: 'host', key: id, id });
const lines = [group('A'), host('a1'), host('a2'), group('B'), host('b1')];

test('the cursor moves over hosts only, and stays inside', () => {
  expect(nextCursor('ArrowDown', lines, -1, 10)).toBe(1);
  expect(nextCursor('ArrowDown', lines, 2, 10)).toBe(4);
  expect(nextCursor('ArrowUp', lines, 4, 10)).toBe(2);
  expect(nextCursor('ArrowUp', lines, 1, 10)).toBe(1);
  expect(nextCursor('ArrowDown', lines, 4, 10)).toBe(4);
  expect(nextCursor('Home', lines, 4, 10)).toBe(1);
  expect(nextCursor('End', lines, 1, 10)).toBe(4);
  expect(nextCursor('PageUp', lines, 4, 10)).toBe(1);
  expect(nextCursor('x', lines, 4, 10)).toBeNull();
});

test('Shift takes everything between, in either direction, and keeps what was selected', () => {
  expect([...selectionAfter(lines, 'b1', 'a2', new Set(['z']))]).toEqual(['z', 'a2', 'b1']);
  expect([...selectionAfter(lines, 'gone', 'a2', new Set(['z']))]).toEqual(['z']);
});
