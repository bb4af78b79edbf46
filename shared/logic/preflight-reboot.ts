import { formatSpan, plural } from './format.ts';
import { over, pass, warn, fail, unknown, type Check } from './preflight-check.ts';

/** Names of this many are told. */
const NAMED = 3;

/** Who else is on the host, and is thrown out by a reboot. */
export const checkUsers: Check = ({ probe: { users } }) =>
  over(users, 'Who is logged in is not known.', 'loginctl list-sessions', (others) => {
    if (others.length === 0) return pass('Nobody else is logged in', 'loginctl list-sessions');
    const named = others.slice(0, NAMED).map(({ name, from }) => (from === '' ? name : `${name} from ${from}`));
    const more = others.length > NAMED ? ` and ${String(others.length - NAMED)} more` : '';
    return warn(
      `${plural(others.length, 'other session')}: ${named.join(', ')}${more}.`,
      'A wall message tells them; a delay gives them time.',
      'loginctl list-sessions',
    );
  });

/** What asked systemd not to shut down. Up to 256 that did not hold up root; from 257 on it does, unless it is a weak one. */
export const checkInhibitors: Check = ({ probe: { inhibitors } }) =>
  over(inhibitors, 'Whether something holds up a shutdown is not known.', 'systemd-inhibit --list', (found) => {
    const [first] = found;
    if (!first) return pass('Nothing holds up a shutdown', 'systemd-inhibit --list');
    const named = found.slice(0, NAMED).map(({ who, why }) => `${who}: ${why}`);
    return warn(
      `${plural(found.length, 'inhibitor')} against a shutdown: ${named.join('; ')}.`,
      'Wait until it is done: up to systemd 256 root reboots all the same, a newer one refuses.',
      'systemd-inhibit --list',
    );
  });

/** Below this, in per cent, a machine that runs from its battery may not come up again. */
const EMPTY = 20;
const LOW = 50;

/** Only where there is a battery. */
export const checkBattery: Check = ({ probe: { battery } }) =>
  over(battery, 'Whether it runs from a battery is not known.', 'cat /sys/class/power_supply/*/uevent', (power) => {
    if (!power) return null;
    const { percent, isDischarging } = power;
    const command = 'cat /sys/class/power_supply/*/uevent';
    if (!isDischarging) return pass(`On mains, battery at ${String(percent)} %`, command);
    const text = `Runs from its battery, at ${String(percent)} %.`;
    if (percent < EMPTY) return fail(text, 'Plug it in: without power while it reboots an update is lost.', command);
    return percent < LOW ? warn(text, 'Plug it in.', command) : pass(text.slice(0, -1), command);
  });

/** Certificates and tokens of registries allow for less. */
const MAX_SKEW_MS = 60_000;

/** Clocks that do not agree make registries refuse, and times of the history lie. */
export const checkClock: Check = ({ skewMs }) => {
  if (skewMs === null) return unknown('The time of the host is not known.', null, 'date -u');
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return pass('Its clock agrees with this computer', 'date -u');
  return warn(
    `Its clock is ${formatSpan(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} this computer.`,
    'Certificates may count as expired. Look at `timedatectl` on the host, and at the clock here.',
    'date -u',
  );
};
