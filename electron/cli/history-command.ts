import { describe } from '../../shared/errors/describe.ts';
import { BerthError, type Failure } from '../../shared/errors/failure.ts';
import { formatBytes, formatDate, formatDuration, plural } from '../../shared/logic/format.ts';
import { parseHistoryFilter } from '../../shared/logic/history-filter.ts';
import { hostNameOf, outcomeWords, startOf, whatWords, whoOf } from '../../shared/logic/history-words.ts';
import { termFor } from '../../shared/logic/fleet-filter-text.ts';
import { historyLimits, type HistoryEntry, type HistoryProof } from '../../shared/model/history.ts';
import { cleanText } from '../../shared/parse/text.ts';
import type { Core } from '../core/create-core.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { renderTable } from './table.ts';

export interface HistoryOptions {
  /** A host by the name it has or had; null: all. */
  readonly host: string | null;
  readonly filter: string;
  /** How many of the newest the table shows. */
  readonly limit: number;
  readonly format: 'table' | 'json' | 'csv';
}

/** `berth history`: what was done to hosts, newest first. Nothing is connected to. */
export async function historyCommand(core: Core, terminal: Console, options: HistoryOptions): Promise<number> {
  const filter = [options.host === null ? '' : termFor('host', options.host), options.filter].join(' ').trim();
  const [problem] = parseHistoryFilter(filter).problems;
  if (problem) throw new BerthError('input.filter-invalid', { value: problem.term, detail: problem.message });
  const query = { filter, hostId: null };
  if (options.format !== 'table') {
    terminal.out((await core.history.export({ ...query, format: options.format })).text);
    return exitCode.done;
  }
  const entries: HistoryEntry[] = [];
  let total = 0;
  do {
    const limit = Math.min(options.limit - entries.length, historyLimits.page);
    const page = await core.history.list({ ...query, offset: entries.length, limit });
    total = page.total;
    entries.push(...page.entries);
  } while (entries.length < Math.min(options.limit, total));
  if (entries.length === 0) terminal.err('Nothing was done that fits.\n');
  else terminal.out(table(entries, core.options.now?.() ?? Date.now()));
  if (total > entries.length) terminal.err(`${entries.length} of ${total}: --limit ${total} shows all.\n`);
  return exitCode.done;
}

const HEAD = ['STARTED', 'HOST', 'WHAT', 'TOOK', 'BY', 'OUTCOME'] as const;

function table(entries: readonly HistoryEntry[], now: number): string {
  return renderTable(
    HEAD,
    entries.map((entry) => [
      formatDate(startOf(entry)),
      hostNameOf(entry),
      whatWords(entry),
      entry.kind === 'operation' ? formatDuration((entry.endedAt ?? now) - entry.startedAt) : '–',
      whoOf(entry),
      cleanText(outcomeWords(entry)),
    ]),
  );
}

/** `berth history --verify`: whether everything is what it was when it was written. Exits 1 when it is not. */
export async function verifyCommand(
  core: Core,
  terminal: Console,
  signal: AbortSignal,
  json: boolean,
): Promise<number> {
  terminal.progress('Reading the history and every log');
  const proof = await core.history.verify(signal);
  terminal.progress(null);
  const isWhole = proof.firstBroken === null && proof.differingTotal === 0;
  terminal.out(json ? `${JSON.stringify({ version: 1, whole: isWhole, ...proof })}\n` : proofText(proof));
  return isWhole ? exitCode.done : exitCode.failed;
}

function proofText(proof: HistoryProof): string {
  const { firstBroken, differing, differingTotal, head, because, beganAt, before } = proof;
  const failures: readonly Failure[] = [...(firstBroken ? [firstBroken.failure] : []), ...differing];
  const more = differingTotal - differing.length;
  return [
    failures.length === 0 ? 'Nothing was changed.' : 'The history is not what was written.',
    ...failures.map((failure) => `  ${cleanText(describe(failure).text)}`),
    ...(more > 0 ? [`  And ${plural(more, 'more difference')}.`] : []),
    `Chain       ${plural(proof.lines, 'line')}${beganAt === null ? '' : `, begun ${formatDate(beganAt)}`}`,
    ...(because === 'adopted' ? [`            ${plural(before, 'line')} from before are covered since then`] : []),
    ...(because === 'rebuilt' ? ['            made again from the folders then: the list had been lost'] : []),
    `Operations  ${plural(proof.operations, 'operation')}, ${plural(proof.files, 'file')} read (${formatBytes(proof.bytes)})`,
    ...(proof.removed > 0
      ? [`            logs of ${plural(proof.removed, 'operation')} removed, as the settings say`]
      : []),
    ...(proof.mended > 0 ? [`            ${plural(proof.mended, 'line')} cut off by a crash, noted`] : []),
    ...(head === null ? [] : [`Head        ${head}`]),
    '',
  ].join('\n');
}
