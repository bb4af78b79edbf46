import { journalLimits } from '../model/journal-limits.ts';
import type { JournalDetails, JournalEntry } from '../model/journal.ts';
import { cutText, entryOf, messageOf, plainText } from './journal-entry.ts';
import { bytesValue } from './journal.ts';

/** A field of an entry as its bytes. `missing`: so many more were not there any more; null: some, nobody knows how many. */
export interface ExportedField {
  readonly name: string;
  readonly value: Uint8Array;
  readonly missing: number | null;
}

/** An entry of the journal export format; repeated fields stand there as often as they came. */
export type ExportedEntry = readonly ExportedField[];

const LINE_FEED = 10;
const EQUALS = 61;
const NAME = /^[A-Za-z0-9_]{1,64}$/;

/**
 * Reads entries from the beginning of `bytes`, in systemd's journal export format (systemd.io/JOURNAL_EXPORT_FORMATS): fields as `NAME=value` lines, or `NAME`, a
 * length in eight bytes, the value and a line feed; an empty line ends an entry. `end` is where the first entry that is not complete begins, and `rest` what is
 * there of it. What cannot be a field is skipped to the end of its line.
 */
export function parseExport(bytes: Uint8Array): {
  readonly entries: readonly ExportedEntry[];
  readonly end: number;
  readonly rest: ExportedEntry;
} {
  const entries: ExportedEntry[] = [];
  let fields: ExportedField[] = [];
  let end = 0;
  let at = 0;
  while (at < bytes.length) {
    const lineEnd = bytes.indexOf(LINE_FEED, at);
    if (lineEnd === -1) break;
    if (lineEnd === at) {
      if (fields.length > 0) entries.push(fields);
      fields = [];
      at = lineEnd + 1;
      end = at;
      continue;
    }
    const field = readField(bytes, at, lineEnd);
    if (field.field) fields.push(field.field);
    at = field.next;
  }
  return { entries, end, rest: at < bytes.length ? [...fields, ...cutField(bytes.subarray(at))] : fields };
}

/** A line that was cut, where it is one of a field. */
function cutField(bytes: Uint8Array): ExportedField[] {
  const equals = bytes.indexOf(EQUALS);
  const name = equals === -1 ? '' : ascii(bytes.subarray(0, equals));
  return NAME.test(name) ? [{ name, value: bytes.subarray(equals + 1), missing: null }] : [];
}

function readField(
  bytes: Uint8Array,
  at: number,
  lineEnd: number,
): { readonly field: ExportedField | null; readonly next: number } {
  const equals = bytes.subarray(at, lineEnd).indexOf(EQUALS);
  const name = ascii(bytes.subarray(at, equals === -1 ? lineEnd : at + equals));
  if (!NAME.test(name)) return { field: null, next: lineEnd + 1 };
  if (equals !== -1) {
    return { field: { name, value: bytes.subarray(at + equals + 1, lineEnd), missing: 0 }, next: lineEnd + 1 };
  }
  const begin = lineEnd + 9;
  if (begin > bytes.length) return { field: null, next: bytes.length };
  const length = littleEndian(bytes, lineEnd + 1);
  const value = bytes.subarray(begin, Math.min(begin + length, bytes.length));
  // A value that its line feed does not follow is not complete either.
  return { field: { name, value, missing: length - value.length }, next: begin + length + 1 };
}

function littleEndian(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let index = 7; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

function ascii(bytes: Uint8Array): string {
  return bytes.length > 64 ? '' : String.fromCharCode(...bytes);
}

/** An entry of the export format as lists show it; null where it has no cursor, no time or no boot. */
export function entryOfExport(fields: ExportedEntry): JournalEntry | null {
  const first = (name: string) => fields.find((field) => field.name === name);
  const message = first('MESSAGE');
  return entryOf(
    (name) => bytesValue(first(name)?.value.subarray(0, 1024) ?? []).text,
    messageOf(message ? bytesValue(message.value) : { text: '', binary: false }),
  );
}

/** All fields of an entry, by name, bounded. */
export function detailsOfExport(cursor: string, fields: ExportedEntry, complete: boolean): JournalDetails {
  const rows = fields
    .filter(({ name }) => name !== '__CURSOR')
    .slice(0, journalLimits.fields)
    .map(({ name, value, missing }) => {
      const { text, binary } = bytesValue(value);
      const { value: kept, cut } = cutText(text, journalLimits.value, binary);
      return { name, value: plainText(kept), binary, cut: cut + (missing ?? 1) };
    });
  return {
    cursor,
    // Of one name they keep their order.
    fields: rows.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    complete: complete && fields.length <= journalLimits.fields + 1,
  };
}
