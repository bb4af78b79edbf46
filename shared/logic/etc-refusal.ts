import { failure, type Failure } from '../errors/failure.ts';
import type { EtcFileAct } from '../model/etc-act.ts';
import { etcActLimits } from '../model/etc-limits.ts';
import type { EtcLook } from '../parse/etc-look.ts';
import { showPath } from './etc-path.ts';
import { etcSteps } from './etc-steps.ts';
import { formatBytes } from './format.ts';

/** Why the verb `etc` cannot be done on what was found; null: it can. */
export function etcRefusal(files: readonly EtcFileAct[], look: EtcLook): Failure | null {
  if (look.isReadOnly) return failure('etc.read-only');
  if (look.isTransient) return failure('etc.transient');
  if (look.isCut) return failure('etc.too-many', { limit: etcActLimits.steps });
  const { steps, failure: reason } = etcSteps(files, look.found);
  if (!steps) return reason;
  let saved = 0;
  for (const { path, expect } of steps) {
    if (expect === null || expect === 'made' || expect.type !== 'file') continue;
    saved += expect.size;
    if (saved > etcActLimits.saved) {
      return failure('etc.too-large', { path: `/etc/${showPath(path)}`, size: formatBytes(expect.size) });
    }
  }
  return null;
}
