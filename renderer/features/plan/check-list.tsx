import type { ReactNode } from 'react';
import { plural } from '../../../shared/logic/format.ts';
import type { PreflightCheck } from '../../../shared/model/preflight.ts';
import { Icon, type Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { Mono } from '../../components/small.tsx';

const LOOK = {
  pass: { icon: 'check', tone: 'ok', word: 'Passed' },
  warn: { icon: 'exclamation-triangle', tone: 'warn', word: 'Warning' },
  fail: { icon: 'ban', tone: 'danger', word: 'Failed' },
  unknown: { icon: 'question-circle', tone: 'muted', word: 'Not known' },
} as const satisfies Record<PreflightCheck['result'], { icon: IconName; tone: Tone; word: string }>;

/** What stops first, what passed last. */
const ORDER: readonly PreflightCheck['result'][] = ['fail', 'warn', 'unknown', 'pass'];

/** The checks of one host: what is wrong with command and remedy, what passed folded away. `null`: the host is being asked. */
export function CheckList({
  checks,
  name,
}: {
  readonly checks: readonly PreflightCheck[] | null;
  readonly name: string;
}): ReactNode {
  if (!checks) {
    return (
      <section className="checks">
        <h3>Pre-flight</h3>
        <p className="plan__wait" role="status">
          <Icon name="in-progress" tone="accent" /> Looking at {name}: root, locks, space, registry …
        </p>
      </section>
    );
  }
  const passed = checks.filter(({ result }) => result === 'pass');
  const rest = ORDER.flatMap((result) => checks.filter((check) => check.result === result && result !== 'pass'));
  return (
    <section className="checks">
      <h3>
        Pre-flight <span className="b-subtle checks__sum">{sumOf(checks)}</span>
      </h3>
      {rest.length > 0 && <Checks checks={rest} />}
      {passed.length > 0 && (
        <details>
          <summary>
            <Icon name="check" tone="ok" /> {plural(passed.length, 'check')} passed <Icon name="caret-down" />
          </summary>
          <Checks checks={passed} />
        </details>
      )}
    </section>
  );
}

function Checks({ checks }: { readonly checks: readonly PreflightCheck[] }): ReactNode {
  return (
    <ul>
      {checks.map(({ name, result, text, command, remedy }) => {
        const { icon, tone, word } = LOOK[result];
        return (
          <li key={name}>
            <Icon name={icon} tone={tone} label={word} />
            <span>
              {result === 'pass' || result === 'unknown' ? text : <b className="b-strong">{text}</b>}
              {remedy !== '' && <small>{remedy}</small>}
              {command !== null && (
                <small>
                  Shown by <Mono>{command}</Mono>
                </small>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** `8 passed, 2 warnings`, the worst last. */
export function sumOf(checks: readonly PreflightCheck[]): string {
  const count = (wanted: PreflightCheck['result']) => checks.filter(({ result }) => result === wanted).length;
  const parts: readonly (readonly [number, string])[] = [
    [count('pass'), `${String(count('pass'))} passed`],
    [count('unknown'), `${String(count('unknown'))} not known`],
    [count('warn'), plural(count('warn'), 'warning')],
    [count('fail'), `${String(count('fail'))} failed`],
  ];
  return parts.flatMap(([number, text]) => (number > 0 ? [text] : [])).join(', ');
}
