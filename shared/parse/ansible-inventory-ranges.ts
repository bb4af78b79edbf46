import { sourceLimits } from '../model/source.ts';

const RANGE = /\[([^[\]]*)\]/;

/**
 * The names that a pattern such as `web[01:20].lan`, `db-[a:f]` or `n[0:8:2]` stands for, in order; a name without a range is itself.
 * Null when a range is not understood, or stands for more hosts than an import takes.
 */
export function expandRanges(pattern: string): readonly string[] | null {
  let names: readonly string[] = [pattern];
  for (let found = RANGE.exec(pattern); found; found = RANGE.exec(names[0] ?? '')) {
    const values = valuesOf(found[1] ?? '');
    if (!values || values.length * names.length > sourceLimits.hosts) return null;
    names = names.flatMap((name) => values.map((value) => name.replace(RANGE, value)));
  }
  return names.some((name) => /[[\]]/.test(name)) ? null : names;
}

function valuesOf(range: string): readonly string[] | null {
  const [, first = '', last = '', step = '1'] = /^(\w*):(\w+)(?::(\d{1,6}))?$/.exec(range) ?? [];
  const by = Number(step);
  if (last === '' || by === 0) return null;
  if (/^[a-z]$/i.test(first) && /^[a-z]$/i.test(last)) {
    return count(first.charCodeAt(0), last.charCodeAt(0), by, (code) => String.fromCharCode(code));
  }
  if (!/^\d{0,9}$/.test(first) || !/^\d{1,9}$/.test(last)) return null;
  // A leading zero asks for numbers of one width.
  const width = /^0\d/.test(first) ? first.length : 0;
  if (width > 0 && width !== last.length) return null;
  return count(Number(first), Number(last), by, (number) => String(number).padStart(width, '0'));
}

function count(from: number, to: number, by: number, text: (value: number) => string): readonly string[] | null {
  const length = Math.floor((to - from) / by) + 1;
  if (length < 1 || length > sourceLimits.hosts) return null;
  return Array.from({ length }, (_, index) => text(from + index * by));
}
