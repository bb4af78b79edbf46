import { BerthError } from '../../../shared/errors/failure.ts';
import { failedChecks, unconfirmed } from '../../../shared/logic/preflight.ts';
import type { CheckName, Preflight } from '../../../shared/model/preflight.ts';

/** Throws `operation.preflight` when a check failed, `operation.preflight-unconfirmed` when a warning was not confirmed. */
export function requirePreflight({ checks }: Preflight, confirmed: readonly CheckName[]): void {
  const [failed] = failedChecks(checks);
  if (failed) throw new BerthError('operation.preflight', { found: failed.text, remedy: failed.remedy });
  const [open] = unconfirmed(checks, confirmed);
  if (open) throw new BerthError('operation.preflight-unconfirmed', { found: open.text });
}
