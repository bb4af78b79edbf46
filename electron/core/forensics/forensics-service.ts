import { BerthError } from '../../../shared/errors/failure.ts';
import type { Forensics } from '../../../shared/model/forensics.ts';
import { makeBundle, type Bundle, type BundleOptions } from './bundle.ts';
import { examine } from './examine.ts';

/** Why hosts run what they run. Rejections are BerthErrors. */
export interface ForensicsService {
  /** Reads what happened at the last boots of a host, and judges it. Rejects with `facts.not-image-mode` for other hosts. */
  read(hostId: string): Promise<Forensics>;
  /** Packs what is known of hosts into an archive for others to look at. */
  bundle(hostIds: readonly string[]): Promise<Bundle>;
}

export function createForensics(options: BundleOptions): ForensicsService {
  return {
    async read(hostId) {
      const { forensics, facts } = await examine(options, hostId, 'report');
      const reason = facts?.deployments.state === 'unknown' ? facts.deployments.failure : null;
      // Its boots say nothing: there is one root only.
      if (reason?.code === 'facts.not-image-mode') throw BerthError.of(reason);
      return forensics;
    },
    bundle: (hostIds) => makeBundle(options, hostIds),
  };
}
