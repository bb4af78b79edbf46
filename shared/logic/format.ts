/**
 * Numbers, times and names as Berth writes them, the same in the page and on the command line. English, no locale: the words
 * and widths are part of the design. Times are epoch milliseconds, sizes bytes, a number that is not known is `–`.
 */

/** Stands for “not known” and “does not apply”. */
export const UNKNOWN = '–';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Reproducible builds stamp their images with (nearly) nothing: a time before this one says nothing about age. */
const OLDEST_HONEST_TIME = Date.UTC(1990, 0, 1);

/** Which clock a time is written for: the one of this computer, or UTC. */
export type Zone = 'local' | 'utc';

/** A span in its largest whole unit: `12 s`, `1 min`, `3 h`, `20 d`, `3 y`. Milliseconds; a negative span counts as none. */
export function formatSpan(span: number): string {
  const positive = Math.max(0, span);
  if (positive < MINUTE) return `${Math.floor(positive / SECOND)} s`;
  if (positive < HOUR) return `${Math.floor(positive / MINUTE)} min`;
  if (positive < DAY) return `${Math.floor(positive / HOUR)} h`;
  if (positive < 2 * YEAR) return `${Math.floor(positive / DAY)} d`;
  return `${Math.floor(positive / YEAR)} y`;
}

/** How old something is: `now` below a minute (and for a clock that runs ahead), then `1 min`, `3 h`, `20 d`. */
export function formatAge(time: number | null, now: number): string {
  if (time === null || time < OLDEST_HONEST_TIME) return UNKNOWN;
  return now - time < MINUTE ? 'now' : formatSpan(now - time);
}

/** The same within a sentence: `just now`, `3 h ago`. */
export function formatAgo(time: number | null, now: number): string {
  const age = formatAge(time, now);
  if (age === UNKNOWN) return age;
  return age === 'now' ? 'just now' : `${age} ago`;
}

/** A running time as a clock shows it: `0:26`, `1:45`, `1:02:03`. Milliseconds. */
export function formatDuration(duration: number): string {
  const seconds = Math.floor(Math.max(0, duration) / SECOND);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A size in decimal units, as bootc writes them: `512 B`, `7.7 kB`, `8.0 MB`, `412 MB`, `18.2 GB`. */
export function formatBytes(bytes: number): string {
  const unit = unitFor(bytes);
  return `${inUnit(bytes, unit)} ${unit.name}`;
}

/** A share of a size, both in the unit of the whole: `412 of 684 MB`, `3.4 of 18.3 MB`. */
export function formatBytesOf(bytes: number, total: number): string {
  const unit = unitFor(total);
  return `${inUnit(Math.min(bytes, total), unit)} of ${inUnit(total, unit)} ${unit.name}`;
}

/** A time of day: `14:31:02`. */
export function formatTime(time: number, zone: Zone = 'local'): string {
  const { hours, minutes, seconds } = clock(time, zone);
  return `${two(hours)}:${two(minutes)}:${two(seconds)}`;
}

/** A day and a time: `1 Aug 2026, 04:11`. */
export function formatDate(time: number | null, zone: Zone = 'local'): string {
  if (time === null || time < OLDEST_HONEST_TIME || !Number.isFinite(new Date(time).getTime())) return UNKNOWN;
  const { day, month, year, hours, minutes } = clock(time, zone);
  return `${day} ${MONTHS[month] ?? ''} ${year}, ${two(hours)}:${two(minutes)}`;
}

/**
 * A digest or checksum, cut for its place: 6 digits in tables, 8 in running text, `sha256:` + 8 + last 4 on cards.
 * The algorithm is left out where it does not fit; what is shorter than the cut stays whole.
 */
export function shortDigest(digest: string, place: 'table' | 'text' | 'card'): string {
  const colon = digest.indexOf(':');
  const hex = digest.slice(colon + 1);
  if (place === 'table') return hex.slice(0, 6);
  if (place === 'text') return hex.slice(0, 8);
  return hex.length <= 12 ? digest : `${digest.slice(0, colon + 1)}${hex.slice(0, 8)}…${hex.slice(-4)}`;
}

/** What a deployment is called: its version, else its digest (`@3f9c1ab2`). */
export function versionLabel(deployment: {
  readonly version: string | null;
  readonly image: { readonly digest: string } | null;
  readonly checksum: string | null;
  readonly id: string;
}): string {
  return deployment.version ?? `@${shortDigest(digestOf(deployment), 'text')}`;
}

/** What tells one deployment's content from another's: the manifest digest, else the ostree checksum, else its id. */
export function digestOf(deployment: {
  readonly image: { readonly digest: string } | null;
  readonly checksum: string | null;
  readonly id: string;
}): string {
  return deployment.image?.digest ?? deployment.checksum ?? deployment.id;
}

/**
 * Cuts image references to what tells them apart: the registry goes when all share it, then the organisation as well.
 * Made once for all references on the screen, then called for each.
 */
export function imageShortener(references: Iterable<string>): (reference: string) => string {
  let shared: readonly string[] | null = null;
  for (const reference of references) {
    const folders = reference.split('/').slice(0, -1);
    const before: readonly string[] = shared ?? folders;
    const differs = before.findIndex((folder, index) => folder !== folders[index]);
    shared = differs < 0 ? before : before.slice(0, differs);
  }
  const prefix = shared?.length ? `${shared.join('/')}/` : '';
  return (reference) =>
    (reference.startsWith(prefix) ? reference.slice(prefix.length) : reference).replace(
      /@sha256:([0-9a-f]{6})[0-9a-f]+$/,
      '@$1',
    );
}

/** One reference among all that are shown: `web:stable` of `quay.io/acme/web:stable`. For many use `imageShortener`. */
export function shortImage(reference: string, allReferences: readonly string[]): string {
  return imageShortener(allReferences)(reference);
}

/** `1 host`, `3 hosts`, `5,000 hosts`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

const UNITS = [
  { size: 1e12, name: 'TB' },
  { size: 1e9, name: 'GB' },
  { size: 1e6, name: 'MB' },
  { size: 1e3, name: 'kB' },
  { size: 1, name: 'B' },
] as const;
type Unit = (typeof UNITS)[number];

function unitFor(bytes: number): Unit {
  // 999 960 bytes would be written 1000 kB: they are 1.0 MB.
  return UNITS.find(({ size }) => bytes >= size * 0.9995) ?? UNITS[4];
}

function inUnit(bytes: number, { size }: Unit): string {
  const value = Math.max(0, bytes) / size;
  return size === 1 || value >= 99.95 || value === 0 ? String(Math.round(value)) : value.toFixed(1);
}

function clock(time: number, zone: Zone) {
  const date = new Date(time);
  return zone === 'utc'
    ? {
        day: date.getUTCDate(),
        month: date.getUTCMonth(),
        year: date.getUTCFullYear(),
        hours: date.getUTCHours(),
        minutes: date.getUTCMinutes(),
        seconds: date.getUTCSeconds(),
      }
    : {
        day: date.getDate(),
        month: date.getMonth(),
        year: date.getFullYear(),
        hours: date.getHours(),
        minutes: date.getMinutes(),
        seconds: date.getSeconds(),
      };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
