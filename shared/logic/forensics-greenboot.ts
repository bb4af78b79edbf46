import type { BootRecord } from '../model/forensics.ts';
import { journalLine, type JournalEntry } from '../parse/journal.ts';
import { cleanText } from '../parse/text.ts';

const HEALTH_CHECK = 'greenboot-healthcheck.service';
const MAX_LINES = 60;
const MAX_OUTPUT = 5;

/** A line of greenboot's own about a script, of either generation: `Script '10-app.sh' FAILURE (exit code '1')`, `required script /…/10-app.sh failed!`. */
const ABOUT_SCRIPT = /([\w@.+-]+\.sh)\b/;
const FAILED = /\bfail(?:ure|ed)?\b/i;
const HEADS = /^(?:Running\b|.*\b(?:SUCCESS|success|was skipped|passed)\b)/;

/**
 * Greenboot in one boot. The verdict is what became of the health check's unit; its words tell which check it was
 * (reference 5.7: both generations).
 */
export function greenbootOf(entries: readonly JournalEntry[]): BootRecord['greenboot'] {
  const all = entries.filter((entry) => isGreenboot(unitOf(entry)));
  const about = all.filter((entry) => entry.field('UNIT') === HEALTH_CHECK);
  const isRed = about.some(
    (entry) => !['', 'success'].includes(entry.field('UNIT_RESULT')) || entry.field('JOB_RESULT') === 'failed',
  );
  const isGreen = about.some((entry) => entry.field('JOB_TYPE') === 'start' && entry.field('JOB_RESULT') === 'done');
  const lines = all
    .filter((entry) => entry.field('UNIT') === '' || isRed)
    .map(journalLine)
    .filter(({ text }) => text !== '');
  return {
    verdict: isRed ? 'red' : isGreen ? 'green' : 'none',
    fallback: all.some((entry) => entry.field('MESSAGE').includes('FALLBACK BOOT DETECTED')),
    checks: failedChecks(all.filter((entry) => entry.field('_SYSTEMD_UNIT') === HEALTH_CHECK)),
    lines: lines.slice(-MAX_LINES),
  };
}

function unitOf(entry: JournalEntry): string {
  return entry.field('UNIT') || entry.field('_SYSTEMD_UNIT');
}

function isGreenboot(unit: string): boolean {
  return unit.startsWith('greenboot') || unit.startsWith('redboot');
}

/** Which checks failed, each with the lines that it printed: they stand before greenboot's line about it. */
function failedChecks(entries: readonly JournalEntry[]): BootRecord['greenboot']['checks'] {
  const checks: { name: string; required: boolean; output: string[] }[] = [];
  let output: string[] = [];
  let section: 'required' | 'wanted' = 'required';
  for (const entry of entries) {
    const text = cleanText(entry.field('MESSAGE'), 400);
    if (/\bwanted\b/i.test(text)) section = 'wanted';
    else if (/\brequired\b/i.test(text)) section = 'required';
    const name = FAILED.test(text) ? ABOUT_SCRIPT.exec(text)?.[1] : undefined;
    if (name !== undefined) {
      if (!checks.some((check) => check.name === name))
        checks.push({ name, required: section === 'required', output: output.slice(-MAX_OUTPUT) });
      output = [];
    } else if (HEADS.test(text)) output = [];
    else if (text !== '') output.push(text);
  }
  return checks.slice(0, 20);
}
