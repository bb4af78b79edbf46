import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MAX_BUNDLE_HOSTS } from '../../shared/contract/forensics.ts';
import { BerthError } from '../../shared/errors/failure.ts';
import { formatBytes, plural } from '../../shared/logic/format.ts';
import type { Core } from '../core/create-core.ts';
import type { Console } from './console.ts';
import { exitCode } from './exit-codes.ts';
import { findHost } from './find-hosts.ts';

export interface BundleCommandOptions {
  readonly hosts: readonly string[];
  /** Null: the name that the bundle has, in the current folder. A file that is there already is not written over. */
  readonly output: string | null;
}

/** `berth bundle HOST…`: an incident bundle as a file. Exits with 1 when a host could not be read; the bundle is written all the same. */
export async function bundleCommand(core: Core, terminal: Console, options: BundleCommandOptions): Promise<number> {
  const hosts = [...new Set(options.hosts.map((word) => findHost(core, word)))];
  if (hosts.length > MAX_BUNDLE_HOSTS) throw new BerthError('input.bundle-hosts', { limit: MAX_BUNDLE_HOSTS });
  terminal.progress(`Reading ${plural(hosts.length, 'host')}`);
  const bundle = await core.forensics.bundle(hosts.map(({ id }) => id)).finally(() => terminal.progress(null));
  const file = resolve(options.output ?? bundle.fileName);
  try {
    await writeFile(file, bundle.bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const detail = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new BerthError('store.write-failed', { file, detail }, error);
  }
  terminal.out(`${file}\n`);
  const size = formatBytes(bundle.bytes.length);
  terminal.err(
    `${plural(bundle.files, 'file')}, ${size}; ${plural(bundle.masked, 'secret')} masked. Look through it before you hand it on.\n`,
  );
  for (const name of bundle.notRead) terminal.err(`${name} could not be read; not-read.txt in the bundle says why.\n`);
  return bundle.notRead.length > 0 ? exitCode.failed : exitCode.done;
}
