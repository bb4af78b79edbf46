import { journalLimits } from '../model/journal-limits.ts';
import type { JournalEntry } from '../model/journal.ts';
import { valueOf, type JournalValue } from './journal.ts';

/** The fields that a list needs; journalctl adds the cursor, both times and the boot by itself. */
export const LIST_FIELDS = [
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  '_COMM',
  '_PID',
  '_SYSTEMD_UNIT',
  '_SYSTEMD_USER_UNIT',
  '_TRANSPORT',
  'UNIT',
  'USER_UNIT',
] as const;

/** A line of `journalctl -o json` as an entry; null where it is none: a notice, or cut. */
export function parseEntryLine(line: string): JournalEntry | null {
  if (!line.startsWith('{')) return null;
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof object !== 'object' || object === null) return null;
  const fields = object as Readonly<Record<string, unknown>>;
  const text = (name: string) => valueOf(own(fields, name)).text;
  const message = own(fields, 'MESSAGE');
  return entryOf(text, message === null ? { message: '', cut: null, binary: false } : messageOf(valueOf(message)));
}

function own(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

type Message = Pick<JournalEntry, 'message' | 'cut' | 'binary'>;

/** An entry from its fields; null where it has no cursor, no time or no boot. */
export function entryOf(text: (name: string) => string, message: Message): JournalEntry | null {
  const cursor = text('__CURSOR');
  const realtimeUs = microsOf(text('__REALTIME_TIMESTAMP'));
  const bootId = text('_BOOT_ID').replaceAll('-', '').toLowerCase();
  if (cursor === '' || cursor.length > 400 || realtimeUs === null || !/^[0-9a-f]{32}$/.test(bootId)) return null;
  const priority = text('PRIORITY');
  const pid = text('_PID') || text('SYSLOG_PID');
  return {
    cursor,
    realtimeUs,
    monotonicUs: microsOf(text('__MONOTONIC_TIMESTAMP')) ?? 0,
    bootId,
    priority: /^[0-7]$/.test(priority) ? Number(priority) : null,
    identifier: plainLine(
      text('SYSLOG_IDENTIFIER') || text('_COMM') || (text('_TRANSPORT') === 'kernel' ? 'kernel' : ''),
    ),
    unit: plainLine(unitOf(text)) || null,
    pid: /^\d{1,10}$/.test(pid) ? Number(pid) : null,
    ...message,
  };
}

/** The unit that said it; of what the service manager says, the unit that it speaks of: as `journalctl --unit` has it. */
function unitOf(text: (name: string) => string): string {
  const own = text('_SYSTEMD_USER_UNIT') || text('_SYSTEMD_UNIT');
  const isManager = text('_PID') === '1' || own === 'init.scope';
  return (isManager ? text('UNIT') : text('USER_UNIT')) || (own === 'init.scope' ? '' : own);
}

function microsOf(text: string): number | null {
  const micros = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  return Number.isSafeInteger(micros) && micros >= 0 ? micros : null;
}

/** A message up to its bound. */
export function messageOf({ text, binary }: JournalValue): Message {
  const { value, cut } = cutText(text, journalLimits.message, binary);
  return { message: plainText(value), cut, binary };
}

/** A text up to `max` units, and how many bytes more it had. `binary`: a character is a byte. */
export function cutText(text: string, max: number, binary: boolean): { readonly value: string; readonly cut: number } {
  if (text.length <= max) return { value: text, cut: 0 };
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 1)) ? max - 1 : max;
  return { value: text.slice(0, end), cut: binary ? text.length - end : utf8Length(text, end) };
}

function utf8Length(text: string, from: number): number {
  let length = 0;
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // Two halves of a pair are four bytes.
    length += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return length;
}

const ESC = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
const TERMINAL_SEQUENCES = new RegExp(
  `${ESC}(?:\\[[0-9;:?]*[ -/]*[@-~]|\\][^${BELL}${ESC}]*(?:${BELL}|${ESC}\\\\)?|[@-Z\\\\^_])?`,
  'g',
);
/** Control characters but tab and line feed, and what reorders or hides text. */
const HIDDEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff]/;
const ALL_HIDDEN = new RegExp(HIDDEN.source, 'g');

/** A text from a journal as it is shown: with its line breaks and tabs, without terminal sequences; other control characters as `�`. */
export function plainText(text: string): string {
  // Nearly all are plain; a flood is looked at once only.
  if (!HIDDEN.test(text)) return text;
  return text.replace(TERMINAL_SEQUENCES, '').replaceAll('\r\n', '\n').replace(ALL_HIDDEN, '\ufffd');
}

function plainLine(text: string): string {
  return plainText(text.length > 256 ? text.slice(0, 256) : text).replaceAll('\n', ' ');
}
