import { join } from 'node:path';

/** A script of this folder. */
export function script(name: string): string {
  return join(import.meta.dirname, name);
}
