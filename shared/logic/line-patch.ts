import { createTwoFilesPatch } from 'diff';

/** Two texts that take longer to compare are told to differ, and not where. */
const TOO_LONG_MS = 2_000;

/** What differs between two texts, as a unified diff; empty where nothing does. The names stand in its head. */
export function unifiedDiff(before: { name: string; text: string }, after: { name: string; text: string }): string {
  if (before.text === after.text) return '';
  const options = { context: 3, timeout: TOO_LONG_MS };
  return (
    createTwoFilesPatch(before.name, after.name, before.text, after.text, undefined, undefined, options) ??
    `${before.name}\n${after.name}\n[they differ in too much]\n`
  );
}
