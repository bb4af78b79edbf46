import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a window was, in screen coordinates (DIP). */
export interface WindowState {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What no window is smaller than, and no screen larger. */
const LEAST = { width: 400, height: 300 };
const MOST = 20_000;

/** So much of a window's top edge must be on a screen that it can be moved with the mouse. */
const REACHABLE_WIDTH = 100;

/** The kept state, null when there is none, or when it would put the window where no screen is any more. */
export function readWindowState(file: string, screens: readonly Area[]): WindowState | null {
  try {
    const state = parseState(JSON.parse(readFileSync(file, 'utf8')));
    return state && screens.some((screen) => isReachable(state, screen)) ? state : null;
  } catch {
    return null;
  }
}

/** A window's place is not worth an error: when it cannot be kept, the next window opens where it likes. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  } catch {
    // See above.
  }
}

/** By hand: with a library for schemas the first window would open later. */
function parseState(value: unknown): WindowState | null {
  if (typeof value !== 'object' || value === null) return null;
  const { x, y, width, height, maximized } = value as Readonly<Record<keyof WindowState, unknown>>;
  const isPlace = isWhole(x, -MOST, MOST) && isWhole(y, -MOST, MOST);
  const isSize = isWhole(width, LEAST.width, MOST) && isWhole(height, LEAST.height, MOST);
  return isPlace && isSize && typeof maximized === 'boolean' ? { x, y, width, height, maximized } : null;
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function isReachable(window: Area, screen: Area): boolean {
  const overlap = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return overlap >= REACHABLE_WIDTH && window.y >= screen.y && window.y < screen.y + screen.height;
}
