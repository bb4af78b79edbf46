import { chromium, type Browser } from 'playwright';
import { findChromium } from '../../../build/app-window.mjs';

/** A Chromium without a window, or null when there is none on this machine. */
export async function launchChromium(): Promise<Browser | null> {
  const executablePath = findChromium();
  if (executablePath === null) return null;
  // Chromium does not run as root with its sandbox.
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}
