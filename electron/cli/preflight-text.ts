import type { PreflightCheck } from '../../shared/model/preflight.ts';

const MARKS = { pass: 'ok', warn: 'warning', fail: 'failed', unknown: 'not known' } as const;

/** The checks before a verb, as they are shown below its plan: each with what to do about it. */
export function preflightText(checks: readonly PreflightCheck[]): string {
  const lines = checks.map(
    ({ result, text, remedy }) => `  ${MARKS[result].padEnd(10)}${text}${remedy === '' ? '' : ` ${remedy}`}\n`,
  );
  return checks.length === 0 ? '' : `Pre-flight\n${lines.join('')}`;
}
