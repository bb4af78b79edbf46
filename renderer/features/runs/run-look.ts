import type { RunHost } from '../../../shared/model/run.ts';
import type { Tone } from '../../components/icon.tsx';
import type { IconName } from '../../components/icons.ts';

/** The icon of a state of a host in a run; the words are `runStateWords`. */
export function runLook({ state, exitCode }: Pick<RunHost, 'state' | 'exitCode'>): {
  readonly icon: IconName;
  readonly tone: Tone;
} {
  switch (state) {
    case 'waiting':
      return { icon: 'ring', tone: 'muted' };
    case 'running':
      return { icon: 'in-progress', tone: 'update' };
    case 'ended':
      return exitCode === 0 ? { icon: 'check-circle', tone: 'ok' } : { icon: 'times-circle', tone: 'danger' };
    case 'stopped':
      return { icon: 'stop-circle', tone: 'warn' };
    case 'timed-out':
      return { icon: 'hourglass-half', tone: 'warn' };
    case 'failed':
      return { icon: 'exclamation-circle', tone: 'danger' };
    case 'skipped':
      return { icon: 'ban', tone: 'muted' };
  }
}
