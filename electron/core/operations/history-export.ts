import { hostIdOf, hostNameOf, outcomeWords, startOf, whatWords, whoOf } from '../../../shared/logic/history-words.ts';
import type { HistoryEntry, HistoryFormat } from '../../../shared/model/history.ts';

/** What was exported, beside the entries. */
export interface ExportContext {
  readonly filter: string;
  /** Epoch ms. */
  readonly exportedAt: number;
  /** The newest hash of the chain. */
  readonly head: string | null;
}

export interface ExportedHistory {
  readonly fileName: string;
  readonly text: string;
}

/** Entries as a document: JSON with everything that the list knows, or CSV (RFC 4180) in words. */
export function exportHistory(
  entries: readonly HistoryEntry[],
  format: HistoryFormat,
  context: ExportContext,
): ExportedHistory {
  const day = new Date(context.exportedAt).toISOString().slice(0, 10);
  return {
    fileName: `berth-history-${day}.${format}`,
    text: format === 'json' ? asJson(entries, context) : asCsv(entries),
  };
}

function asJson(entries: readonly HistoryEntry[], { filter, exportedAt, head }: ExportContext): string {
  const document = { version: 1, exportedAt: iso(exportedAt), filter, head };
  const lines = entries.map((entry) => `    ${JSON.stringify({ ...entry, outcomeText: outcomeWords(entry) })}`);
  // One entry a line: a diff of two exports shows what came.
  return `${JSON.stringify(document).slice(0, -1)},"entries":[\n${lines.join(',\n')}\n]}\n`;
}

const HEAD = ['id', 'host', 'host id', 'what', 'outcome', 'result', 'by', 'started', 'ended', 'kept'] as const;

function asCsv(entries: readonly HistoryEntry[]): string {
  const rows = entries.map((entry) => {
    const operation = entry.kind === 'operation' ? entry : null;
    return [
      operation?.id ?? '',
      hostNameOf(entry),
      hostIdOf(entry),
      whatWords(entry),
      operation ? (operation.outcome?.kind ?? (operation.endedAt === null ? 'running' : '')) : 'done',
      outcomeWords(entry),
      whoOf(entry),
      iso(startOf(entry)),
      typeof operation?.endedAt === 'number' ? iso(operation.endedAt) : '',
      operation?.kept ?? 'all',
    ];
  });
  return [HEAD, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/**
 * A cell that a spreadsheet takes for a text: names and outcomes come from hosts, and what begins like a formula would be run as one.
 */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
