import type { JournalLine } from '../model/forensics.ts';
import { cleanText } from './text.ts';

/** One entry of `journalctl -o json`. `at` epoch ms. */
export interface JournalEntry {
  readonly at: number;
  readonly bootId: string;
  /** A field as text; of one that stands there several times the first; empty where there is none or it was left out for its size. */
  field(name: string): string;
}

/** The longest message that is kept, in UTF-16 units. */
const MAX_MESSAGE = 600;
const BOOT_ID = /^[0-9a-f]{32}$/;

/**
 * The entries of `journalctl -o json`, oldest first whatever their order was. Lines that are none (a cut last one, hints) are skipped.
 * Values are texts, arrays of bytes (not UTF-8, or with control characters), arrays of values (repeated), or null (too big).
 */
export function parseJournal(text: string, limit = 4000): JournalEntry[] {
  const entries: TimedEntry[] = [];
  for (const line of text.split('\n', limit)) {
    const entry = line.startsWith('{') ? parseEntry(line) : null;
    if (entry) entries.push(entry);
  }
  // `journalctl -r` has the newest first; of one moment the order counts all the same.
  const isReversed = (entries[0]?.micros ?? 0) > (entries.at(-1)?.micros ?? 0);
  if (isReversed) entries.reverse();
  return entries.sort((a, b) => a.micros - b.micros);
}

interface TimedEntry extends JournalEntry {
  readonly micros: number;
}

function parseEntry(line: string): TimedEntry | null {
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof object !== 'object' || object === null) return null;
  const fields = new Map<string, unknown>(Object.entries(object));
  const field = (name: string) => textOf(fields.get(name));
  const micros = Number(field('__REALTIME_TIMESTAMP'));
  const bootId = field('_BOOT_ID').replaceAll('-', '').toLowerCase();
  if (!(micros > 0) || !Number.isFinite(micros) || !BOOT_ID.test(bootId)) return null;
  return { at: Math.floor(micros / 1000), micros, bootId, field };
}

/** A value of `journalctl -o json`, and whether it is no UTF-8: then each character stands for a byte. */
export interface JournalValue {
  readonly text: string;
  readonly binary: boolean;
}

/** A value of `journalctl -o json`; of several the first. Empty where there is none, or where it was left out for its size. */
export function valueOf(value: unknown): JournalValue {
  if (!Array.isArray(value)) return plainValue(value);
  const values: readonly unknown[] = value;
  if (isBytes(values)) return bytesValue(values);
  const first = values.find((each) => each !== null && each !== '');
  if (!Array.isArray(first)) return plainValue(first);
  const bytes: readonly unknown[] = first;
  return isBytes(bytes) ? bytesValue(bytes) : plainValue(null);
}

function textOf(value: unknown): string {
  return valueOf(value).text;
}

function plainValue(value: unknown): JournalValue {
  return { text: typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '', binary: false };
}

function isBytes(values: readonly unknown[]): values is readonly number[] {
  return values.every(isByte);
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

/** Bytes as UTF-8, else each as the character of its number. */
export function bytesValue(bytes: ArrayLike<number>): JournalValue {
  // Most are short and ASCII.
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  if (!/[^\0-\x7f]/.test(characters)) return { text: characters, binary: false };
  try {
    const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    return { text: decodeURIComponent(escaped), binary: false };
  } catch {
    return { text: characters, binary: true };
  }
}

/** An entry as it is shown. */
export function journalLine(entry: JournalEntry): JournalLine {
  const priority = Number(entry.field('PRIORITY') || '6');
  const own = entry.field('_SYSTEMD_UNIT');
  // What systemd says is about another unit than its own.
  const unit = entry.field('UNIT') || (own === 'init.scope' ? '' : own) || entry.field('SYSLOG_IDENTIFIER');
  return {
    at: entry.at,
    bootId: entry.bootId,
    unit: cleanText(unit, 200) || 'journal',
    text: cleanText(entry.field('MESSAGE'), MAX_MESSAGE),
    priority: Number.isInteger(priority) && priority >= 0 && priority <= 7 ? priority : 6,
  };
}

/** A boot of `journalctl --list-boots`. Times epoch ms. */
export interface ListedBoot {
  readonly id: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** `journalctl --list-boots`, as JSON or as its table under TZ=UTC; oldest first. */
export function parseBootList(text: string): ListedBoot[] {
  const boots = text.trimStart().startsWith('[') ? fromJson(text) : fromTable(text);
  return boots.sort((a, b) => a.firstAt - b.firstAt);
}

function fromJson(text: string): ListedBoot[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    // Cut: what is whole of it counts.
    return [...text.matchAll(/\{[^{}]*\}/g)].flatMap(([object]) => listedBoot(parseObject(object)));
  }
  return Array.isArray(list) ? list.flatMap((each: unknown) => listedBoot(each)) : [];
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function listedBoot(value: unknown): ListedBoot[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = new Map<string, unknown>(Object.entries(value));
  const id = textOf(fields.get('boot_id'));
  const [first, last] = [Number(fields.get('first_entry')), Number(fields.get('last_entry'))];
  if (!BOOT_ID.test(id) || !(first > 0) || !(last > 0)) return [];
  return [{ id, firstAt: Math.floor(first / 1000), lastAt: Math.floor(last / 1000) }];
}

const TABLE_LINE = /^\s*-?\d+ ([0-9a-f]{32}) (.*)$/;
const TABLE_TIME = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})/g;

function fromTable(text: string): ListedBoot[] {
  return text.split('\n', 10_000).flatMap((line) => {
    const match = TABLE_LINE.exec(line.slice(0, 300));
    const times = [...(match?.[2] ?? '').matchAll(TABLE_TIME)].map(([, day, time]) => Date.parse(`${day}T${time}Z`));
    const [firstAt = NaN, lastAt = firstAt] = times;
    return match?.[1] !== undefined && Number.isFinite(firstAt) ? [{ id: match[1], firstAt, lastAt }] : [];
  });
}
