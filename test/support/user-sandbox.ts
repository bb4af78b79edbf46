import { execFileSync } from 'node:child_process';
import { cp, chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A user who exists only inside the sandbox. */
export interface SandboxUser {
  readonly name: string;
  readonly password: string;
  /** A path such as `/usr/bin/fish`. */
  readonly shell?: string;
  /** Has to choose another password when logging in. */
  readonly hasExpired?: boolean;
  /** Files in the home folder, by name. */
  readonly home?: Readonly<Record<string, string>>;
}

export interface SandboxOptions {
  readonly users: readonly SandboxUser[];
  /** Lines of /etc/sudoers after its defaults. */
  readonly sudoers?: readonly string[];
  /** Takes the sudo binary out of sight. */
  readonly withoutSudo?: boolean;
  /** Scripts that everybody in the sandbox finds in /usr/bin, by name. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Lines of /etc/doas.conf. */
  readonly doas?: readonly string[];
}

/** A private view of /etc for processes started through `wrapper`: own users, passwords, sudoers and PAM, all real. */
export interface UserSandbox {
  /** What to put in front of a command. */
  readonly wrapper: readonly string[];
  /** What sudo wrote about every attempt. */
  sudoLog(): Promise<string>;
  dispose(): Promise<void>;
}

const FIRST_UID = 61_000;
const PAM = [
  'auth required pam_unix.so nodelay',
  'account required pam_unix.so',
  'password required pam_unix.so sha512',
  'session required pam_permit.so',
];

/** Makes a copy of /etc with more users in it. Nothing of the machine itself is changed. Needs `sandboxNeeds`. */
export async function makeSandbox(options: SandboxOptions): Promise<UserSandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-users-'));
  const etc = join(folder, 'etc');
  const log = join(folder, 'sudo.log');
  await chmod(folder, 0o755);
  await cp('/etc', etc, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.startsWith('/etc/alternatives/'),
  });
  await cp('/etc/alternatives', join(etc, 'alternatives'), { recursive: true, verbatimSymlinks: true });

  for (const [index, user] of options.users.entries()) {
    const uid = FIRST_UID + index;
    const home = join(folder, 'home', user.name);
    const entry = [user.name, 'x', uid, uid, '', home, user.shell ?? '/bin/bash'].join(':');
    await writeFile(join(etc, 'passwd'), `${entry}\n`, { flag: 'a' });
    await writeFile(join(etc, 'group'), `${user.name}:x:${uid}:\n`, { flag: 'a' });
    const changedAt = user.hasExpired ? 0 : 19_000;
    const shadow = [user.name, hash(user.password), changedAt, 0, 99_999, 7, '', '', ''].join(':');
    await writeFile(join(etc, 'shadow'), `${shadow}\n`, { flag: 'a' });
    await mkdir(home, { recursive: true });
    await chown(home, uid, uid);
    for (const [name, text] of Object.entries(user.home ?? {})) await writeFile(join(home, name), text);
  }

  const sudoers = [
    `Defaults logfile=${log}`,
    'Defaults env_reset',
    'root ALL=(ALL:ALL) ALL',
    ...(options.sudoers ?? []),
  ];
  await rm(join(etc, 'sudoers'), { force: true });
  await writeFile(join(etc, 'sudoers'), `${sudoers.join('\n')}\n`, { mode: 0o440 });
  if (options.doas) await writeFile(join(etc, 'doas.conf'), `${options.doas.join('\n')}\n`, { mode: 0o400 });
  for (const service of ['sudo', 'sshd', 'doas']) await writeFile(join(etc, 'pam.d', service), `${PAM.join('\n')}\n`);
  await rm(join(etc, 'nologin'), { force: true });

  await mkdir(join(folder, 'programs'));
  for (const [name, text] of Object.entries(options.programs ?? {})) {
    await writeFile(join(folder, 'programs', name), text, { mode: 0o755 });
  }
  const script = [
    `mount --bind '${etc}' /etc`,
    ...(options.programs ? [mountPrograms(join(folder, 'programs'))] : []),
    ...(options.withoutSudo ? ['mount --bind /dev/null /usr/bin/sudo'] : []),
    'exec "$@"',
  ].join(' && ');
  return {
    wrapper: ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh'],
    sudoLog: () => readFile(log, 'utf8').catch(() => ''),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Lays programs over /usr/bin: what is written there stays in memory, since the folder of the tests may be an overlay itself. */
function mountPrograms(programs: string): string {
  return [
    'mount -t tmpfs tmpfs /mnt',
    'mkdir /mnt/upper /mnt/work',
    `cp '${programs}'/* /mnt/upper/`,
    'mount -t overlay overlay -o lowerdir=/usr/bin,upperdir=/mnt/upper,workdir=/mnt/work /usr/bin',
  ].join(' && ');
}

/** A SHA-512 crypt hash; perl is the one interpreter with crypt(3) on every Debian. */
function hash(password: string): string {
  const script = 'chomp(my $password = <STDIN>); print crypt($password, "\\$6\\$berthtest\\$")';
  return execFileSync('perl', ['-e', script], { input: `${password}\n` }).toString();
}
