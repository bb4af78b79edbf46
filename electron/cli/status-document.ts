import { describe } from '../../shared/errors/describe.ts';
import type { Failure } from '../../shared/errors/failure.ts';
import type { FleetRow } from '../../shared/model/fleet.ts';
import type { Host } from '../../shared/model/host.ts';
import type { HostFacts } from '../../shared/model/host-facts.ts';
import type { HostReading } from './read-host.ts';

/** What `berth status --json` prints for one host, on one line. A reader refuses a schema version that it does not know. */
export interface StatusDocument {
  readonly schemaVersion: 1;
  readonly kind: 'host-status';
  readonly host: Pick<Host, 'name' | 'address' | 'port' | 'user' | 'group' | 'tags'>;
  /** Whether the host could be read now. */
  readonly ok: boolean;
  readonly failure: (Failure & { readonly text: string; readonly remedy: string }) | null;
  /** The same word as in the fleet table of the window; `code` is stable, `text` is for people. */
  readonly condition: { readonly code: FleetRow['condition']['code']; readonly text: string };
  /** `shared/model/host-facts.ts`; null where the host could not be read. Times are epoch milliseconds. */
  readonly facts: HostFacts | null;
}

export function statusDocument(host: Host, reading: HostReading, row: FleetRow): StatusDocument {
  const { name, address, port, user, group, tags } = host;
  const { code, text } = row.condition;
  return {
    schemaVersion: 1,
    kind: 'host-status',
    host: { name, address, port, user, group, tags },
    ok: reading.ok,
    failure: reading.ok ? null : { ...reading.failure, ...inWords(reading.failure) },
    condition: { code, text },
    facts: reading.ok ? reading.facts : null,
  };
}

function inWords(failure: Failure): { text: string; remedy: string } {
  const { text, remedy } = describe(failure);
  return { text, remedy };
}
