import { InvalidArgumentError, Option, type Command } from 'commander';
import { priorityOf, PRIORITY_NAMES } from '../../shared/logic/journal-lines.ts';
import { readMoment } from '../../shared/logic/moment.ts';
import type { JournalFilter } from '../../shared/model/journal-filter.ts';
import type { LogsOptions } from './logs-command.ts';

interface LogsFlags {
  readonly boot?: string | true;
  readonly unit: readonly string[];
  readonly identifier: readonly string[];
  readonly priority?: number;
  readonly dmesg: boolean;
  readonly grep?: string;
  readonly since?: string;
  readonly until?: string;
  readonly lines: number;
  readonly follow: boolean;
  readonly utc: boolean;
  readonly json: boolean;
}

/** What the command line asks for. */
export type LogsCall = Omit<LogsOptions, 'interrupted'>;

/** The most entries of one host that are printed. */
const MAX_LINES = 100_000;

/** Adds `logs` to a program. */
export function addLogsProgram(program: Command, run: (call: LogsCall) => Promise<void>): void {
  program
    .command('logs')
    .description('show the journals of hosts, merged in the order of time; exits 1 when one could not be read')
    .argument('<HOST...>', 'which hosts')
    .option(
      '-b, --boot [n]',
      'one boot: 0 the newest, -1 the one before, or its id; without a number the one that runs',
      bootWord,
    )
    .option('-u, --unit <unit>', 'a unit, or a pattern for units; may be given again', collect(unitWord), [])
    .option('-t, --identifier <name>', 'who said it; may be given again', collect(lineWord), [])
    .option('-p, --priority <priority>', 'this one and worse: 0 to 7, or emerg to debug', priorityWord)
    .option('-k, --dmesg', 'what the kernel said', false)
    .option('-g, --grep <pattern>', 'messages that match: PCRE2; in lower case whatever the case is', lineWord)
    .option('-S, --since <time>', 'from then on: 2h, 14:30, today, 2026-11-21, 2026-11-21T14:30', momentWord)
    .option('-U, --until <time>', 'up to then', momentWord)
    .option('-n, --lines <n>', 'so many of the newest of each host', linesWord, 100)
    .addOption(new Option('-f, --follow', 'go on with what comes, until Ctrl-C').default(false).conflicts('until'))
    .option('--utc', 'times in UTC', false)
    .option('--json', 'a line of JSON for each entry', false)
    .addHelpText(
      'after',
      `
Exit codes: 0 all hosts were read, or Ctrl-C ended -f; 1 a host could not be read, or its journal is not for this user;
2 the command line is not understood; 130 Ctrl-C before anything was shown.`,
    )
    .action((hosts: readonly string[], flags: LogsFlags) => {
      const { lines, follow, utc, json } = flags;
      return run({ hosts, filter: filterOf(flags), lines, follow, utc, json });
    });
}

function filterOf({ boot, unit, identifier, priority, dmesg, grep, since, until }: LogsFlags): JournalFilter {
  return {
    boot: bootOf(boot),
    units: [...unit],
    identifiers: [...identifier],
    priority: priority ?? null,
    kernel: dmesg,
    since: since ?? null,
    until: until ?? null,
    // As journalctl has it.
    text: grep === undefined ? null : { value: grep, regex: true, matchCase: grep !== grep.toLowerCase() },
    match: [],
  };
}

function bootOf(word: string | true | undefined): JournalFilter['boot'] {
  if (word === undefined || word === 'all') return 'all';
  if (word === true) return 'current';
  return /^-?\d+$/.test(word) && word.length < 32 ? { offset: Number(word) } : { id: word };
}

function bootWord(word: string): string {
  const id = word.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(id)) return id;
  if (word === 'all' || /^[+-]?\d{1,5}$/.test(word)) return word.replace('+', '');
  throw new InvalidArgumentError('A number such as -1, an id of 32 digits, or all.');
}

function unitWord(word: string): string {
  if (/^[A-Za-z0-9:_.\\@*?[\]!-]{1,256}$/.test(word)) return word;
  throw new InvalidArgumentError('It is no name of a unit.');
}

function lineWord(word: string): string {
  if (word !== '' && word.length <= 500 && !/[\0\r\n]/.test(word)) return word;
  throw new InvalidArgumentError('One line of up to 500 characters.');
}

function priorityWord(word: string): number {
  const priority = priorityOf(word);
  if (priority === null)
    throw new InvalidArgumentError(`A number from 0 to 7, or one of ${PRIORITY_NAMES.join(', ')}.`);
  return priority;
}

function momentWord(word: string): string {
  const at = readMoment(word, Date.now());
  if (at === null) throw new InvalidArgumentError('A time such as 2h, 14:30, today, 2026-11-21 or 2026-11-21T14:30.');
  return new Date(at).toISOString();
}

function linesWord(word: string): number {
  const lines = /^\d{1,6}$/.test(word) ? Number(word) : -1;
  if (lines < 0 || lines > MAX_LINES) throw new InvalidArgumentError(`A number up to ${String(MAX_LINES)}.`);
  return lines;
}

function collect(read: (word: string) => string): (word: string, before: readonly string[]) => readonly string[] {
  return (word, before) => [...before, read(word)];
}
