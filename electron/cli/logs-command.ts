import { describe } from '../../shared/errors/describe.ts';
import { entryText, utcMicros } from '../../shared/logic/journal-lines.ts';
import type { Host } from '../../shared/model/host.ts';
import type { JournalAccess, JournalEntry, JournalStreamLine } from '../../shared/model/journal.ts';
import type { JournalFilter } from '../../shared/model/journal-filter.ts';
import { journalLimits } from '../../shared/model/journal-limits.ts';
import type { Core } from '../core/create-core.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { findHost } from './find-hosts.ts';
import { unlessInterrupted } from './interrupt.ts';
import { toFailure } from './read-host.ts';

export interface LogsOptions {
  readonly hosts: readonly string[];
  readonly filter: JournalFilter;
  /** The newest of each host. */
  readonly lines: number;
  readonly follow: boolean;
  readonly utc: boolean;
  readonly json: boolean;
  readonly interrupted: AbortSignal;
}

/** Hosts that are read at a time. */
const AT_A_TIME = 8;
const ESC = '\u001b';

interface HostEntry {
  readonly host: Host;
  readonly entry: JournalEntry;
}

/** `berth logs HOST…`: journals, merged by time. Resolves with the exit code; rejects with BerthError for a host that is not known. */
export async function logsCommand(core: Core, terminal: Console, options: LogsOptions): Promise<number> {
  const hosts = [...new Map(options.hosts.map((word) => findHost(core, word)).map((host) => [host.id, host])).values()];
  if (options.follow) return follow(core, terminal, hosts, options);
  return unlessInterrupted(show(core, terminal, hosts, options), options.interrupted);
}

async function show(core: Core, terminal: Console, hosts: readonly Host[], options: LogsOptions): Promise<number> {
  const print = printer(terminal, hosts, options);
  const left = [...hosts];
  const all: HostEntry[] = [];
  let isWhole = true;
  terminal.progress(`Reading ${hosts.length === 1 ? 'the journal' : `${String(hosts.length)} journals`}`);
  const worker = async () => {
    for (let host = left.shift(); host; host = left.shift()) {
      try {
        const { entries, access } = await newest(core, host, options);
        for (const entry of entries) all.push({ host, entry });
        tellAccess(terminal, host, access);
        if (access?.readable === 'none') isWhole = false;
      } catch (error) {
        tellFailure(core, terminal, host, error);
        isWhole = false;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker)).finally(() => terminal.progress(null));
  // Of one host the order is its journal's own, as sorting keeps what is equal in order.
  const sorted = hosts.length === 1 ? all : all.sort((a, b) => a.entry.realtimeUs - b.entry.realtimeUs);
  terminal.out(sorted.map(print).join(''));
  return isWhole ? exitCode.done : exitCode.failed;
}

async function newest(
  core: Core,
  host: Host,
  { filter, lines }: LogsOptions,
): Promise<{ readonly entries: readonly JournalEntry[]; readonly access: JournalAccess | null }> {
  let entries: JournalEntry[] = [];
  let cursor: string | null = null;
  let access: JournalAccess | null = null;
  while (entries.length < lines) {
    const count = Math.min(journalLimits.page, lines - entries.length);
    const page = await core.journal.page({ hostId: host.id, filter, cursor, at: null, direction: 'older', count });
    entries = [...page.entries, ...entries];
    access ??= page.access;
    cursor = entries[0]?.cursor ?? null;
    if (!page.olderLeft || page.entries.length === 0) break;
  }
  return { entries, access };
}

/** Ends with Ctrl-C, which is its usual end, or once no host is left. */
async function follow(core: Core, terminal: Console, hosts: readonly Host[], options: LogsOptions): Promise<number> {
  const { filter, lines, interrupted } = options;
  const print = printer(terminal, hosts, options);
  const tail = Math.min(lines, journalLimits.tail);
  const hostIds = hosts.map(({ id }) => id);
  const stream = core.journal.follow({ kind: 'journal', hostIds, filter, tail })[Symbol.asyncIterator]();
  const onInterrupt = () => void stream.return?.();
  interrupted.addEventListener('abort', onInterrupt, { once: true });
  const failed = new Set<number>();
  const decoder = new TextDecoder();
  try {
    while (!interrupted.aborted && failed.size < hosts.length) {
      const next = await stream.next();
      if (next.done === true) break;
      let text = '';
      for (const line of decoder.decode(next.value).split('\n')) {
        if (line === '') continue;
        const told = JSON.parse(line) as JournalStreamLine;
        const host = hosts[told.h];
        if (!host) continue;
        if ('e' in told) text += print({ host, entry: told.e });
        else if (tell(terminal, host, told)) failed.add(told.h);
      }
      terminal.out(text);
    }
  } finally {
    interrupted.removeEventListener('abort', onInterrupt);
    await stream.return?.();
  }
  return failed.size > 0 ? exitCode.failed : exitCode.done;
}

/** What is no entry goes to stderr. True: the host has failed for good. */
function tell(terminal: Console, host: Host, line: JournalStreamLine): boolean {
  if ('dropped' in line) {
    terminal.err(
      `${host.name}: ${String(line.dropped)} entries left out here, as they came faster than they went on.\n`,
    );
  } else if ('skew' in line) {
    const { ms, errorMs } = line.skew;
    if (Math.abs(ms) > Math.max(errorMs, 500)) {
      const seconds = (Math.abs(ms) / 1000).toFixed(1);
      terminal.err(
        `${host.name}: its clock is ${seconds} s ${ms > 0 ? 'ahead' : 'behind'}; put in order all the same.\n`,
      );
    }
  } else if ('state' in line) {
    const { state } = line;
    if (state.kind === 'live') tellAccess(terminal, host, state.access);
    if (state.kind === 'lost') terminal.err(`${host.name}: ${describe(state.failure).text} Trying again.\n`);
    if (state.kind === 'failed') terminal.err(`${host.name}: ${describe(state.failure).text}\n`);
    return state.kind === 'failed';
  }
  return false;
}

function tellAccess(terminal: Console, host: Host, access: JournalAccess | null): void {
  for (const reason of access?.why ?? []) {
    const { text, remedy } = describe(reason);
    terminal.err(`${host.name}: ${text} ${remedy}\n`);
  }
}

function tellFailure(core: Core, terminal: Console, host: Host, error: unknown): void {
  const { text, remedy } = describe(toFailure(core, error));
  terminal.err(`${host.name}: ${text} ${remedy}\n`);
}

/** Entries as lines: of several hosts the names are a column. */
function printer(
  { isOutTerminal }: Console,
  hosts: readonly Host[],
  { json, utc }: LogsOptions,
): (item: HostEntry) => string {
  const width = Math.max(...hosts.map(({ name }) => name.length));
  return ({ host, entry }) => {
    if (json) return `${JSON.stringify({ host: host.name, ...entry })}\n`;
    const time = utc ? utcMicros(entry.realtimeUs) : localTime(entry.realtimeUs);
    const line = entryText(entry, host.name.padEnd(width), time);
    return `${isOutTerminal ? coloured(line, entry.priority) : line}\n`;
  };
}

/** As journalctl: bold red, bold yellow, bold, plain, grey. */
function coloured(line: string, priority: number | null): string {
  const code =
    priority === null ? null : priority <= 3 ? '1;31' : priority === 4 ? '1;33' : priority === 5 ? '1' : null;
  const shown = code ?? (priority === 7 ? '90' : null);
  return shown === null ? line : `${ESC}[${shown}m${line}${ESC}[0m`;
}

/** `2026-11-21T14:31:02.123+01:00`, by this computer's zone. */
function localTime(realtimeUs: number): string {
  const at = new Date(Math.min(Math.floor(realtimeUs / 1000), 8.64e15 - 86_400_000));
  const offset = -at.getTimezoneOffset();
  const shifted = new Date(at.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const pad = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.abs(offset);
  return `${shifted}${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
