import type { AutoUpdate } from '../model/host-facts.ts';
import { cleanText } from './text.ts';

/** Properties of one unit; a property that stands there several times (ExecStart) has one value per line. */
export type UnitProperties = ReadonlyMap<string, string>;

/** Splits the output of `systemctl show` for several units, by their Id. */
export function parseUnits(text: string): ReadonlyMap<string, UnitProperties> {
  const units = new Map<string, UnitProperties>();
  for (const block of text.split(/\n\s*\n/, 200)) {
    const properties = new Map<string, string>();
    for (const line of block.split('\n', 100)) {
      const equals = line.indexOf('=');
      if (equals < 1) continue;
      const key = line.slice(0, equals).trim();
      const before = properties.get(key);
      const value = line.slice(equals + 1).trim();
      properties.set(key, before === undefined ? value : `${before}\n${value}`);
    }
    const id = properties.get('Id');
    if (id !== undefined) units.set(cleanText(id, 256), properties);
  }
  return units;
}

// Longest first, so that `ms` is not read as months or minutes.
const SPAN = /(\d+(?:\.\d+)?) ?(month|min|ms|us|μs|µs|y|w|d|h|s)/g;
const SPAN_MS: Readonly<Record<string, number>> = {
  y: 365.25 * 86_400_000,
  month: 30.44 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  min: 60_000,
  s: 1000,
  ms: 1,
};

/** A time span as systemd prints it (`1h 3min 2.5s`) in milliseconds; null for `infinity`, empty and all else. */
export function parseTimeSpan(text: string): number | null {
  const bounded = text.slice(0, 200);
  if (bounded.replace(SPAN, '').trim() !== '' || bounded.trim() === '') return null;
  let sum = 0;
  for (const [, amount, unit] of bounded.matchAll(SPAN)) sum += Number(amount) * (SPAN_MS[unit ?? ''] ?? 0.001);
  return Math.round(sum);
}

/** A time as systemd prints it under TZ=UTC (`Tue 2026-11-24 10:00:00 UTC`) in epoch milliseconds, else null. */
export function parseSystemdTime(text: string): number | null {
  const match = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d+)? UTC$/.exec(text.slice(0, 100));
  const time = match ? Date.parse(`${match[1]}T${match[2]}Z`) : NaN;
  return Number.isFinite(time) ? time : null;
}

/** Services that update by themselves, all the time, and whether they reboot. */
const DAEMONS = [
  { unit: 'zincati.service', reboots: true },
  { unit: 'flightctl-agent.service', reboots: true },
] as const;
const TIMERS = ['bootc-fetch-apply-updates', 'rpm-ostreed-automatic', 'uupd', 'ublue-update'] as const;

/**
 * The auto-update of a host, or null when it has none: one that is active before one that is not, one that reboots before one
 * that does not. `policy` is AutomaticUpdatePolicy of /etc/rpm-ostreed.conf; `bootedAt` epoch ms, null when not known.
 */
export function autoUpdateOf(
  units: ReadonlyMap<string, UnitProperties>,
  policy: string,
  bootedAt: number | null,
): AutoUpdate | null {
  const found: AutoUpdate[] = [];
  const add = (unit: string, reboots: boolean, effective: boolean) => {
    const properties = units.get(unit);
    const loaded = properties?.get('LoadState') ?? 'not-found';
    if (!properties || loaded === 'not-found') return;
    const active = effective && /^(?:active|activating|reloading)$/.test(properties.get('ActiveState') ?? '');
    const span = parseTimeSpan(properties.get('NextElapseUSecMonotonic') ?? '');
    const times = [
      parseSystemdTime(properties.get('NextElapseUSecRealtime') ?? ''),
      span === null || bootedAt === null ? null : bootedAt + span,
    ].filter((time) => time !== null);
    const masked = loaded === 'masked';
    found.push({ unit, active, masked, reboots, nextAt: active && times.length > 0 ? Math.min(...times) : null });
  };
  for (const name of TIMERS) {
    const command = units.get(`${name}.service`)?.get('ExecStart') ?? '';
    const isRpmOstree = name === 'rpm-ostreed-automatic';
    const reboots = isRpmOstree ? policy === 'apply' : /\s--apply\b|\breboot\b/.test(command);
    // Without a policy rpm-ostree's timer does nothing.
    add(`${name}.timer`, reboots, !isRpmOstree || !['', 'none'].includes(policy));
  }
  for (const { unit, reboots } of DAEMONS) add(unit, reboots, true);
  const weight = (item: AutoUpdate) => (item.active ? 4 : 0) + (item.reboots ? 2 : 0) + (item.masked ? 0 : 1);
  return found.sort((a, b) => weight(b) - weight(a))[0] ?? null;
}
