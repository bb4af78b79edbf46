import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { Result } from '../../../shared/errors/result.ts';

const folder = join(import.meta.dirname, '../../data/bootc');

/** A file of test/data/bootc as text. */
export function dataFile(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** The same as JSON text, which is what Berth asks hosts for. */
export function dataJson(name: string): string {
  const text = dataFile(name);
  return name.endsWith('.yaml') ? JSON.stringify(parseYaml(text)) : text;
}

/** The value of a result that must be one. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`unexpected failure ${JSON.stringify(result.failure)}`);
  return result.value;
}

/** The code of a result that must be a failure. */
export function codeOf(result: Result<unknown>): string {
  if (result.ok) throw new Error(`unexpected success ${JSON.stringify(result.value)}`);
  return result.failure.code;
}
