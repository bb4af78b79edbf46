import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWindowState, writeWindowState } from '../../../electron/main/window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const state = { x: 10, y: 20, width: 1280, height: 800, maximized: false };
let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-window-'));
  file = join(dir, 'new', 'window-state.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('the window state', () => {
  it('comes back as it was kept', () => {
    writeWindowState(file, state);
    expect(readWindowState(file, [screen])).toEqual(state);
  });

  it('is forgotten when the screen it was on is gone', () => {
    writeWindowState(file, { ...state, x: 2500 });
    expect(readWindowState(file, [screen])).toBeNull();
    expect(readWindowState(file, [screen, { ...screen, x: 1920 }])).not.toBeNull();
    writeWindowState(file, { ...state, x: 1850 });
    expect(readWindowState(file, [screen])).toBeNull();
    writeWindowState(file, { ...state, y: -50 });
    expect(readWindowState(file, [screen])).toBeNull();
  });

  it.each(['', '{', 'null', '{"x":1}', JSON.stringify({ ...state, width: 3 }), JSON.stringify({ ...state, x: null })])(
    'does without a file that holds %j',
    (text) => {
      writeWindowState(file, state);
      writeFileSync(file, text);
      expect(readWindowState(file, [screen])).toBeNull();
    },
  );

  it('does not mind a place it cannot write to', () => {
    writeWindowState(join('/dev/null', 'x'), state);
  });
});
