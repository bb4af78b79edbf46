import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HostFacts } from '../../../shared/model/host-facts.ts';
import type { Log } from '../log/log.ts';
import { writeFileAtomically } from '../store/atomic-write.ts';

/**
 * The newest facts of every host, kept over restarts, so that a host that cannot be reached still shows what it ran, with its age.
 * A cache: what cannot be read is as good as absent, and is read anew from the host.
 */
export interface FactsCache {
  load(hostId: string): Promise<HostFacts | null>;
  save(hostId: string, facts: HostFacts): Promise<void>;
}

export function createFactsCache(folder: string, log: Log): FactsCache {
  // Ids come from a file that a person may edit: never a part of a path.
  const path = (hostId: string) =>
    join(folder, `${createHash('sha256').update(hostId).digest('hex').slice(0, 32)}.json`);

  return {
    async load(hostId) {
      try {
        const parsed = HostFacts.safeParse(JSON.parse(await readFile(path(hostId), 'utf8')));
        return parsed.success ? parsed.data : null;
      } catch {
        return null;
      }
    },
    async save(hostId, facts) {
      try {
        await writeFileAtomically(path(hostId), JSON.stringify(facts));
      } catch (error) {
        log.error('facts-cache-write', 'The facts of a host could not be kept', error, { hostId });
      }
    },
  };
}
