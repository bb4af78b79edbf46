import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What tests may need of the machine beyond Node: a superuser, and programs by their names. */
export type Prerequisite =
  | 'root'
  | 'ansible-inventory'
  | 'apt-get'
  | 'bash'
  | 'busybox'
  | 'chattr'
  | 'dash'
  | 'dbus-daemon'
  | 'dbus-send'
  | 'doas'
  | 'dpkg-deb'
  | 'fish'
  | 'findmnt'
  | 'flock'
  | 'gnome-keyring-daemon'
  | 'ip'
  | 'journalctl'
  | 'kadmin.local'
  | 'kinit'
  | 'klist'
  | 'krb5kdc'
  | 'less'
  | 'nsenter'
  | 'openssl'
  | 'ostree'
  | 'python3'
  | 'script'
  | 'setpriv'
  | 'shellcheck'
  | 'softhsm2-util'
  | 'ssh'
  | 'ssh-agent'
  | 'ssh-keygen'
  | 'sshd'
  | 'sudo'
  | 'systemd-journal-remote'
  | 'tc'
  | 'tcsh'
  | 'tmux'
  | 'top'
  | 'unshare'
  | 'vim'
  | 'zsh';

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
  // Base trees are made of Debian's packages.
  'apt-get',
  'dpkg-deb',
];

/** sshd is not on the PATH of an ordinary user, and what systemd starts on nobody's. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/lib/systemd', '/lib/systemd'];

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
