import { resolve } from 'node:path';
import { describe } from '../../shared/errors/describe.ts';
import { BerthError, type Failure } from '../../shared/errors/failure.ts';
import type { Discovery, SourcePlace } from '../../shared/model/source.ts';
import { cleanText } from '../../shared/parse/text.ts';
import type { Core } from '../core/create-core.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { renderTable } from './table.ts';

export interface ImportOptions {
  readonly place: SourcePlace;
  /** Names in the source; none: all. */
  readonly only: readonly string[];
  readonly group: string | null;
  /** Show what there is, and take nothing. */
  readonly dryRun: boolean;
  /** Take later changes over without asking. */
  readonly sync: boolean;
}

/** The place that the words of the command line name; a path is meant from the current folder. */
export function placeOf(from: string, words: readonly string[]): SourcePlace {
  const [first] = words;
  switch (from) {
    case 'ssh-config':
      if (first !== undefined) throw new BerthError('input.trailing-text', { value: first });
      return { kind: from };
    case 'ansible':
    case 'list':
      if (first === undefined || words[1] !== undefined) {
        throw new BerthError('source.unreadable', { file: words.join(' ') || 'nothing', detail: 'one file is needed' });
      }
      return { kind: from, file: resolve(first) };
    default:
      if (first === undefined) throw new BerthError('source.command-missing', { command: 'nothing', detail: 'ENOENT' });
      return { kind: 'command', words: [...words] };
  }
}

/** `berth import`: takes the hosts of a source into the inventory and says what became of each kind. */
export async function importCommand({ sources }: Core, terminal: Console, options: ImportOptions): Promise<number> {
  const { place, only, group, dryRun, sync } = options;
  const found = await sources.discover(place);
  for (const { file, line, failure } of found.problems) terminal.err(`${where(file, line)}${sentence(failure)}\n`);
  if (dryRun) {
    terminal.out(table(found, only));
    return exitCode.done;
  }
  const result = await sources.import({
    place,
    names: only.length === 0 ? 'all' : only,
    group,
    apply: sync ? 'by-itself' : 'ask',
  });
  for (const { name, file, line, failure } of result.refused) {
    terminal.err(`${where(file, line)}${cleanText(name)}: ${sentence(failure)}\n`);
  }
  const { added, updated, unchanged, refused } = result;
  terminal.out(
    `${added.length} added, ${updated.length} updated, ${unchanged.length} unchanged, ${refused.length} refused.\n`,
  );
  return refused.length > 0 ? exitCode.failed : exitCode.done;
}

function table({ hosts }: Discovery, only: readonly string[]): string {
  const wanted = hosts.filter(({ name }) => only.length === 0 || only.includes(name));
  const rows = wanted.map(({ name, address, port, user, groups, file, line, hostId, refusal }) => [
    name,
    address,
    port === null ? '' : String(port),
    user ?? '',
    groups.join(' '),
    where(file, line).replace(/: $/, ''),
    refusal !== null ? 'refused' : hostId !== null ? 'known' : 'new',
  ]);
  return renderTable(['NAME', 'ADDRESS', 'PORT', 'USER', 'GROUPS', 'FROM', 'STATE'], rows);
}

function where(file: string, line: number | null): string {
  return `${cleanText(file)}${line === null ? '' : `:${line}`}: `;
}

function sentence(failure: Failure): string {
  const { text, remedy } = describe(failure);
  return cleanText(remedy === '' ? text : `${text} ${remedy}`);
}
