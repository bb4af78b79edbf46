/**
 * The one word for a host in the fleet table; `shared/logic/condition.ts` decides it, worst news first.
 * `up-to-date` is proven by a check not long ago; `no-update-known`: bootc has no word of an update, and nobody asked lately.
 * `etc-blocked`: what is staged will be lost at shutdown, as the merge of /etc fails. `unknown`: never read.
 */
export const conditionCodes = [
  'operation-running',
  'host-key-changed',
  'unreachable',
  'login-failed',
  'asking',
  'connecting',
  'no-root',
  'status-blocked',
  'facts-failed',
  'rolled-back',
  'etc-blocked',
  'finalize-failed',
  'rollback-queued',
  'staged',
  'download-only',
  'layered',
  'update-found',
  'rpm-ostree-only',
  'ostree-only',
  'package-mode',
  'slow',
  'up-to-date',
  'no-update-known',
  'unknown',
] as const;
