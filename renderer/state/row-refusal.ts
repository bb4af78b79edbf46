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
      return failureText(failure('facts.not-image-mode'));
    case 'rpm-ostree-only':
    case 'ostree-only':
      return 'bootc is not on this host.';
    case 'layered':
      return 'Layered packages: bootc does not update this host.';
    case 'no-root':
      return 'Berth has no root there.';
    case 'status-blocked':
    case 'facts-failed':
      return 'Its state is not known.';
    default:
      break;
  }
  if (row.factsReadAt === null) return 'Its state is not known.';
  if (verb === 'check' || row.update !== null) return null;
  if (row.condition.code === 'up-to-date') return 'It is up to date.';
  if (row.staged) return 'An update waits for a reboot already.';
  return null;
}
