import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';

/** Where a window was, in screen coordinates (DIP). */
export const WindowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof WindowState>;

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** So much of a window's top edge must be on a screen that it can be moved with the mouse. */
const REACHABLE_WIDTH = 100;

/** The kept state, null when there is none, or when it would put the window where no screen is any more. */
export function readWindowState(file: string, screens: readonly Area[]): WindowState | null {
  try {
    const state = WindowState.parse(JSON.parse(readFileSync(file, 'utf8')));
    return screens.some((screen) => isReachable(state, screen)) ? state : null;
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

function isReachable(window: Area, screen: Area): boolean {
  const overlap = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return overlap >= REACHABLE_WIDTH && window.y >= screen.y && window.y < screen.y + screen.height;
}
