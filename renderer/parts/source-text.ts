import type { HostSource } from '../../shared/model/host.ts';

/** Where a host was imported from, in one line: `~/.ssh/config, line 12, as web`. */
export function sourceText({ kind, file, line, name }: HostSource): string {
  const where = kind === 'command' ? `the command ${file}` : file;
  return `${where}${line === null ? '' : `, line ${line.toLocaleString('en')}`}, as ${name}`;
}
