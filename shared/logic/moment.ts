const SPAN_MS: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?$/;

/**
 * A moment as a person types it, epoch ms; null: it is none. `2h`, `-2h` and `2h ago`; `14:30` of today; `now`, `today` and `yesterday` (their midnight); a day, or a day
 * with a time, by this computer's calendar where no zone is named.
 */
export function readMoment(text: string, now: number): number | null {
  const value = text.trim();
  const [, count, unit = ''] = /^-?(\d{1,6}) ?(s|min|m|h|d|w)(?: ago)?$/.exec(value.toLowerCase()) ?? [];
  if (count !== undefined) return now - Number(count) * (SPAN_MS[unit] ?? 0);
  if (value === 'now') return now;
  if (value === 'today') return new Date(now).setHours(0, 0, 0, 0);
  if (value === 'yesterday') {
    const day = new Date(now);
    day.setDate(day.getDate() - 1);
    return day.setHours(0, 0, 0, 0);
  }
  if (/^\d{1,2}:\d{2}(?::\d{2})?$/.test(value)) {
    const [hours = 0, minutes = 0, seconds = 0] = value.split(':').map(Number);
    return hours < 24 && minutes < 60 && seconds < 60 ? new Date(now).setHours(hours, minutes, seconds, 0) : null;
  }
  // A day alone Date takes for UTC.
  if (!DAY.test(value) && !TIME.test(value)) return null;
  const at = new Date(DAY.test(value) ? `${value}T00:00` : value.replace(' ', 'T')).getTime();
  return Number.isNaN(at) ? null : at;
}
