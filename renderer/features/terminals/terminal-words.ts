import { formatTime } from '../../../shared/logic/format.ts';
import type { TerminalInfo } from '../../../shared/model/terminal.ts';
import type { Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';
import { failureText } from '../../state/failure-of.ts';

/** The state of a terminal: an icon, one word for its tab, and a sentence for its pane. */
export interface TerminalLook {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly word: string;
  /** Null where there is nothing to say: it is open. */
  readonly sentence: string | null;
}

export function terminalLook({ state }: Pick<TerminalInfo, 'state'>): TerminalLook {
  switch (state.kind) {
    case 'opening':
      return { icon: 'in-progress', tone: 'accent', word: 'opening', sentence: 'Opening a shell…' };
    case 'open':
      return { icon: 'terminal', tone: 'ok', word: 'open', sentence: null };
    case 'lost':
      return state.rebooting
        ? {
            icon: 'power-off',
            tone: 'accent',
            word: 'rebooting',
            sentence: 'The host reboots. A new shell opens here when it is back.',
          }
        : {
            icon: 'disconnected',
            tone: 'warn',
            word: 'lost',
            sentence: `${because(state.failure, 'The connection was lost.')} Berth connects again by itself.`,
          };
    case 'ended':
      return {
        icon: 'stop-circle',
        tone: state.failure ? 'danger' : 'muted',
        word: 'ended',
        sentence: endSentence(state),
      };
  }
}

function endSentence({ at, code, signal, failure }: Extract<TerminalInfo['state'], { kind: 'ended' }>): string {
  if (failure) return failureText(failure);
  const when = formatTime(Date.parse(at));
  if (signal !== null) return `The shell was ended by ${signal} at ${when}.`;
  if (code === null) return `The shell ended at ${when}.`;
  return code === 0 ? `The shell ended at ${when}.` : `The shell ended with ${code} at ${when}.`;
}

function because(failure: Parameters<typeof failureText>[0] | null, otherwise: string): string {
  return failure ? failureText(failure) : otherwise;
}

/** Names for tabs: the host's; from the second terminal of a host on with a number, in the order they were opened in. */
export function terminalNames(
  terminals: Iterable<Pick<TerminalInfo, 'id' | 'hostId' | 'openedAt'>>,
  hostName: (hostId: string) => string,
): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const sorted = [...terminals].sort((a, b) => a.openedAt.localeCompare(b.openedAt) || a.id.localeCompare(b.id));
  return new Map(
    sorted.map(({ id, hostId }) => {
      const count = (counts.get(hostId) ?? 0) + 1;
      counts.set(hostId, count);
      const name = hostName(hostId);
      return [id, count === 1 ? name : `${name} (${count})`];
    }),
  );
}
