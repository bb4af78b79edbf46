import type { Random } from './random.ts';

/** Fields of an entry of a simulated journal. */
export type JournalFields = Readonly<Record<string, string>>;

/** A line that simulated hosts say again and again. `weight`: how often, beside the others. */
interface Template {
  readonly weight: number;
  readonly unit: string;
  readonly identifier: string;
  readonly priority: number;
  readonly text: (random: Random) => string;
}

const address = (random: Random) => `10.20.${String(random.int(0, 9))}.${String(random.int(2, 250))}`;
const port = (random: Random) => String(random.int(30_000, 60_000));
const line = (
  weight: number,
  unit: string,
  identifier: string,
  priority: number,
  text: Template['text'],
): Template => ({
  weight,
  unit,
  identifier,
  priority,
  text,
});

const STEADY: readonly Template[] = [
  line(20, 'acme-agent.service', 'acme-agent', 6, (random) => `report sent in ${String(random.int(20, 400))} ms`),
  line(8, 'acme-agent.service', 'acme-agent', 7, (random) => `queue length ${String(random.int(0, 30))}`),
  line(
    2,
    'acme-agent.service',
    'acme-agent',
    4,
    (random) => `slow answer of the collector: ${String(random.int(900, 4000))} ms`,
  ),
  line(
    10,
    'podman-web.service',
    'web',
    6,
    (random) =>
      `${address(random)} "GET /api/items/${String(random.int(1, 900))} HTTP/1.1" 200 ${String(random.int(90, 9000))}`,
  ),
  line(2, 'podman-web.service', 'web', 5, (random) => `${address(random)} "GET /admin HTTP/1.1" 404 162`),
  line(
    1,
    'podman-web.service',
    'web',
    3,
    (random) => `upstream timed out after ${String(random.int(30, 60))} s while reading from ${address(random)}`,
  ),
  line(
    6,
    'sshd.service',
    'sshd',
    6,
    (random) => `Connection closed by ${address(random)} port ${port(random)} [preauth]`,
  ),
  line(
    3,
    'sshd.service',
    'sshd',
    6,
    (random) => `Accepted publickey for admin from ${address(random)} port ${port(random)} ssh2: ED25519 SHA256:Zx0k`,
  ),
  line(5, 'chronyd.service', 'chronyd', 6, (random) => `Selected source ${address(random)}`),
  line(
    6,
    'systemd-resolved.service',
    'systemd-resolved',
    6,
    () => 'Using degraded feature set UDP instead of UDP+EDNS0 for DNS server 10.20.0.53.',
  ),
  line(
    4,
    'NetworkManager.service',
    'NetworkManager',
    6,
    (random) =>
      `<info>  [17${String(random.int(10_000_000, 99_999_999))}.1234] dhcp4 (eth0): state changed new lease, address=${address(random)}`,
  ),
  line(4, 'crond.service', 'CROND', 6, () => '(root) CMD (/usr/libexec/acme/rotate)'),
  line(6, 'init.scope', 'systemd', 6, (random) => `Started Session ${String(random.int(10, 900))} of User admin.`),
  line(6, 'init.scope', 'systemd', 6, () => 'Finished system activity accounting tool.'),
  line(
    3,
    '',
    'kernel',
    6,
    (random) =>
      `audit: type=1400 audit(0.${String(random.int(100, 999))}:${String(random.int(100, 9999))}): avc:  granted`,
  ),
  line(
    1,
    '',
    'kernel',
    4,
    (random) =>
      `TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies. (${String(random.int(1, 9))})`,
  ),
];

const STARTUP: readonly Template[] = [
  line(
    40,
    '',
    'kernel',
    6,
    (random) => `pci 0000:00:${random.hex(2)}.0: [1af4:1000] type 00 class 0x0${random.hex(5)}`,
  ),
  line(10, '', 'kernel', 5, (random) => `random: crng reseeded (${String(random.int(1, 99))})`),
  line(
    2,
    '',
    'kernel',
    4,
    () => 'ACPI BIOS Warning (bug): Optional FADT field Pm2ControlBlock has valid Length but zero Address',
  ),
  line(
    30,
    'init.scope',
    'systemd',
    6,
    (random) =>
      `Started ${random.pick(['udev Kernel Device Manager', 'Network Manager', 'OpenSSH server daemon', 'NTP client/server', 'D-Bus System Message Bus', 'Acme agent'])}.`,
  ),
  line(
    8,
    'systemd-udevd.service',
    'systemd-udevd',
    6,
    (random) =>
      `vd${random.pick(['a', 'b'])}${String(random.int(1, 4))}: Process took ${String(random.int(10, 900))} ms.`,
  ),
  line(
    6,
    'NetworkManager.service',
    'NetworkManager',
    6,
    () => '<info>  device (eth0): state change: config -> ip-config (reason none)',
  ),
];

const weightOf = (templates: readonly Template[]) => templates.reduce((sum, { weight }) => sum + weight, 0);
const WEIGHTS = new Map([STEADY, STARTUP].map((templates) => [templates, weightOf(templates)]));

/** What a simulated host says of itself at some moment. */
export function randomLine(phase: 'startup' | 'steady', random: Random): JournalFields {
  const templates = phase === 'startup' ? STARTUP : STEADY;
  let left = random.next() * (WEIGHTS.get(templates) ?? 0);
  const template = templates.find(({ weight }) => (left -= weight) < 0) ?? templates[0];
  if (!template) return {};
  const { unit, identifier, priority, text } = template;
  const common = { MESSAGE: text(random), PRIORITY: String(priority), SYSLOG_IDENTIFIER: identifier };
  if (unit === '') return { ...common, _TRANSPORT: 'kernel' };
  const pid = unit === 'init.scope' ? 1 : 700 + 13 * unit.length;
  return {
    ...common,
    _TRANSPORT: unit === 'init.scope' ? 'journal' : 'stdout',
    _SYSTEMD_UNIT: unit,
    _PID: String(pid),
    _COMM: identifier,
    _UID: '0',
    _GID: '0',
  };
}
