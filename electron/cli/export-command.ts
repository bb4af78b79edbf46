import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BerthError } from '../../shared/errors/failure.ts';
import type { ExportFormat } from '../../shared/model/source.ts';
import { cleanText } from '../../shared/parse/text.ts';
import type { Core } from '../core/create-core.ts';
import { exportInventory } from '../core/inventory-sources/export-inventory.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { findHost } from './find-hosts.ts';

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Names of hosts; none: all. */
  readonly hosts: readonly string[];
  /** Null: stdout. A file that is there already is not written over. */
  readonly output: string | null;
}

/** `berth export`: the inventory as text. */
export async function exportCommand(core: Core, terminal: Console, options: ExportOptions): Promise<number> {
  const { format, hosts: words, output } = options;
  const hosts = words.length === 0 ? core.inventory.list() : words.map((word) => findHost(core, word));
  const { text, leftOut } = await exportInventory(hosts, format);
  for (const name of leftOut) terminal.err(`${cleanText(name)} cannot be written as ${format}: left out.\n`);
  if (output === null) terminal.out(text);
  else {
    const file = resolve(output);
    try {
      await writeFile(file, text, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      const detail = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new BerthError('store.write-failed', { file, detail }, error);
    }
  }
  return leftOut.length > 0 ? exitCode.failed : exitCode.done;
}
