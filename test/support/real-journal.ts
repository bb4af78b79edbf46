import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Debian puts the program that writes journal files of what it is sent. */
const JOURNAL_REMOTE = '/lib/systemd/systemd-journal-remote';

/** Boots of the journals that `writeJournal` makes, oldest first. */
export const JOURNAL_BOOTS = ['a', 'b', 'c'].map((letter) => letter.repeat(32));

/** Of the first entry, microseconds since the epoch: 2026-03-01T06:00:00Z. One entry follows another after 1,500 to 2,499 µs, boots after a minute. */
export const JOURNAL_START_US = 1_772_344_800_000_000;

const UNITS = ['sshd.service', 'chronyd.service', 'podman.service', 'web@1.service', 'web@2.service'];
const WORDS = ['accepted', 'connection', 'from', 'closed', 'timeout', 'reading', 'cache', 'miss', 'Error', 'retry'];

/**
 * Writes `<folder>/test.journal` by `systemd-journal-remote`: `count` entries of three boots, the same at each call, and among them what is hard to
 * read: messages of bytes, of many lines, of 100 KB, with colours, without priority, repeated fields.
 */
export async function writeJournal(folder: string, count: number): Promise<string> {
  const journal = await openJournal(folder);
  for (let from = 0; from < count; from += 500) {
    const entries = Array.from({ length: Math.min(500, count - from) }, (_, index) => exportEntry(from + index, count));
    await journal.write(Buffer.concat(entries));
  }
  await journal.close();
  return folder;
}

/** Of the last entry of now, in microseconds: no two are of one moment, whichever journal they are in. */
let last = 0;

/** A journal that is being written. */
export interface OpenJournal {
  /** Entries in the journal export format. */
  write(bytes: Buffer): Promise<void>;
  /** An entry of now. */
  say(message: string, fields?: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves once all is in the file. */
  close(): Promise<void>;
}

export async function openJournal(folder: string): Promise<OpenJournal> {
  await mkdir(folder, { recursive: true });
  const remote = spawn(JOURNAL_REMOTE, ['--output', join(folder, 'test.journal'), '--split-mode=none', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  remote.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const ended = once(remote, 'close');
  const write = async (bytes: Buffer) => {
    if (!remote.stdin.write(bytes)) await once(remote.stdin, 'drain');
  };
  return {
    write,
    say(message, fields = {}) {
      last = Math.max(last + 1, Date.now() * 1000);
      const all = {
        __REALTIME_TIMESTAMP: String(last),
        __MONOTONIC_TIMESTAMP: String(last % 1e12),
        _BOOT_ID: JOURNAL_BOOTS[2] ?? '',
        MESSAGE: message,
        ...fields,
      };
      return write(
        Buffer.concat([...Object.entries(all).map(([name, value]) => exportField(name, value)), Buffer.from('\n')]),
      );
    },
    async close() {
      remote.stdin.end();
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error(`systemd-journal-remote failed: ${said}`);
    },
  };
}

/** Entry `index` of `count`, in the journal export format. */
function exportEntry(index: number, count: number): Buffer {
  const random = hash(index);
  const boot = Math.min(2, Math.floor((index * 3) / count));
  const realtime = JOURNAL_START_US + index * 2000 + (random % 1000) - 500 + boot * 60_000_000;
  const unit = UNITS[random % UNITS.length] ?? '';
  const isKernel = random % 11 === 0;
  const isSystemd = random % 13 === 0;
  const fields: [string, string | Buffer][] = [
    ['__REALTIME_TIMESTAMP', String(realtime)],
    ['__MONOTONIC_TIMESTAMP', String(5_000_000 + index * 2000)],
    ['_BOOT_ID', JOURNAL_BOOTS[boot] ?? ''],
    ['_MACHINE_ID', 'd'.repeat(32)],
    ['_HOSTNAME', 'box'],
  ];
  if (random % 17 !== 0) fields.push(['PRIORITY', String([6, 6, 6, 5, 6, 4, 3, 7, 6, 2][random % 10])]);
  if (isKernel) {
    fields.push(['_TRANSPORT', 'kernel'], ['SYSLOG_IDENTIFIER', 'kernel']);
  } else if (isSystemd) {
    fields.push(['_TRANSPORT', 'journal'], ['SYSLOG_IDENTIFIER', 'systemd'], ['_PID', '1'], ['UNIT', unit]);
    fields.push(['_SYSTEMD_UNIT', 'init.scope'], ['JOB_TYPE', 'start'], ['JOB_RESULT', 'done']);
  } else {
    fields.push(['_TRANSPORT', random % 2 === 0 ? 'syslog' : 'stdout'], ['_SYSTEMD_UNIT', unit]);
    fields.push(
      ['SYSLOG_IDENTIFIER', unit.split(/[.@]/)[0] ?? ''],
      ['_PID', String(1000 + (random % 50))],
      ['_UID', '0'],
    );
  }
  if (random % 29 === 0) fields.push(['TAG', 'one'], ['TAG', 'two']);
  fields.push(['MESSAGE', message(index, random)]);
  return Buffer.concat([...fields.map(([name, value]) => exportField(name, value)), Buffer.from('\n')]);
}

function message(index: number, random: number): string | Buffer {
  const words = Array.from({ length: 4 + (random % 6) }, (_, at) => WORDS[hash(index * 31 + at) % WORDS.length]).join(
    ' ',
  );
  if (index % 997 === 5) return Buffer.from([0xff, 0xfe, ...Buffer.from(words), 0x80]);
  if (index % 991 === 7) return `${words}\nsecond line ${String(index)}\nthird`;
  if (index % 1999 === 11) return `${words} ${'x'.repeat(100_000)}`;
  if (index % 983 === 13) return `\u001b[31m${words}\u001b[0m`;
  if (index % 977 === 17) return `größer ${words} 日本 password=hunter2`;
  return `${String(index)} ${words}`;
}

function exportField(name: string, value: string | Buffer): Buffer {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value);
  if (!Buffer.isBuffer(value) && !value.includes('\n')) return Buffer.from(`${name}=${value}\n`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
}

/** A number that looks random, the same for the same index. */
function hash(index: number): number {
  let mixed = Math.imul(index + 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
