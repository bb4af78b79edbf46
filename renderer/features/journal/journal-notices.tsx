import type { ReactNode } from 'react';
import { describe } from '../../../shared/errors/describe.ts';
import { plural } from '../../../shared/logic/format.ts';
import type { JournalAccess } from '../../../shared/model/journal.ts';
import { Icon } from '../../components/icon.tsx';
import { failureText } from '../../state/failure-of.ts';
import type { ListHost } from './journal-list.tsx';
import type { JournalView } from './journal-model.ts';

/** Clocks that differ by less need no word, in ms. */
const SKEW_TOLD = 500;
/** Hosts that are named; the rest is a number. */
const NAMED = 6;

/** What of a journal cannot be read and why, and which hosts of a follow are missing or have another time. */
export function JournalNotices({
  view,
  hosts,
}: {
  readonly view: JournalView;
  readonly hosts: readonly ListHost[];
}): ReactNode {
  const lines = [...accessLines(view.access), ...hostLines(view, hosts), ...skewLines(view, hosts)];
  if (lines.length === 0) return null;
  return (
    <ul className="logs-notices" role="status">
      {lines.map((line) => (
        <li key={line}>
          <Icon name="exclamation-triangle" tone="warn" />
          <span>{line}</span>
        </li>
      ))}
    </ul>
  );
}

function accessLines(access: JournalAccess | null): readonly string[] {
  if (!access) return [];
  return access.why.map((why) => {
    const { text, remedy } = describe(why);
    return `${text} ${remedy}`.trim();
  });
}

function hostLines({ hosts: live }: JournalView, hosts: readonly ListHost[]): readonly string[] {
  const states = live.flatMap(({ state }, index) => (state ? [{ state, name: hosts[index]?.short ?? '' }] : []));
  const told = new Map<string, string[]>();
  for (const { state, name } of states) {
    const word =
      state.kind === 'lost'
        ? `The connection is lost; it goes on where it was. ${failureText(state.failure)}`
        : state.kind === 'failed'
          ? failureText(state.failure)
          : state.kind === 'live' && live.length > 1
            ? accessLines(state.access).join(' ')
            : '';
    if (word !== '') told.set(word, [...(told.get(word) ?? []), name]);
  }
  return [...told].map(([word, names]) => `${nameList(names)}: ${word}`);
}

function skewLines({ hosts: live }: JournalView, hosts: readonly ListHost[]): readonly string[] {
  const off = live.flatMap(({ skew }, index) =>
    skew && Math.abs(skew.ms) > Math.max(SKEW_TOLD, skew.errorMs)
      ? [`${hosts[index]?.short ?? ''} ${skewWords(skew)}`]
      : [],
  );
  if (off.length === 0) return [];
  const more = off.length > NAMED ? ` and ${plural(off.length - NAMED, 'more host')}` : '';
  return [`Clocks that differ from this computer’s, set right in the order: ${off.slice(0, NAMED).join(', ')}${more}.`];
}

function skewWords({ ms, errorMs }: { readonly ms: number; readonly errorMs: number }): string {
  const seconds = (value: number) => `${(Math.abs(value) / 1000).toFixed(1)} s`;
  return `${seconds(ms)} ${ms > 0 ? 'ahead' : 'behind'} (± ${seconds(errorMs)})`;
}

function nameList(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${shown} and ${plural(names.length - NAMED, 'more host')}` : shown;
}
