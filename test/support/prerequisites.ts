import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** What tests may need of the machine beyond Node: a superuser, and programs by their names. */
export type Prerequisite =
  | 'root'
  | 'bash'
  | 'busybox'
  | 'chattr'
  | 'dash'
  | 'fish'
  | 'findmnt'
  | 'flock'
  | 'ip'
  | 'nsenter'
  | 'python3'
  | 'script'
  | 'setpriv'
  | 'shellcheck'
  | 'ssh'
  | 'ssh-agent'
  | 'ssh-keygen'
  | 'sshd'
  | 'sudo'
  | 'tc'
  | 'tcsh'
  | 'unshare'
  | 'zsh';

/** For hosts made by `sshd.ts`, by `user-sandbox.ts` and by `scripted-host.ts`. */
export const sshdNeeds: readonly Prerequisite[] = ['sshd', 'ssh-keygen'];
export const sandboxNeeds: readonly Prerequisite[] = [...sshdNeeds, 'root', 'sudo', 'unshare'];
export const scriptedHostNeeds: readonly Prerequisite[] = [...sandboxNeeds, 'flock'];

/** For hosts of the lab (`lab.ts`). */
export const labNeeds: readonly Prerequisite[] = [
  'root',
  'unshare',
  'nsenter',
  'setpriv',
  'flock',
  'findmnt',
  'ip',
  'tc',
  'chattr',
  'ssh',
  'ssh-keygen',
  'python3',
];

/** sshd is not on the PATH of an ordinary user. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

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

/** What is missing, in words; null when nothing is. */
export function missingPrerequisites(
  needs: readonly Prerequisite[],
  path: string = process.env['PATH'] ?? '',
  userId: number | undefined = process.getuid?.(),
): string | null {
  const folders = [...path.split(delimiter), ...SYSTEM_FOLDERS];
  const isHere = (need: Prerequisite) =>
    need === 'root' ? userId === 0 : folders.some((folder) => existsSync(join(folder, need)));
  const missing = needs.filter((need) => !isHere(need));
  return missing.length === 0 ? null : `no ${missing.join(', no ')}`;
}
