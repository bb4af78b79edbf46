import { describe } from 'vitest';
import { missingPrerequisites, type Prerequisite } from './missing-prerequisites.ts';

/** For hosts made by `sshd.ts`, by `user-sandbox.ts` and by `scripted-host.ts`. */
export const sshdNeeds: readonly Prerequisite[] = ['sshd', 'ssh-keygen'];
export const sandboxNeeds: readonly Prerequisite[] = [...sshdNeeds, 'root', 'sudo', 'unshare'];
/** For tests with `kerberos.ts`, and with a token in software. */
export const kerberosNeeds: readonly Prerequisite[] = ['krb5kdc', 'kadmin.local', 'kinit', 'klist'];
export const tokenNeeds: readonly Prerequisite[] = ['softhsm2-util', 'openssl'];
/** For hosts made by `journal-host.ts`. */
export const journalNeeds: readonly Prerequisite[] = [...sshdNeeds, 'root', 'journalctl', 'systemd-journal-remote'];
export const scriptedHostNeeds: readonly Prerequisite[] = [...sandboxNeeds, 'flock'];

/**
 * `describe` where everything that is needed is here. Elsewhere the tests are skipped and the reason is said; under CI, where
 * nothing may be left out silently, it is thrown, so that the file fails.
 */
export function describeWith(...needs: readonly Prerequisite[]): typeof describe.skip {
  const missing = missingPrerequisites(needs);
  if (missing === null) return describe;
  if (process.env['CI'] !== undefined && process.env['CI'] !== '' && process.env['CI'] !== 'false') {
    throw new Error(`These tests cannot run: ${missing}`);
  }
  process.stderr.write(`Skipped: ${missing}\n`);
  return describe.skip;
}
