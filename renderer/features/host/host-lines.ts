import { describe } from '../../../shared/errors/describe.ts';
import { SLOW_LINK_MS } from '../../../shared/logic/condition.ts';
import { formatAgo, formatTime, plural } from '../../../shared/logic/format.ts';
import { hostKind } from '../../../shared/logic/host-kind.ts';
import type { ConnectionState } from '../../../shared/model/connection.ts';
import type { HostDetail } from '../../../shared/model/fleet.ts';
import type { Greenboot, HostFacts, Privilege } from '../../../shared/model/host-facts.ts';
import { pathOf, viaWords } from './connection-words.ts';
import { openQuestion } from './open-question.ts';

/** One fact of the line below the host’s name: words, how they are meant, and more in a tooltip. */
export interface HostLine {
  readonly text: string;
  readonly tone: 'ok' | 'warn' | 'danger' | 'muted' | 'accent';
  readonly title: string;
}

/** Facts older than this show their age: the change watcher of an open connection looks more often. */
export const STALE_AFTER_MS = 10 * 60_000;

/** The connection in words. Why it is not there is said by the banner. */
export function connectionLine(connection: ConnectionState): HostLine {
  switch (connection.kind) {
    case 'idle':
      return {
        text: 'Not connected',
        tone: 'muted',
        title: 'Berth connects when you ask for it or when the host is on the screen.',
      };
    case 'queued':
      return {
        text: 'Waits for its turn to connect',
        tone: 'muted',
        title: 'Berth opens a few connections at a time.',
      };
    case 'connecting':
      return { text: 'Connecting', tone: 'accent', title: '' };
    case 'asking':
      return { text: 'A question waits for your answer', tone: 'accent', title: '' };
    case 'connected': {
      const path = pathOf(connection);
      const via = path && viaWords(path);
      return {
        text: `Connected${via === null ? '' : ` via ${via}`}, ${Math.max(1, Math.round(connection.latencyMs))} ms`,
        tone: connection.latencyMs > SLOW_LINK_MS ? 'warn' : 'ok',
        title: `Connected since ${formatTime(connection.since)}`,
      };
    }
    case 'waiting':
    case 'failed': {
      const tone = openQuestion(connection) ? 'muted' : 'danger';
      return { text: 'Not connected', tone, title: describe(connection.failure).text };
    }
  }
}

/** How Berth gets root there. */
export function privilegeLine(privilege: Privilege): HostLine {
  switch (privilege.kind) {
    case 'root':
      return { text: 'root', tone: 'ok', title: 'Logged in as root.' };
    case 'sudo':
      return {
        text: `${privilege.by ?? 'sudo'}, no password`,
        tone: 'ok',
        title: `${privilege.by ?? 'sudo'} asks for no password.`,
      };
    case 'sudo-password':
      return {
        text: 'sudo, password held',
        tone: 'ok',
        title: 'The password of sudo is in the memory of Berth until it ends. It is never written anywhere.',
      };
    case 'none': {
      const { text, remedy } = describe(privilege.failure);
      const needed = privilege.failure.code === 'privilege.password-needed';
      return { text: needed ? 'sudo wants a password' : 'No root', tone: 'warn', title: `${text} ${remedy}`.trim() };
    }
  }
}

/** Failed units and greenboot in one line; says which of the two is not known. */
export function healthLine(facts: HostFacts): HostLine {
  const units = facts.failedUnits.state === 'known' ? facts.failedUnits.value : null;
  const greenboot = facts.greenboot.state === 'known' ? facts.greenboot.value : null;
  const parts = [
    units === null ? 'failed units not known' : plural(units.length, 'failed unit'),
    ...(greenboot === null ? [] : greenbootWords(greenboot)),
  ].join(', ');
  const bad = (units !== null && units.length > 0) || greenboot?.verdict === 'red' || greenboot?.fallback === true;
  if (bad) return { text: `Unhealthy: ${parts}`, tone: 'danger', title: units?.join('\n') ?? '' };
  if (units === null) return { text: parts.replace(/^f/, 'F'), tone: 'muted', title: '' };
  return { text: `Healthy: ${parts}`, tone: 'ok', title: '' };
}

function greenbootWords({ verdict, fallback }: Greenboot): readonly string[] {
  if (fallback) return ['rolled back by greenboot'];
  return verdict === 'absent' ? [] : [`greenboot ${verdictWords[verdict]}`];
}

const verdictWords = {
  absent: 'absent',
  'in-progress': 'checks still',
  green: 'green',
  red: 'red',
  unknown: 'not known',
} as const;

/** In which mode the system runs, as far as it can be told. */
export function modeOf(facts: HostFacts): string | null {
  const words = {
    bootc: 'image mode',
    'rpm-ostree': 'rpm-ostree',
    ostree: 'ostree',
    packages: 'package mode',
  } as const;
  const kind = hostKind(facts);
  return kind && words[kind];
}

/** The age of what is shown, when it is worth telling: the host is not connected, or nothing was read for long. */
export function staleness(detail: HostDetail, now: number): string | null {
  if (!detail.facts) return null;
  const { readAt } = detail.facts;
  if (detail.connection.kind === 'connected' && now - readAt < STALE_AFTER_MS) return null;
  return `Facts from ${formatTime(readAt).slice(0, 5)}, ${formatAgo(readAt, now)}`;
}
