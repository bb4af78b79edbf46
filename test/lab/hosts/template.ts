import { join } from 'node:path';
import { isUsed, keyOf } from '../cache.ts';
import { runCommand } from '../command.ts';
import type { ImageName, ImageSet } from '../images/image-set.ts';
import { labDir } from '../places.ts';
import { registryPort, stateroot } from './host-place.ts';
import type { Manager } from './model.ts';

/** What this process has asked for already: hosts are often made by the dozen. */
const asked = new Map<string, Promise<string>>();

/** The disk of a host on its first day, made once for every image and manager. Resolves with its folder. */
export function makeTemplate(images: ImageSet, name: ImageName, manager: Manager): Promise<string> {
  const question = [images.dir, name, manager].join(' ');
  const answer = asked.get(question) ?? findOrMake(images, name, manager);
  asked.set(question, answer);
  answer.catch(() => asked.delete(question)); // The next one tries again.
  return answer;
}

async function findOrMake(images: ImageSet, name: ImageName, manager: Manager): Promise<string> {
  const image = images.images[name];
  const registry = `registry.lab:${registryPort}`;
  const makers = [
    join(import.meta.dirname, 'make-template.sh'),
    join(import.meta.dirname, '..', 'host', 'bootc-standin'),
  ];
  const key = await keyOf({
    texts: [images.key, image.digest, image.commit, manager, registry, stateroot],
    files: makers,
  });
  const folder = join(labDir(), 'templates', `${images.kind}-${manager}-${name}-${key}`);
  if (await isUsed(folder)) return folder;
  await runCommand(['bash', makers[0]!, folder], {
    env: {
      PATH: process.env['PATH'],
      OSTREE: images.ostree.join(' '),
      REPO: images.repo,
      OCI: images.oci,
      COMMIT: image.commit,
      DIGEST: image.digest,
      MANAGER: manager,
      REGISTRY: registry,
      STATEROOT: stateroot,
    },
  });
  return folder;
}
