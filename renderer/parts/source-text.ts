import { plural } from '../../shared/logic/format.ts';
import type { HostSource } from '../../shared/model/host.ts';
import type { SourceChanges, SourceLine, SourceState } from '../../shared/model/source.ts';

/** Where a host was imported from, in one line: `~/.ssh/config, line 12, as web`. */
export function sourceText({ kind, file, line, name }: HostSource): string {
  const where = kind === 'command' ? `the command ${file}` : file;
  return `${where}${line === null ? '' : `, line ${line.toLocaleString('en')}`}, as ${name}`;
}

/** A source in a sentence: `the ssh configuration`, or its file or command. */
export function sourceName({ place, label }: Pick<SourceState, 'place' | 'label'>): string {
  if (place.kind === 'ssh-config') return 'the ssh configuration';
  return place.kind === 'command' ? `the command ${label}` : label;
}

/** File and line, the file with the folder it is in: `.ssh/config:12`. */
export function shortLine({ file, line }: SourceLine): string {
  const end = file.split('/').slice(-2).join('/');
  return line === null ? end : `${end}:${String(line)}`;
}

/** What became of a source, in a few words; null: nothing. `2 new in the ssh configuration, 1 gone`. */
export function changesText(source: Pick<SourceState, 'place' | 'label' | 'changes'>): string | null {
  const { added, changed, gone }: SourceChanges = source.changes;
  const parts = [
    ...(added.length > 0 ? [plural(added.length, 'new', 'new')] : []),
    ...(changed.length > 0 ? [plural(changed.length, 'changed', 'changed')] : []),
    ...(gone.length > 0 ? [plural(gone.length, 'gone', 'gone')] : []),
  ];
  const [first, ...rest] = parts;
  return first === undefined ? null : [`${first} in ${sourceName(source)}`, ...rest].join(', ');
}
