import type { DemoDeployment } from './deployment.ts';
import { newestOf } from './releases.ts';

/** What stands at a path of a simulated /etc. Owned by root. */
export type DemoFile =
  | { readonly type: 'file'; readonly mode: number; readonly text: string }
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'symlink'; readonly target: string };

/** Paths below /etc, directories among them. */
export type DemoEtc = ReadonlyMap<string, DemoFile>;

const file = (text: string, mode = 0o644): DemoFile => ({ type: 'file', mode, text });
const link = (target: string): DemoFile => ({ type: 'symlink', target });

const CHRONY_HEAD = `# They are asked in bursts until the clock is right.
# A pool of a country or of a vendor is as good.
# See https://www.pool.ntp.org/join.html for how to
# take part in it.

# Where the drift of the clock is kept.
`;
const CHRONY_MIDDLE = `
# The clock of the board follows.

# Increase this where many sources are slow.

# Serve time even if not synchronised to a source.
#local stratum 10
# Keys for NTP authentication.
`;
const CHRONY_TAIL = `#hwtimestamp *
#minsources 2
#allow 192.168.0.0/16
`;

/** chrony.conf of the images, until the newest and in it. */
export const chronyOld = `# Use NTP servers from the pool.
pool 2.rhel.pool.ntp.org iburst
${CHRONY_HEAD}driftfile /var/lib/chrony/drift
makestep 1.0 3
rtcsync
${CHRONY_MIDDLE}leapsectz right/UTC
logdir /var/log/chrony
#log measurements statistics
${CHRONY_TAIL}`;
export const chronyNew = chronyOld
  .replace('iburst\n', 'iburst maxsources 4\nsourcedir /run/chrony-dhcp\n')
  .replace('rtcsync\n', 'rtcsync\nntsdumpdir /var/lib/chrony\n')
  .replace('leapsectz right/UTC', 'leapseclist /usr/share/zoneinfo/leap-seconds.list');

const AUDITD = `log_file = /var/log/audit/audit.log
log_group = root
log_format = ENRICHED
flush = INCREMENTAL_ASYNC
freq = 50
max_log_file = 8
num_logs = 5
max_log_file_action = ROTATE
space_left = 75
space_left_action = SYSLOG
`;
const NET = `net.ipv4.tcp_syncookies = 1
net.ipv4.conf.all.rp_filter = 1
`;
const SYSTEM_USERS = [
  'root:x:0:0:Super User:/root:/bin/bash',
  'bin:x:1:1:bin:/bin:/usr/sbin/nologin',
  'sshd:x:74:74::/usr/share/empty.sshd:/usr/sbin/nologin',
  'chrony:x:990:987::/var/lib/chrony:/usr/sbin/nologin',
];
const SYSTEM_GROUPS = ['root:x:0:', 'bin:x:1:', 'wheel:x:10:admin', 'sshd:x:74:', 'chrony:x:987:'];

/** Lines as a file of accounts has them. */
export const lines = (all: readonly string[]): string => all.map((each) => `${each}\n`).join('');
export const shippedUsers = (isNewest: boolean): readonly string[] =>
  isNewest ? [...SYSTEM_USERS, 'acme-exporter:x:989:986::/var/lib/acme-exporter:/usr/sbin/nologin'] : SYSTEM_USERS;

/** Files that are the same in every image, or follow its version, by path. */
function plain(name: string, version: string): Readonly<Record<string, DemoFile>> {
  return {
    'acme/release': file(`${name} ${version}\n`),
    bashrc: file('# System-wide functions and aliases\n[ -z "$PS1" ] || PS1="[\\u@\\h \\W]\\$ "\n'),
    'cron.d/0hourly': file(
      'SHELL=/bin/bash\nPATH=/sbin:/bin:/usr/sbin:/usr/bin\n01 * * * * root run-parts /etc/cron.hourly\n',
    ),
    'default/grub': file('GRUB_TIMEOUT=1\nGRUB_DISABLE_OS_PROBER=true\n'),
    fstab: file('#\n# /etc/fstab\n#\n'),
    hosts: file('127.0.0.1   localhost localhost.localdomain\n::1         localhost localhost.localdomain\n'),
    issue: file('\\S\nKernel \\r on \\m (\\l)\n'),
    localtime: link('../usr/share/zoneinfo/UTC'),
    'login.defs': file('UMASK 022\nHOME_MODE 0700\nPASS_MAX_DAYS 99999\nENCRYPT_METHOD YESCRYPT\n'),
    mtab: link('../proc/self/mounts'),
    'nsswitch.conf': file('passwd: files systemd\ngroup: files systemd\nhosts: files dns myhostname\n'),
    'os-release': link('../usr/lib/os-release'),
    'NetworkManager/NetworkManager.conf': file('[main]\n#plugins=keyfile\n'),
    'pam.d/sshd': file('auth substack password-auth\naccount required pam_nologin.so\nsession include password-auth\n'),
    'security/limits.conf': file('# <domain> <type> <item> <value>\n'),
    shells: file('/bin/sh\n/bin/bash\n/usr/sbin/nologin\n'),
    sudoers: file('Defaults env_reset\nroot ALL=(ALL) ALL\n%wheel ALL=(ALL) NOPASSWD: ALL\n', 0o440),
    'systemd/journald.conf': file('[Journal]\n#Storage=auto\n#SystemMaxUse=\n'),
    'systemd/system.conf': file('[Manager]\n#LogLevel=info\n'),
    'yum.repos.d/redhat.repo': file('[rhel-10-baseos]\nname=BaseOS\nbaseurl=https://cdn.example/rhel10/baseos\n'),
    shadow: file('root:!locked::0:99999:7:::\nadmin:$y$simulated$hash::0:99999:7:::\n', 0o000),
    gshadow: file('root:::\nwheel:::admin\n', 0o000),
  };
}

/** What the newest release of every image has otherwise than those before. */
function shifting(isNewest: boolean): Readonly<Record<string, DemoFile>> {
  return {
    'audit/auditd.conf': file(isNewest ? AUDITD.replace('space_left = 75', 'space_left = 25%') : AUDITD, 0o640),
    'chrony.conf': file(isNewest ? chronyNew : chronyOld),
    'crypto-policies/config': file(isNewest ? 'DEFAULT:NO-SHA1\n' : 'DEFAULT\n'),
    'dnf/dnf.conf': file(isNewest ? '[main]\ngpgcheck=1\nlocalpkg_gpgcheck=1\n' : '[main]\ngpgcheck=1\n'),
    group: file(lines(isNewest ? [...SYSTEM_GROUPS, 'acme-exporter:x:986:'] : SYSTEM_GROUPS)),
    'logrotate.conf': file(isNewest ? 'weekly\nrotate 8\ncreate\ndateext\n' : 'weekly\nrotate 4\ncreate\ndateext\n'),
    passwd: file(lines(shippedUsers(isNewest))),
    'profile.d/acme.sh': file(isNewest ? 'export ACME_REGION=eu\nexport ACME_API=v2\n' : 'export ACME_REGION=eu\n'),
    'ssh/ssh_config': file(isNewest ? 'Host *\n  HashKnownHosts yes\n' : 'Host *\n'),
    'ssh/sshd_config': file(
      `Include /etc/ssh/sshd_config.d/*.conf\n${isNewest ? 'KbdInteractiveAuthentication no\n' : ''}X11Forwarding no\n`,
      0o600,
    ),
    'sysctl.d/50-net.conf': file(isNewest ? `${NET}net.ipv4.tcp_mtu_probing = 1\n` : NET),
    'systemd/coredump.conf': file(isNewest ? '[Coredump]\nStorage=none\n' : '[Coredump]\n#Storage=external\n'),
  };
}

/** The folder that the newest web image has where a host may have a file. */
const AGENT: Readonly<Record<string, DemoFile>> = {
  'acme/agent.conf/main.toml': file('listen = "127.0.0.1:9117"\n'),
  'acme/agent.conf/outputs.toml': file('[[output]]\nkind = "journal"\n'),
};

/** Folders with a mode of their own; others are 0755. */
const FOLDER_MODES: Readonly<Record<string, number>> = { audit: 0o750, 'sudoers.d': 0o750 };
/** Folders with nothing in them. */
const EMPTY_FOLDERS = [
  'NetworkManager/conf.d',
  'NetworkManager/system-connections',
  'cron.daily',
  'lvm/devices',
  'pki/ca-trust/extracted/edk2',
  'pki/ca-trust/extracted/java',
  'pki/ca-trust/extracted/openssl',
  'pki/ca-trust/extracted/pem',
  'udev',
  'ssh/sshd_config.d',
  'sudoers.d',
  'security/limits.d',
  'systemd/journald.conf.d',
  'systemd/system/multi-user.target.wants',
  'ostree',
  'motd.d',
];

/** The /etc that a deployment brings. */
export function shippedEtc({ image, release }: DemoDeployment): DemoEtc {
  const isNewest = release.version === newestOf(image).version;
  const files = {
    ...plain(image, release.version),
    ...shifting(isNewest),
    ...(image === 'web' && isNewest ? AGENT : {}),
  };
  return withFolders(new Map(Object.entries(files)), EMPTY_FOLDERS);
}

/** Adds the folders in which paths stand, as far as they are missing. */
export function withFolders(files: DemoEtc, folders: readonly string[] = []): DemoEtc {
  const all = new Map<string, DemoFile>();
  const addFolder = (path: string) => {
    if (path === '' || all.has(path)) return;
    addFolder(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    all.set(path, files.get(path) ?? { type: 'directory', mode: FOLDER_MODES[path] ?? 0o755 });
  };
  for (const path of folders) addFolder(path);
  for (const [path, node] of files) {
    addFolder(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    all.set(path, node);
  }
  return all;
}
