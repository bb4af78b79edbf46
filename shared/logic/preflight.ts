import type { CheckName, PreflightCheck } from '../model/preflight.ts';
import type { Verb } from '../model/verb.ts';
import type { Check, PreflightContext } from './preflight-check.ts';
import {
  checkArchitecture,
  checkDistribution,
  checkEtcMerge,
  checkLayering,
  checkLock,
  checkPrivilege,
  checkStaged,
  checkTimer,
} from './preflight-host.ts';
import { checkBattery, checkClock, checkInhibitors, checkUsers } from './preflight-reboot.ts';
import { checkCredentials, checkRegistry, checkSignaturePolicy } from './preflight-registry.ts';
import { checkSpaceBoot, checkSpaceSysroot } from './preflight-space.ts';

const CHECKS: Readonly<Record<CheckName, Check>> = {
  privilege: checkPrivilege,
  lock: checkLock,
  'space-sysroot': checkSpaceSysroot,
  'space-boot': checkSpaceBoot,
  registry: checkRegistry,
  credentials: checkCredentials,
  architecture: checkArchitecture,
  distribution: checkDistribution,
  'signature-policy': checkSignaturePolicy,
  layering: checkLayering,
  staged: checkStaged,
  'etc-merge': checkEtcMerge,
  timer: checkTimer,
  users: checkUsers,
  inhibitors: checkInhibitors,
  battery: checkBattery,
  clock: checkClock,
};

const LOCAL: readonly CheckName[] = ['privilege', 'lock'];
const PULL: readonly CheckName[] = [...LOCAL, 'registry', 'credentials', 'layering', 'clock'];
const STAGE: readonly CheckName[] = [
  ...PULL,
  ...(['space-sysroot', 'architecture', 'distribution', 'signature-policy', 'timer'] as const),
];
const APPLY: readonly CheckName[] = ['space-boot', 'etc-merge'];
const REBOOT: readonly CheckName[] = [...LOCAL, ...APPLY, 'timer', 'users', 'inhibitors', 'battery'];

/** Which checks concern a verb. */
const CONCERNS: Readonly<Record<Verb, readonly CheckName[]>> = {
  check: PULL,
  download: STAGE,
  upgrade: [...STAGE, ...APPLY],
  switch: [...STAGE, ...APPLY],
  'apply-download': [...LOCAL, ...APPLY],
  'kernel-arguments': [...LOCAL, ...APPLY],
  rollback: [...LOCAL, 'staged', 'timer'],
  'undo-rollback': LOCAL,
  unstage: LOCAL,
  pin: LOCAL,
  unpin: LOCAL,
  remove: LOCAL,
  'clean-up': LOCAL,
  'usr-overlay': ['privilege'],
  'pause-updates': ['privilege'],
  'resume-updates': ['privilege'],
  // The lock of the sysroot is not for /etc.
  etc: ['privilege'],
  reboot: REBOOT,
  'soft-reboot': REBOOT,
};

/** The checks that concern a verb on a host, in the order in which they are shown. */
export function preflightChecks(context: PreflightContext): PreflightCheck[] {
  const wanted = new Set(CONCERNS[context.request.verb]);
  return Object.entries(CHECKS).flatMap(([name, check]) => {
    if (!wanted.has(name as CheckName)) return [];
    const result = check(context);
    return result ? [{ name: name as CheckName, ...result }] : [];
  });
}

/** What a person has to confirm before the verb may start: the warnings that they have not ticked. */
export function unconfirmed(
  checks: readonly PreflightCheck[],
  confirmed: readonly CheckName[],
): readonly PreflightCheck[] {
  return checks.filter(({ name, result }) => result === 'warn' && !confirmed.includes(name));
}

/** What stops the verb. */
export function failedChecks(checks: readonly PreflightCheck[]): readonly PreflightCheck[] {
  return checks.filter(({ result }) => result === 'fail');
}
