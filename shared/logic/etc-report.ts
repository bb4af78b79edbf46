import type { EtcComparison, EtcEntry, EtcNode, EtcOutcome, EtcVersion, EtcView } from '../model/etc.ts';
import { driftEntries } from './etc-hosts.ts';
import { showPath } from './etc-path.ts';
import { ETC_OUTCOMES, etcOutcomeWords } from './etc-words.ts';

/** A host in a report; `comparison` null: it could not be read, and `why` says why not. */
export interface EtcReportHost {
  readonly name: string;
  readonly comparison: EtcComparison | null;
  readonly why: string;
}

export interface EtcReportInput {
  readonly view: EtcView;
  /** Epoch milliseconds. */
  readonly madeAt: number;
  readonly hosts: readonly EtcReportHost[];
}

export type EtcReportFormat = 'markdown' | 'json' | 'csv';

/** A report of drift: paths, outcomes and metadata, never contents, and of secrets no hashes. Expected noise is counted, not listed. */
export function etcReport(input: EtcReportInput, format: EtcReportFormat): string {
  return { markdown: markdownReport, json: jsonReport, csv: csvReport }[format](input);
}

/** A name for the file of a report, without its folder. */
export function etcReportName({ madeAt, hosts }: EtcReportInput, format: EtcReportFormat): string {
  const [first] = hosts;
  const what = hosts.length === 1 && first ? first.name.replaceAll(/[^\w.-]+/g, '-') : `${String(hosts.length)}-hosts`;
  const day = new Date(madeAt).toISOString().slice(0, 10);
  return `etc-${what}-${day}.${{ markdown: 'md', json: 'json', csv: 'csv' }[format]}`;
}

/** What a report lists of a host: in the view of drift what was changed here, else all that does not stay as it is. */
function listed({ entries }: EtcComparison): EtcEntry[] {
  return entries.filter(({ noise }) => noise === null);
}

const TITLES: Readonly<Record<EtcView, string>> = {
  staged: '/etc at the next boot',
  rollback: '/etc after a rollback',
  drift: 'Drift of /etc',
};

function markdownReport({ view, madeAt, hosts }: EtcReportInput): string {
  const sections = hosts.map(({ name, comparison, why }) => {
    if (!comparison) return `## ${plain(name)}\n\nNot read: ${plain(why)}\n`;
    const groups = groupsOf(listed(comparison)).map(
      ([outcome, entries]) =>
        `### ${etcOutcomeWords[outcome].title} (${String(entries.length)})\n\n${entries.map(markdownLine).join('\n')}\n`,
    );
    return [
      `## ${plain(name)}\n`,
      `${headLine(comparison)}\n`,
      ...(groups.length > 0 ? groups : ['No differences.\n']),
    ].join('\n');
  });
  return [`# ${TITLES[view]}\n`, `Made by Berth, ${stamp(madeAt)}.\n`, ...sections].join('\n');
}

function headLine(comparison: EtcComparison): string {
  const { booted, target, readAt, hidden, leftOut, isTransient } = comparison;
  const expected = Object.values(hidden).reduce((sum, count) => sum + count, 0);
  return [
    `Booted ${versionText(booted)}${target ? `, against ${versionText(target)}` : ''}.`,
    `Compared ${stamp(readAt)}.`,
    `${String(driftEntries(comparison).length)} changed on the host, ${String(expected)} expected differences not listed.`,
    ...(leftOut > 0 ? [`${String(leftOut)} more are not listed.`] : []),
    ...(isTransient ? ['/etc is transient: changes are gone at the next boot.'] : []),
  ].join(' ');
}

function markdownLine({ path, reason, toolWords, isSecret }: EtcEntry): string {
  const words = toolWords === null ? '' : ` ${codeSpan(toolWords)}`;
  return `- ${codeSpan(`/etc/${showPath(path)}`)}${isSecret ? ' (secret)' : ''}: ${plain(reason)}${words}`;
}

function groupsOf(entries: readonly EtcEntry[]): (readonly [EtcOutcome, readonly EtcEntry[]])[] {
  return ETC_OUTCOMES.map((outcome) => [outcome, entries.filter((entry) => entry.outcome === outcome)] as const).filter(
    ([, some]) => some.length > 0,
  );
}

/** Text in a span of code, whatever backticks it has (CommonMark 6.1). */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  if (longest === 0) return `\`${text}\``;
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${text} ${fence}`;
}

/** Text that is no Markdown and no HTML. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&');
}

function versionText({ version, digest, deployment }: EtcVersion): string {
  return plain(version ?? digest?.slice(0, 19) ?? deployment);
}

function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function jsonReport({ view, madeAt, hosts }: EtcReportInput): string {
  const told = hosts.map(({ name, comparison, why }) => {
    if (!comparison) return { name, notRead: why };
    const { readAt, booted, target, backend, isTransient, counts, hidden, leftOut, missingAccounts } = comparison;
    const facts = { readAt, booted, target, backend, isTransient, counts, hidden, leftOut, missingAccounts };
    return { name, ...facts, entries: listed(comparison).map(withoutSecrets) };
  });
  return `${JSON.stringify({ schemaVersion: 1, kind: 'etc-report', view, madeAt, hosts: told }, null, 2)}\n`;
}

/** The hash of a short secret tells it to who can guess. */
export function withoutSecrets(entry: EtcEntry): EtcEntry {
  const { base, local, target, isSecret } = entry;
  const hidden = (node: EtcNode | null) => node && { ...node, hash: null };
  return isSecret ? { ...entry, base: hidden(base), local: hidden(local), target: hidden(target) } : entry;
}

const COLUMNS = [
  'host',
  'path',
  'outcome',
  'here',
  'there',
  'result',
  'type',
  'mode',
  'uid',
  'gid',
  'size',
  'sha256',
  'reason',
  'tool words',
];

function csvReport({ hosts }: EtcReportInput): string {
  const rows = hosts.flatMap(({ name, comparison, why }) => {
    if (!comparison) return [[name, '', 'not read', ...COLUMNS.slice(3, -2).map(() => ''), why, '']];
    return listed(comparison).map((entry) => {
      const { path, outcome, here, there, result, local, reason, toolWords } = withoutSecrets(entry);
      const node = local
        ? [local.type, local.mode.toString(8).padStart(4, '0'), local.uid, local.gid, local.size, local.hash ?? '']
        : ['', '', '', '', '', ''];
      return [
        name,
        `/etc/${showPath(path)}`,
        outcome,
        here,
        there ?? '',
        result ?? '',
        ...node,
        reason,
        toolWords ?? '',
      ];
    });
  });
  return [COLUMNS, ...rows].map((row) => `${row.map((cell) => csvCell(String(cell))).join(',')}\r\n`).join('');
}

/** RFC 4180; what a spreadsheet would take for a formula begins with an apostrophe. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
