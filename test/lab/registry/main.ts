import { type ImageKind, imageKinds } from '../images/image-set.ts';
import { makeImages } from '../images/make-images.ts';
import { startRegistry } from './registry.ts';

/**
 * A registry as a program: `ADDRESS PORT KIND STATE_FILE`. Says on stdout where it listens, then a line a request, and ends with
 * SIGTERM or SIGINT. Exit code 2: what was asked for makes no sense.
 */
async function main([address, port, kind, stateFile]: readonly string[]): Promise<void> {
  if (address === undefined || !isImageKind(kind) || stateFile === undefined || !/^\d{1,5}$/.test(port ?? '')) {
    process.stderr.write(`Usage: registry ADDRESS PORT ${imageKinds.join('|')} STATE_FILE\n`);
    process.exitCode = 2;
    return;
  }
  const registry = await startRegistry({
    address,
    port: Number(port),
    imageSet: await makeImages(kind),
    stateFile,
    onRequest: (method, path, status) => process.stdout.write(`${status} ${method} ${path}\n`),
  });
  process.stdout.write(`listening ${registry.address}:${registry.port}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void registry.close());
}

function isImageKind(text: string | undefined): text is ImageKind {
  return imageKinds.some((kind) => kind === text);
}

await main(process.argv.slice(2));
