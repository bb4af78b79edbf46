import * as z from 'zod';
import { BerthError } from '../../../shared/errors/failure.ts';
import { EtcKept } from '../../../shared/model/etc-act.ts';
import type { JsonFile } from '../store/json-file.ts';

/** Differences that persons want as they are, by the id of the host. */
export const EtcKeptFile = z.object({ hosts: z.record(z.string(), z.array(EtcKept)) });
export type EtcKeptFile = z.infer<typeof EtcKeptFile>;

/** More of one host are forgotten, the oldest first. */
const MAX_KEPT = 2_000;

/** Which differences are to stay as they are: a note of Berth's own, nothing on a host. */
export interface EtcKeeper {
  of(hostId: string): readonly EtcKept[];
  /** Notes them, in the place of what was noted of their paths; or takes these notes away. Rejects with `input.host-unknown`, `store.*`. */
  set(hostId: string, kept: readonly EtcKept[], isKept: boolean): Promise<void>;
}

export function createEtcKeeper(file: JsonFile<EtcKeptFile>, isHost: (hostId: string) => boolean): EtcKeeper {
  return {
    of: (hostId) => file.read().hosts[hostId] ?? [],
    async set(hostId, kept, isKept) {
      if (!isHost(hostId)) throw new BerthError('input.host-unknown', { value: hostId });
      const paths = new Set(kept.map(({ path }) => path));
      await file.update(({ hosts }) => {
        const rest = (hosts[hostId] ?? []).filter(({ path }) => !paths.has(path));
        const all = isKept ? [...rest, ...kept].slice(-MAX_KEPT) : rest;
        // Hosts that are gone take theirs with them.
        const others = Object.entries(hosts).filter(([id]) => id !== hostId && isHost(id));
        return { hosts: Object.fromEntries(all.length > 0 ? [...others, [hostId, all]] : others) };
      });
    },
  };
}
