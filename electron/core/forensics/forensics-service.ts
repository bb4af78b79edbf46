import type { Forensics } from '../../../shared/model/forensics.ts';
import { makeBundle, type Bundle, type BundleOptions } from './bundle.ts';
import { examine } from './examine.ts';

/** Why hosts run what they run. Rejections are BerthErrors. */
export interface ForensicsService {
  /** Reads what happened at the last boots of a host, and judges it. */
  read(hostId: string): Promise<Forensics>;
  /** Packs what is known of hosts into an archive for others to look at. */
  bundle(hostIds: readonly string[]): Promise<Bundle>;
}

export function createForensics(options: BundleOptions): ForensicsService {
  return {
    read: async (hostId) => (await examine(options, hostId, 'report')).forensics,
    bundle: (hostIds) => makeBundle(options, hostIds),
  };
}
