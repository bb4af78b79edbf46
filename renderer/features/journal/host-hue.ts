import type { CSSProperties } from 'react';

/** Degrees between two hosts: neighbours are far apart, and it takes long until two are alike. */
const STEP = 137.5;

/** The colour of a host of a merged journal. Its name stands beside it: colour alone tells nothing. */
export function hostHue(index: number): CSSProperties {
  return { '--logs-hue': String(Math.round((210 + index * STEP) % 360)) } as CSSProperties;
}
