import type { HostState } from './host-state.ts';

const HOUR_MS = 3_600_000;

interface Unit {
  readonly load: 'loaded' | 'masked' | 'not-found';
  readonly file: 'enabled' | 'disabled' | 'static' | 'masked' | '';
  readonly active: boolean;
  /** Milliseconds after the boot at which a timer elapses next. */
  readonly next: number | null;
  readonly command: readonly string[];
}

const absent: Unit = { load: 'not-found', file: '', active: false, next: null, command: [] };

/** `systemctl show` of every unit that updates hosts by itself, as `read_auto_update` in `native/probes/facts.sh` asks for it. */
export function autoUpdateUnits(state: HostState, now: number): string {
  const { autoUpdate, kind } = state.spec;
  const isMasked = state.updatesPaused;
  const isOn = autoUpdate === 'reboots' && !isMasked;
  const isThere = kind === 'bootc' && autoUpdate !== 'absent' && autoUpdate !== 'zincati';
  const next = isOn ? now - state.bootedAt + 5.2 * HOUR_MS : null;
  const units: readonly (readonly [string, Unit])[] = [
    [
      'bootc-fetch-apply-updates.timer',
      isThere
        ? {
            load: isMasked ? 'masked' : 'loaded',
            file: isMasked ? 'masked' : isOn ? 'enabled' : 'disabled',
            active: isOn,
            next,
            command: [],
          }
        : absent,
    ],
    [
      'bootc-fetch-apply-updates.service',
      isThere
        ? {
            load: 'loaded',
            file: 'static',
            active: false,
            next: null,
            command: ['/usr/bin/bootc', 'upgrade', '--apply', '--quiet'],
          }
        : absent,
    ],
    ['rpm-ostreed-automatic.timer', absent],
    ['rpm-ostreed-automatic.service', absent],
    ['uupd.timer', absent],
    ['uupd.service', absent],
    ['ublue-update.timer', absent],
    ['ublue-update.service', absent],
    [
      'zincati.service',
      autoUpdate === 'zincati'
        ? {
            load: isMasked ? 'masked' : 'loaded',
            file: isMasked ? 'masked' : 'enabled',
            active: !isMasked,
            next: null,
            command: ['/usr/libexec/zincati', 'agent', '-v'],
          }
        : absent,
    ],
    ['flightctl-agent.service', absent],
  ];
  return units.map(([id, unit]) => showUnit(id, unit)).join('\n');
}

function showUnit(id: string, { load, file, active, next, command }: Unit): string {
  const isTimer = id.endsWith('.timer');
  const lines = [
    ...(isTimer
      ? ['NextElapseUSecRealtime=', `NextElapseUSecMonotonic=${next === null ? 'infinity' : timeSpan(next)}`]
      : []),
    ...(command.length > 0
      ? [
          `ExecStart={ path=${command[0] ?? ''} ; argv[]=${command.join(' ')} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`,
        ]
      : []),
    `Id=${id}`,
    `LoadState=${load}`,
    `ActiveState=${active ? 'active' : 'inactive'}`,
    `UnitFileState=${file}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A time span as systemd prints it: `1w 2d 3h 4min 5.000000s`. */
function timeSpan(milliseconds: number): string {
  let rest = Math.floor(milliseconds / 1000);
  const parts: string[] = [];
  for (const [unit, seconds] of [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${String(count)}${unit}`);
  }
  return parts.join(' ') || '0';
}

/** `systemctl show` of greenboot's health check. */
export function greenbootUnit({ greenboot }: HostState): string {
  const isThere = greenboot !== 'absent';
  return `Result=success\nId=greenboot-healthcheck.service\nLoadState=${isThere ? 'loaded' : 'not-found'}\nActiveState=${isThere ? 'active' : 'inactive'}\nSubState=${isThere ? 'exited' : 'dead'}\n`;
}

/** Greenboot's line for the motd (greenboot-rs 0.16, reference 5.7). */
export function greenbootStatus({ greenboot }: HostState): string {
  if (greenboot === 'absent') return '';
  const fallback =
    greenboot === 'fallback' ? 'FALLBACK BOOT DETECTED! Default bootc deployment has been rolled back.\n' : '';
  return `${fallback}Greenboot healthcheck passed - status is GREEN.\n`;
}
