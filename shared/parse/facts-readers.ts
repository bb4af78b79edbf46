import { failure, type Failure } from '../errors/failure.ts';
import type { Fact } from '../model/fact.ts';
import type { AutoUpdate, Disk, Greenboot, Identity, Privilege, RunningUnit, Tools } from '../model/host-facts.ts';
import type { FactsContext } from './facts.ts';
import type { ParsedFrame } from './frames.ts';
import { parseAssignments, parseSections } from './sections.ts';
import { autoUpdateOf, parseUnits } from './systemd.ts';
import { cleanLines, cleanText, lastLine } from './text.ts';

/** The limits in native/probes/facts.sh, in seconds. */
const QUICK = 10;
const SLOW = 20;

/** Access to the frames of one probe. */
export interface FrameReader {
  readonly readAt: number;
  /** The frame, complete or not; of several with one name the last. */
  frame(name: string): ParsedFrame | null;
  /** A fact from a frame: `parse` is called when its reader succeeded, else the fact says why there is none. */
  read<T>(name: string, command: string, parse: (stdout: string) => T): Fact<T>;
  /** The output of a frame whose reader succeeded, else the empty text. */
  text(name: string): string;
  known<T>(value: T): Fact<T>;
  unknown(reason: Failure): Fact<never>;
}

export function frameReader(frames: readonly ParsedFrame[], readAt: number): FrameReader {
  const byName = new Map(frames.map((frame) => [frame.name, frame]));
  const known = <T>(value: T): Fact<T> => ({ state: 'known', value, readAt });
  const unknown = (reason: Failure): Fact<never> => ({ state: 'unknown', failure: reason, readAt });
  return {
    readAt,
    known,
    unknown,
    frame: (name) => byName.get(name) ?? null,
    read(name, command, parse) {
      const frame = byName.get(name);
      const reason = failureOf(frame ?? null, command);
      return reason || !frame ? unknown(reason ?? incomplete(command)) : known(parse(frame.stdout));
    },
    text(name) {
      const frame = byName.get(name);
      return frame?.complete && frame.exitCode === 0 ? frame.stdout : '';
    },
  };
}

/** Why the reader of a frame failed, or null when it did not. */
export function failureOf(frame: ParsedFrame | null, command: string): Failure | null {
  if (!frame?.complete) return incomplete(command);
  switch (frame.exitCode) {
    case 0:
      return null;
    case 124:
      return failure('facts.timed-out', { command, seconds: command === 'rpm-ostree status' ? SLOW : QUICK });
    case 127:
      return failure('facts.tool-missing', { tool: command.split(' ')[0] ?? command });
    default:
      return failure('facts.command-failed', {
        command,
        exitCode: frame.exitCode,
        detail: lastLine(frame.stderr) || 'it did not say why',
      });
  }
}

function incomplete(section: string): Failure {
  return failure('facts.incomplete', { section });
}

export function readIdentity(reader: FrameReader): Fact<Identity> {
  return reader.read('identity', 'identity', (stdout) => {
    const values = parseAssignments(stdout);
    const value = (key: string) => cleanText(values.get(key) ?? '', 256);
    const os = parseAssignments(reader.text('os-release'));
    const osValue = (key: string) => cleanText((os.get(key) ?? '').replace(/^(["'])(.*)\1$/s, '$2'), 256);
    const cmdline = cleanText(reader.text('cmdline'));
    const uptime = Number.parseFloat(value('uptime'));
    return {
      hostname: value('hostname'),
      machineId: value('machine-id') || null,
      osId: osValue('ID') || 'linux',
      osVersion: osValue('VERSION_ID') || null,
      osName: osValue('PRETTY_NAME') || osValue('NAME') || 'Linux',
      kernel: value('kernel'),
      architecture: value('architecture'),
      bootId: value('boot-id'),
      uptimeSeconds: Number.isFinite(uptime) && uptime > 0 ? uptime : 0,
      cmdline,
      ostreeBooted: value('ostree-booted') === 'yes',
      composefsBooted: ` ${cmdline}`.includes(' composefs='),
    };
  });
}

export function readTools(reader: FrameReader): Fact<Tools> {
  return reader.read('tools', 'tools', (stdout) => {
    const sections = new Map(parseSections(stdout).map(({ title, text }) => [title, text]));
    const version = (tool: string) => {
      const text = sections.get(tool);
      // `bootc 1.16.3`, `systemd 257 (257.5-2.fc42)`, ` Version: '2025.3'`: the first word that begins as a number does.
      return text === undefined ? null : (/(?:^|[\s'])(\d[\w.+~-]{0,60})/.exec(text.slice(0, 4096))?.[1] ?? '');
    };
    return {
      bootc: version('bootc'),
      rpmOstree: version('rpm-ostree'),
      ostree: version('ostree'),
      systemd: version('systemctl'),
      systemdRun: sections.has('systemd-run'),
      sudo: sections.has('sudo'),
    };
  });
}

export function readPrivilege(reader: FrameReader, { root, user }: FactsContext): Privilege {
  if (root === 'sudo-password' || root === 'root') return { kind: root };
  const frame = reader.frame('sudo');
  if (root === 'sudo' && !frame) return { kind: root };
  if (parseAssignments(reader.text('identity')).get('user-id') === '0') return { kind: 'root' };
  if (frame?.complete && frame.exitCode === 0) {
    const by = parseAssignments(frame.stdout).get('by');
    return by === 'doas' || by === 'run0' ? { kind: 'sudo', by } : { kind: 'sudo' };
  }
  return { kind: 'none', failure: sudoFailure(frame, user) };
}

/** The exit code with which the probe says that the host is set to do without root. */
const NOT_WANTED = 77;

/** That sudo refused, its exit code told; only the reason is looked for in its words. */
function sudoFailure(frame: ParsedFrame | null, user: string): Failure {
  if (!frame?.complete) return incomplete('sudo');
  if (frame.exitCode === 127) return failure('privilege.no-sudo', { user });
  if (frame.exitCode === NOT_WANTED) return failure('privilege.not-wanted', { user });
  if (frame.exitCode === 124) return failure('facts.timed-out', { command: 'sudo -n true', seconds: QUICK });
  const detail = lastLine(frame.stderr);
  if (/must have a tty|requiretty/i.test(frame.stderr)) return failure('privilege.requires-tty', { user });
  // doas and run0 ask at a terminal, and there is none to give them an answer.
  if (/^doas: Authentication required|Interactive authentication required/im.test(frame.stderr)) {
    return failure('privilege.needs-terminal', { user, detail });
  }
  if (/password|authentication is required/i.test(frame.stderr)) return failure('privilege.password-needed', { user });
  return failure('privilege.not-allowed', { user, detail: detail || 'sudo did not say why' });
}

export function readKernels(reader: FrameReader): Fact<Record<string, string>> {
  return reader.read('kernels', 'kernels', (stdout) =>
    Object.fromEntries(
      cleanLines(stdout, 200).flatMap((line): [string, string][] => {
        const match = /^([0-9a-f]{64}\.\d{1,9}) (\S{1,200})$/.exec(line);
        return match ? [[match[1] ?? '', match[2] ?? '']] : [];
      }),
    ),
  );
}

const DF_LINE = /^(\S.*?)\s+(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s+(\/.*)$/;

export function readDisks(reader: FrameReader): Fact<Disk[]> {
  return reader.read('disks', 'df', parseDisks);
}

/** File systems, each once, from `== <path>` and `df -P -k`. `/` only where there is no /sysroot: on composefs it is a tiny image that is always full. */
export function parseDisks(text: string): Disk[] {
  const disks: Disk[] = [];
  const seen = new Set<string>();
  for (const section of parseSections(text, 20)) {
    const match = DF_LINE.exec(cleanLines(section.text, 20).at(-1) ?? '');
    const mount = section.title;
    if (match?.[5] !== mount) continue; // a folder of another file system, which has an entry of its own
    const [, device = '', size = '', used = '', available = ''] = match;
    const key = `${device} ${size} ${used}`;
    if (seen.has(key) || (mount === '/' && disks.some((disk) => disk.mount === '/sysroot'))) continue;
    seen.add(key);
    const bytes = (kilobytes: string) => Number(kilobytes) * 1024;
    disks.push({ mount, size: bytes(size), used: bytes(used), available: bytes(available) });
  }
  return disks;
}

export function readFailedUnits(reader: FrameReader): Fact<string[]> {
  return reader.read('failed-units', 'systemctl list-units', (stdout) =>
    cleanLines(stdout, 500).flatMap((line) => /^(?:[●*×x] )?([\w@:.\\-]{1,256}\.[a-z]+)(?: |$)/.exec(line)?.[1] ?? []),
  );
}

/** The description of a unit says who started it (native/actions/start.sh). A unit that goes down still runs. */
export function readOperations(reader: FrameReader): Fact<RunningUnit[]> {
  if (!reader.frame('operations')) return reader.known([]);
  return reader.read('operations', 'systemctl list-units', (stdout) =>
    cleanLines(stdout, 50).flatMap((line) => {
      const match = /^berth-([a-z-]{1,40})-([0-9a-f]{12})\.service +loaded +(\S+) +\S+ *(.*)$/.exec(line);
      if (!match || !RUNS.has(match[3] ?? '')) return [];
      const startedBy = /, started with Berth by (.*)$/.exec(match[4] ?? '')?.[1] ?? '';
      return [{ id: match[2] ?? '', verb: match[1] ?? '', startedBy: cleanText(startedBy, 200) }];
    }),
  );
}

const RUNS: ReadonlySet<string> = new Set(['active', 'activating', 'deactivating', 'reloading']);

export function readAutoUpdate(reader: FrameReader, bootedAt: number | null): Fact<AutoUpdate | null> {
  return reader.read('auto-update', 'systemctl show', (stdout) => {
    const policy = parseAssignments(reader.text('rpm-ostreed-conf')).get('AutomaticUpdatePolicy') ?? '';
    return autoUpdateOf(parseUnits(stdout), policy.toLowerCase(), bootedAt);
  });
}

/** The verdict is the state of the health check's unit; greenboot's words are shown and not believed, but for the fallback. */
export function readGreenboot(reader: FrameReader): Fact<Greenboot> {
  return reader.read('greenboot', 'systemctl show', (stdout) => {
    const unit = parseUnits(stdout).get('greenboot-healthcheck.service');
    const message = cleanText(reader.text('boot-status'));
    if ((unit?.get('LoadState') ?? 'not-found') === 'not-found') return { verdict: 'absent', fallback: false, message };
    const counter = parseAssignments(reader.text('grubenv')).get('boot_counter');
    // Without root the counter cannot be read, and the fixed words of the motd are all there is.
    const fallback = counter === '-1' || message.includes('FALLBACK BOOT DETECTED');
    return { verdict: verdictOf(unit?.get('ActiveState'), unit?.get('Result')), fallback, message };
  });
}

function verdictOf(activeState: string | undefined, result: string | undefined): Greenboot['verdict'] {
  if (activeState === 'activating') return 'in-progress';
  if (activeState === 'failed' || (result !== undefined && result !== '' && result !== 'success')) return 'red';
  return activeState === 'active' ? 'green' : 'unknown';
}

export function readRebootRequired(reader: FrameReader): Fact<string | null> {
  return reader.read('reboot-required', 'reading /run/reboot-required', (stdout) => {
    const [first, ...rest] = cleanLines(stdout, 20);
    return first === 'present' ? rest.join('; ') || 'The host does not say why.' : null;
  });
}
