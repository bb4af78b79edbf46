import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import { isoMicros, journalWords } from '../../../shared/logic/journal-filter.ts';
import { entryText, utcMicros } from '../../../shared/logic/journal-lines.ts';
import { maskSecrets } from '../../../shared/logic/mask-secrets.ts';
import type { Host } from '../../../shared/model/host.ts';
import type { JournalExportPiece, JournalFormat } from '../../../shared/model/journal.ts';
import type { JournalFilter } from '../../../shared/model/journal-filter.ts';
import { journalLimits } from '../../../shared/model/journal-limits.ts';
import { bytesValue } from '../../../shared/parse/journal.ts';
import { entryOfExport, parseExport, type ExportedEntry } from '../../../shared/parse/journal-export.ts';
import { askJournal } from './ask-journal.ts';
import type { ExportQuestion, JournalContext } from './journal-service.ts';
import { createEntryMask } from './mask-entries.ts';

/** What is asked for at a time. */
const MAX_BYTES = 2 * 1024 * 1024;
const EXTENSIONS: Readonly<Record<JournalFormat, string>> = { text: 'log', json: 'jsonl', export: 'export' };

/** What passes the filter, host after host. A host that cannot be read fails alone. Rejects with `input.host-unknown`. */
export async function* exportJournals(
  context: JournalContext,
  { hostIds, filter, format }: ExportQuestion,
  signal: AbortSignal,
): AsyncGenerator<JournalExportPiece> {
  const hosts = [...new Set(hostIds)].map((hostId) => {
    const host = context.hosts.host(hostId);
    if (!host) throw new BerthError('input.host-unknown', { value: hostId });
    return host;
  });
  const mask = createEntryMask();
  const madeAt = new Date(context.now()).toISOString();
  const notRead: { host: string; failure: Failure }[] = [];
  let left: number = journalLimits.export;
  let masked = 0;
  let cut = false;
  yield { kind: 'begin', fileName: fileName(hosts, madeAt, format) };
  for (const host of hosts) {
    if (format === 'text') {
      const head = `# The journal of ${host.name} (${context.hosts.target(host)}), taken ${madeAt} by Berth. Times are UTC, secrets are masked.\n`;
      yield piece(Buffer.from(head), 0);
    }
    try {
      for await (const entries of readAll(context, host.id, filter)) {
        if (signal.aborted) return;
        const taken = entries.slice(0, left);
        left -= taken.length;
        const bytes = taken.map((entry) => bytesOf(mask.mask(entry), host, format));
        // A secret over several entries shows only in all of the text.
        const text = format === 'text' ? maskSecrets(Buffer.concat(bytes).toString('utf8')) : null;
        masked += text?.count ?? 0;
        yield piece(text ? Buffer.from(text.text) : Buffer.concat(bytes), taken.length);
        cut ||= taken.length < entries.length;
        if (left === 0) break;
      }
    } catch (error) {
      notRead.push({ host: host.name, failure: failureIn(context, error) });
    }
  }
  const entries = journalLimits.export - left;
  yield { kind: 'end', entries, masked: mask.count + masked, cut, notRead };
}

function piece(bytes: Buffer, entries: number): JournalExportPiece {
  return { kind: 'piece', base64: bytes.toString('base64'), entries };
}

function failureIn({ log }: JournalContext, error: unknown): Failure {
  if (error instanceof BerthError) return error.failure;
  return failure('internal', { logId: log.error('journal', 'A journal could not be exported', error) });
}

/** All entries that pass, oldest first, in pieces by cursor. */
async function* readAll(
  context: JournalContext,
  hostId: string,
  filter: JournalFilter,
): AsyncGenerator<readonly ExportedEntry[]> {
  let cursor: string | null = null;
  const until = filter.until === null ? Infinity : isoMicros(filter.until);
  for (;;) {
    const bounds = cursor === null ? filter : { ...filter, since: null };
    const words = [
      '--output=export',
      '--all',
      ...journalWords(bounds),
      ...(cursor === null ? [] : [`--cursor=${cursor}`]),
    ];
    const { bytes, full } = await askJournal(context, hostId, {
      direction: 'all',
      count: 0,
      words,
      maxBytes: MAX_BYTES,
    });
    const { entries, rest } = parseExport(bytes);
    const isFresh = (entry: ExportedEntry) => cursorOf(entry) !== cursor;
    const whole = entries.filter(isFresh);
    // One that is larger than an answer is taken as far as it came.
    const fresh = whole.length === 0 && full && rest.length > 0 && isFresh(rest) ? [rest] : whole;
    const inTime = fresh.filter((entry) => Number(valueIn(entry, '__REALTIME_TIMESTAMP')) <= until);
    if (inTime.length > 0) yield inTime;
    const last = cursorOf(fresh.at(-1) ?? []);
    if (!full || inTime.length < fresh.length || last === '') return;
    cursor = last;
  }
}

function cursorOf(entry: ExportedEntry): string {
  return valueIn(entry, '__CURSOR');
}

function valueIn(entry: ExportedEntry, name: string): string {
  return bytesValue(entry.find((field) => field.name === name)?.value.subarray(0, 400) ?? []).text;
}

function bytesOf(entry: ExportedEntry, host: Host, format: JournalFormat): Buffer {
  if (format === 'export')
    return exportBytes([...entry, { name: 'BERTH_HOST', value: Buffer.from(host.name), missing: 0 }]);
  if (format === 'json') return Buffer.from(`${JSON.stringify(jsonOf(entry, host))}\n`);
  const shown = entryOfExport(entry);
  return Buffer.from(shown ? `${entryText(shown, host.name)}\n` : '');
}

/** As `journalctl -o json`: texts, what is no UTF-8 as its bytes, what is repeated as a list. */
function jsonOf(entry: ExportedEntry, host: Host): Record<string, unknown> {
  const object: Record<string, unknown> = { BERTH_HOST: host.name };
  const repeated = new Map<string, unknown[]>();
  for (const { name, value } of entry) {
    const { text, binary } = bytesValue(value);
    const shown = binary ? [...value] : text;
    const list = repeated.get(name);
    if (list) list.push(shown);
    else repeated.set(name, [shown]);
  }
  for (const [name, values] of repeated) object[name] = values.length === 1 ? values[0] : values;
  const realtime = Number(object['__REALTIME_TIMESTAMP']);
  if (Number.isSafeInteger(realtime)) object['BERTH_TIME'] = utcMicros(realtime);
  return object;
}

function exportBytes(entry: ExportedEntry): Buffer {
  const parts = entry.flatMap(({ name, value }) => {
    const isLine = !value.includes(10) && !bytesValue(value).binary;
    if (isLine) return [Buffer.from(`${name}=`), value, Buffer.from('\n')];
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(value.length));
    return [Buffer.from(`${name}\n`), length, value, Buffer.from('\n')];
  });
  return Buffer.concat([...parts, Buffer.from('\n')]);
}

function fileName(hosts: readonly Host[], madeAt: string, format: JournalFormat): string {
  const [only] = hosts;
  const name =
    hosts.length === 1 && only ? only.name.replaceAll(/[^A-Za-z0-9._-]+/g, '-') : `${String(hosts.length)}-hosts`;
  return `journal-${name.replace(/^[.-]+/, '') || 'host'}-${madeAt.slice(0, 16).replaceAll(/[:T-]/g, '')}.${EXTENSIONS[format]}`;
}
