import { describe } from '../../shared/errors/describe.ts';
import { driftEntries } from '../../shared/logic/etc-hosts.ts';
import { showPath } from '../../shared/logic/etc-path.ts';
import { etcReport, withoutSecrets, type EtcReportFormat } from '../../shared/logic/etc-report.ts';
import { ETC_OUTCOMES, etcOutcomeWords } from '../../shared/logic/etc-words.ts';
import type { EtcComparison, EtcEntry, EtcNode, EtcView } from '../../shared/model/etc.ts';
import type { Host } from '../../shared/model/host.ts';
import type { Core } from '../core/create-core.ts';
import { compareHosts, reportOf } from '../core/etc/compare-hosts.ts';
import type { Console } from './console.ts';
import { findHost } from './find-hosts.ts';
import { renderTable } from './table.ts';

/** What `berth etc` exits with, besides 1 and 2 of all commands. */
export const etcExitCode = { same: 0, drift: 10, blockers: 20 } as const;

export type EtcFormat = 'text' | EtcReportFormat;

export interface EtcCommandOptions {
  readonly host: string;
  /** Only this path and what is below it, with or without `/etc/`; null: all. */
  readonly path: string | null;
  readonly view: EtcView;
  readonly format: EtcFormat;
}

/** `berth etc HOST [PATH]`: what differs in /etc and what will become of it. Rejects with BerthError. */
export async function etcCommand(core: Core, terminal: Console, options: EtcCommandOptions): Promise<number> {
  const host = findHost(core, options.host);
  terminal.progress(`Comparing /etc of ${host.name}`);
  const whole = await core.etc.compare({ hostId: host.id, view: options.view }).finally(() => terminal.progress(null));
  for (const failure of whole.failures) terminal.err(`${describe(failure).text}\n`);
  if (whole.unreadable.count > 0) terminal.err(`${String(whole.unreadable.count)} files could not be read.\n`);
  const comparison =
    options.path === null ? whole : { ...whole, entries: whole.entries.filter(isAtOrBelow(options.path)) };
  terminal.out(textOf(host, comparison, options, core.options.now?.() ?? Date.now()));
  if (comparison.entries.some(({ outcome }) => outcome === 'blocker')) return etcExitCode.blockers;
  return driftEntries(comparison).length > 0 ? etcExitCode.drift : etcExitCode.same;
}

/** A path as a person types it, or as it is shown, escapes and all. */
function isAtOrBelow(typed: string): (entry: EtcEntry) => boolean {
  const wanted = typed.replace(/^\/?etc\/+/, '').replace(/\/+$/, '');
  return ({ path }) => [path, showPath(path)].some((each) => each === wanted || each.startsWith(`${wanted}/`));
}

function textOf(
  host: Host,
  comparison: EtcComparison,
  { format, path, view }: EtcCommandOptions,
  madeAt: number,
): string {
  if (format === 'json') {
    const told = { schemaVersion: 1, kind: 'host-etc', host: host.name };
    return `${JSON.stringify({ ...told, ...comparison, entries: comparison.entries.map(withoutSecrets) })}\n`;
  }
  if (format !== 'text') return etcReport({ view, madeAt, hosts: [{ name: host.name, comparison, why: '' }] }, format);
  const [only] = comparison.entries;
  if (path !== null && only && comparison.entries.length === 1) return pathText(only, view);
  return `${headText(host, comparison)}${groupsText(comparison)}${tailText(comparison, path)}`;
}

function headText({ name }: Host, { booted, target, view, isTransient }: EtcComparison): string {
  const versions = [booted, ...(target ? [target] : [])].map(
    ({ version, digest, deployment }) => version ?? digest ?? deployment,
  );
  const against = { staged: 'staged', rollback: 'rollback', drift: '' }[view];
  const [now = '', then] = versions;
  return `${name}: ${now} booted${then === undefined ? '' : `, ${then} ${against}`}${isTransient ? '; /etc is transient, changes are gone at the next boot' : ''}\n`;
}

function groupsText({ entries }: EtcComparison): string {
  return ETC_OUTCOMES.map((outcome) => {
    const some = entries.filter((entry) => entry.outcome === outcome && entry.noise === null);
    if (some.length === 0) return '';
    const width = Math.min(44, Math.max(...some.map(({ path }) => showPath(path).length)));
    const lines = some.map(({ path, reason }) => `  ${showPath(path).padEnd(width)}  ${reason}\n`);
    return `\n${etcOutcomeWords[outcome].title} (${String(some.length)})\n${lines.join('')}`;
  }).join('');
}

function tailText({ entries, hidden, missingAccounts, leftOut }: EtcComparison, path: string | null): string {
  const { users, groups, because } = missingAccounts;
  const expected = Object.values(hidden).reduce((sum, count) => sum + count, 0);
  const shown = entries.filter(({ noise }) => noise === null).length;
  const lines = [
    ...(shown === 0 ? ['No differences.'] : []),
    ...(users.length + groups.length === 0
      ? []
      : [
          `Missing at the next boot, as ${because.join(', ')} stay as they are:${users.length > 0 ? ` users ${users.join(', ')}` : ''}${
            groups.length > 0 ? ` groups ${groups.join(', ')}` : ''
          }`,
        ]),
    ...(leftOut > 0 ? [`${String(leftOut)} more are not listed.`] : []),
    ...(expected > 0 && path === null ? [`${String(expected)} expected differences hidden.`] : []),
  ];
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`;
}

function pathText(entry: EtcEntry, view: EtcView): string {
  const versions = {
    base: 'image now',
    local: 'this host',
    target: view === 'rollback' ? 'rollback' : 'new image',
  } as const;
  const sides = view === 'drift' ? (['base', 'local'] as const) : (['base', 'local', 'target'] as const);
  const rows = sides.map((side) => [versions[side], ...nodeCells(withoutSecrets(entry)[side])]);
  const words = entry.toolWords === null ? '' : `In its own words: ${entry.toolWords}\n`;
  return `/etc/${showPath(entry.path)}\n${etcOutcomeWords[entry.outcome].title}: ${entry.reason}\n${words}\n${renderTable(['', 'TYPE', 'MODE', 'OWNER', 'SIZE', 'SHA-256'], rows)}`;
}

function nodeCells(node: EtcNode | null): string[] {
  if (node === null) return ['–'];
  const { type, mode, uid, gid, size, hash, link } = node;
  const content = link === null ? (hash?.slice(0, 16) ?? '–') : `→ ${showPath(link)}`;
  return [type, mode.toString(8).padStart(4, '0'), `${String(uid)}:${String(gid)}`, String(size), content];
}

/** `berth etc --compare A B…`: hosts grouped by identical drift, the odd one out first. Exits with 10 where they differ. */
export async function compareHostsCommand(
  core: Core,
  terminal: Console,
  {
    hosts: words,
    view,
    format,
  }: { readonly hosts: readonly string[]; readonly view: EtcView; readonly format: EtcFormat },
): Promise<number> {
  const hosts = [...new Map(words.map((word) => findHost(core, word)).map((host) => [host.id, host])).values()];
  const ids = hosts.map(({ id }) => id);
  const nameOf = (id: string) => hosts.find((host) => host.id === id)?.name ?? id;
  terminal.progress(`Comparing /etc of ${String(hosts.length)} hosts`);
  const found = await compareHosts(core, ids, view).finally(() => terminal.progress(null));
  for (const { hostId, why } of found.notRead) terminal.err(`${nameOf(hostId)}: ${why}\n`);
  const groups = found.groups.map(({ hostIds, ...rest }) => ({ ...rest, hosts: hostIds.map(nameOf) }));
  if (format === 'json') {
    const notRead = found.notRead.map(({ hostId, why }) => ({ host: nameOf(hostId), why }));
    const told = { schemaVersion: 1, kind: 'hosts-etc', view, groups, rows: found.rows, notRead };
    terminal.out(`${JSON.stringify(told)}\n`);
  } else if (format !== 'text') {
    terminal.out((await reportOf(core, ids, view, format)).text);
  } else {
    const head = groups.map(
      (group, index) => `${letter(index)}  ${group.hosts.join(', ')}: ${String(group.drift)} changed\n`,
    );
    const rows = found.rows.map(({ path, cells }) => [showPath(path), ...cells.map((cell) => cell ?? '–')]);
    const table =
      rows.length === 0
        ? 'No differences between them.\n'
        : renderTable(['PATH', ...groups.map((_, index) => letter(index))], rows);
    terminal.out(`${head.join('')}\n${table}`);
  }
  if (found.notRead.length > 0) return 1;
  return found.groups.length > 1 ? etcExitCode.drift : etcExitCode.same;
}

/** A, B … Z, AA: groups as columns of a table. */
function letter(index: number): string {
  return `${index < 26 ? '' : letter(Math.floor(index / 26) - 1)}${String.fromCharCode(65 + (index % 26))}`;
}
