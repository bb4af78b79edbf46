import { MASK, maskDocument } from '../../../shared/logic/mask-secrets.ts';
import { bytesValue } from '../../../shared/parse/journal.ts';
import type { ExportedEntry, ExportedField } from '../../../shared/parse/journal-export.ts';

/** What journald itself writes and what can hold no secret: numbers, ids and names of the system. */
const PLAIN: ReadonlySet<string> = new Set([
  '__CURSOR',
  '__REALTIME_TIMESTAMP',
  '__MONOTONIC_TIMESTAMP',
  '__SEQNUM',
  '__SEQNUM_ID',
  '_BOOT_ID',
  '_MACHINE_ID',
  '_HOSTNAME',
  '_TRANSPORT',
  '_PID',
  '_UID',
  '_GID',
  '_COMM',
  '_EXE',
  '_CAP_EFFECTIVE',
  '_SELINUX_CONTEXT',
  '_AUDIT_SESSION',
  '_AUDIT_LOGINUID',
  '_SYSTEMD_CGROUP',
  '_SYSTEMD_UNIT',
  '_SYSTEMD_SLICE',
  '_SYSTEMD_INVOCATION_ID',
  '_SYSTEMD_SESSION',
  '_SYSTEMD_OWNER_UID',
  '_SYSTEMD_USER_UNIT',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_SOURCE_MONOTONIC_TIMESTAMP',
  '_STREAM_ID',
  '_RUNTIME_SCOPE',
  'PRIORITY',
  'SYSLOG_FACILITY',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  'SYSLOG_TIMESTAMP',
  'CODE_FILE',
  'CODE_LINE',
  'CODE_FUNC',
  'TID',
  'MESSAGE_ID',
]);
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----/;
const KEY_END = /-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----/;
/** Entries of one program that a private key may take at most, a line each. */
const KEY_LINES = 200;
const MAX_PROGRAMS = 1000;

/** Masks entries one after another; a private key that a program printed line by line as well. */
export interface EntryMask {
  mask(entry: ExportedEntry): ExportedEntry;
  /** How many secrets were masked so far. */
  readonly count: number;
}

export function createEntryMask(): EntryMask {
  let count = 0;
  /** Programs in the middle of a private key, and how many lines it may still have. */
  const inKey = new Map<string, number>();

  function maskField(field: ExportedField): ExportedField {
    if (PLAIN.has(field.name)) return field;
    const { text } = bytesValue(field.value);
    let found = 0;
    const masked = maskDocument({ [field.name]: text }, (more) => (found += more)) as Readonly<Record<string, string>>;
    if (found === 0) return field;
    count += found;
    return { ...field, value: Buffer.from(masked[field.name] ?? MASK) };
  }

  function isOfKey(entry: ExportedEntry): boolean {
    const text = (name: string) => bytesValue(entry.find((field) => field.name === name)?.value ?? []).text;
    const message = text('MESSAGE');
    const left = inKey.get(programOf(text));
    const begins = KEY_BEGIN.test(message);
    if (begins && !KEY_END.test(message)) {
      if (inKey.size >= MAX_PROGRAMS) inKey.clear();
      inKey.set(programOf(text), KEY_LINES);
    } else if (left !== undefined) {
      if (left <= 1 || KEY_END.test(message)) inKey.delete(programOf(text));
      else inKey.set(programOf(text), left - 1);
    }
    return left !== undefined && !begins;
  }

  return {
    mask(entry) {
      // Looked at only while there is something to look for, or where it may begin.
      const hasKey =
        inKey.size > 0 ||
        entry.some(
          ({ name, value }) => name === 'MESSAGE' && value.includes(45) && KEY_BEGIN.test(bytesValue(value).text),
        );
      if (hasKey && isOfKey(entry)) {
        count += 1;
        return entry.map((field) =>
          field.name === 'MESSAGE' ? { ...field, value: Buffer.from(MASK) } : maskField(field),
        );
      }
      return entry.map(maskField);
    },
    get count() {
      return count;
    },
  };
}

function programOf(text: (name: string) => string): string {
  return `${text('_BOOT_ID')} ${text('_PID')} ${text('SYSLOG_IDENTIFIER')}`;
}
