import { failureText } from './failure-of.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { FleetRow } from '../../shared/model/fleet.ts';
import type { Verb } from '../../shared/model/verb.ts';

/**
 * Why a verb makes no sense for a host, as far as its row tells; null: the plan may be asked for (which looks closely).
 * One short sentence without the host's name.
 */
export function rowRefusal(verb: Verb, row: FleetRow): string | null {
  if (row.condition.code === 'operation-running') return 'An operation is running.';
  if (row.connection !== 'connected') return 'It is not connected.';
  switch (row.condition.code) {
    case 'package-mode':
      return verb === 'reboot' ? null : failureText(failure('facts.not-image-mode'));
    case 'no-root':
      return 'Berth has no root there.';
    case 'status-blocked':
    case 'facts-failed':
      return 'Its state is not known.';
    default:
      break;
  }
  if (row.factsReadAt === null) return 'Its state is not known.';
  return stateRefusal(verb, row);
}

/** What the state of the host makes senseless. Whether its tools can do it, only the plan finds out. */
function stateRefusal(verb: Verb, { condition, update, staged, rollbackQueued }: FleetRow): string | null {
  const isDownloaded = condition.code === 'download-only';
  switch (verb) {
    case 'upgrade':
    case 'download':
      if (update !== null) return null;
      if (condition.code === 'up-to-date') return 'It is up to date.';
      return staged ? 'An update waits for a reboot already.' : null;
    case 'apply-download':
      return isDownloaded ? null : 'Nothing is downloaded that waits to be applied.';
    case 'unstage':
      return staged || isDownloaded ? null : 'Nothing is staged.';
    case 'rollback':
      return rollbackQueued ? 'A rollback is queued already.' : null;
    case 'undo-rollback':
      return rollbackQueued ? null : 'No rollback is queued.';
    default:
      return null;
  }
}
