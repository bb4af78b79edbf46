import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../cache.ts';
import { runCommand } from '../command.ts';
import type { ImageSet } from '../images/image-set.ts';
import { labPath } from '../places.ts';
import { initialRegistryState } from '../registry/state.ts';
import { takeDisk } from './disks.ts';
import { registryPort, stateroot, type HostPlace, type LabName } from './host-place.ts';
import type { BootcVersion, LabHostOptions, Manager } from './model.ts';
import { makeTemplate } from './template.ts';

const unit = (name: string) => `usr/lib/systemd/system/${name}`;

/** The command that each manager is, and its units; a host has its own and no other. ostree is the engine of all. */
const tools: Readonly<Record<Manager, readonly string[]>> = {
  bootc: [
    'usr/bin/bootc',
    'usr/lib/systemd/system-generators/bootc-systemd-generator',
    ...['fetch-apply-updates.service', 'fetch-apply-updates.timer', 'status-updated.path', 'status-updated.target'].map(
      (name) => unit(`bootc-${name}`),
    ),
  ],
  'rpm-ostree': ['usr/bin/rpm-ostree', ...['service', 'timer'].map((kind) => unit(`rpm-ostreed-automatic.${kind}`))],
  ostree: [],
};

/** The private key of a lab, made when it is not there. Every user of every host of the lab accepts it. */
export async function labKey(lab: LabName): Promise<string> {
  const file = join(labPath(lab), 'id');
  if (!existsSync(`${file}.pub`)) {
    await mkdir(labPath(lab), { recursive: true });
    await withLock(`${file}.lock`, async () => {
      if (existsSync(`${file}.pub`)) return;
      await rm(file, { force: true });
      await runCommand(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', `lab ${lab}`, '-f', file]);
    });
  }
  return file;
}

/**
 * Makes a host that is off: a disk of its own from the template, with a name, a machine id and SSH host keys, and what boot.sh
 * needs to know. There must be nothing in its folder.
 */
export async function makeHost(place: HostPlace, images: ImageSet, options: LabHostOptions): Promise<void> {
  const { manager = 'bootc', image = 'v1', bootcVersion } = options;
  if (bootcVersion && manager !== 'bootc') {
    throw new Error(
      `A host with manager '${manager}' has no bootc of version ${bootcVersion}. Leave one of the two away.`,
    );
  }
  const template = await makeTemplate(images, image, manager);
  const deployment = await takeDisk(template, place);
  await Promise.all([
    writeIdentity(place, join(deployment, 'etc')),
    writeRegistries(join(deployment, 'etc')),
    writePlayedVersion(join(deployment, 'etc'), bootcVersion),
    writeHomes(place, deployment),
    writeFile(
      join(place.folder, 'registry.json'),
      JSON.stringify({ ...initialRegistryState, tags: { stable: image } }),
    ),
  ]);
  // The last: a host with settings is complete.
  await writeSettings(place, images, manager);
}

/** A new machine id and new SSH host keys, and the name; `known_hosts` beside the disk has the line for the new key. */
async function writeIdentity(place: HostPlace, etc: string): Promise<void> {
  await writeFile(join(etc, 'hostname'), `${place.name}\n`);
  await writeFile(join(etc, 'machine-id'), `${randomBytes(16).toString('hex')}\n`);
  await appendFile(join(etc, 'hosts'), `127.0.1.1 ${place.name}\n${place.gateway} registry.lab\n`);
  const key = join(etc, 'ssh', 'ssh_host_ed25519_key');
  await runCommand(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', `root@${place.name}`, '-f', key]);
  await writeKnownHosts(place, etc);
}

/** Writes the line of the host key as it is now. */
export async function writeKnownHosts(place: HostPlace, etc: string): Promise<void> {
  const [type, key] = (await readFile(join(etc, 'ssh', 'ssh_host_ed25519_key.pub'), 'utf8')).split(' ');
  const name = place.port === 22 ? place.address : `[${place.address}]:${place.port}`;
  await writeFile(join(place.folder, 'known_hosts'), `${name} ${type} ${key}\n`);
}

/** The registry of the lab speaks no TLS, which tools of containers accept only where they are told so. */
async function writeRegistries(etc: string): Promise<void> {
  const folder = join(etc, 'containers', 'registries.conf.d');
  await mkdir(folder, { recursive: true });
  const text = `[[registry]]\nlocation = "registry.lab:${registryPort}"\ninsecure = true\n`;
  await writeFile(join(folder, '10-lab.conf'), text);
}

/** Which bootc the stand-in plays, where it is not the newest. */
async function writePlayedVersion(etc: string, bootcVersion: BootcVersion | undefined): Promise<void> {
  if (bootcVersion) await writeFile(join(etc, 'bootc-standin.conf'), `version=${bootcVersion}\n`);
}

/** A home with the lab's key for everybody in the image's passwd who has a login shell. */
async function writeHomes(place: HostPlace, deployment: string): Promise<void> {
  const publicKey = await readFile(`${await labKey(place.lab)}.pub`, 'utf8');
  const stateFolder = join(deployment, '..', '..', 'var');
  await mkdir(join(stateFolder, 'home'), { recursive: true, mode: 0o755 });
  const people = (await readFile(join(deployment, 'etc', 'passwd'), 'utf8'))
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name, , uid]) => name === 'root' || (Number(uid) >= 1000 && Number(uid) < 60_000));
  for (const [name = '', , uid, group] of people) {
    const home = name === 'root' ? join(stateFolder, 'roothome') : join(stateFolder, 'home', name);
    const folder = join(home, '.ssh');
    const file = join(folder, 'authorized_keys');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(home, 0o700);
    await writeFile(file, publicKey, { mode: 0o600 });
    for (const path of [home, folder, file]) await chown(path, Number(uid), Number(group));
  }
}

/** What the scripts of a boot source, as `KEY=value` of bash. */
async function writeSettings(place: HostPlace, images: ImageSet, manager: Manager): Promise<void> {
  const hidden = Object.values(tools)
    .filter((tool) => tool !== tools[manager])
    .flat();
  if (images.kind === 'full-composefs' && manager !== 'bootc') {
    throw new Error(
      `${place.name}: on composefs the tools of an image cannot be taken out of it; only manager 'bootc' is there.`,
    );
  }
  const realBootc = process.env['BERTH_LAB_BOOTC'] ?? '';
  const settings = {
    TIER: String(place.tier),
    ADDRESS: place.address,
    PORT: String(place.port),
    GATEWAY: place.gateway,
    STATEROOT: stateroot,
    LINK: place.link,
    CGROUP: place.cgroup,
    REGISTRY: `${place.gateway}:${registryPort}`,
    IMAGES: images.kind,
    HIDE: images.kind === 'full-composefs' ? "''" : `'${hidden.join(' ')}'`,
    BOOTC: place.tier === 2 && manager === 'bootc' ? `'${realBootc}'` : "''",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(place.folder, 'settings'), lines.join(''));
}
