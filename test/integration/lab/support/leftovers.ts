import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join, relative } from 'node:path';
import { readText, type HostPlace } from '../../../lab/hosts/host-place.ts';
import { labDir } from '../../../lab/places.ts';

/** Everything of a host that can be found on this machine, in words; nothing of a host that is no more. */
export async function findTraces(place: HostPlace): Promise<readonly string[]> {
  const { folder, tier, link, cgroup, address, port } = place;
  const below = inFileSystem(folder);
  const found: string[] = existsSync(folder) ? [`folder ${folder}`] : [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const command = (readText(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ');
    if (`${command} `.includes(`${folder} `) || command.includes(`${folder}/`))
      found.push(`process ${pid}: ${command}`);
    // A process on the host knows nothing of this machine's paths; what it has mounted does, from the root of its file system.
    const mounts = readText(`/proc/${pid}/mountinfo`) ?? '';
    if (mounts.includes(`${below}/`)) found.push(`mounts of process ${pid}: ${command}`);
  }
  if (link !== '' && existsSync(`/sys/class/net/${link}`)) found.push(`link ${link}`);
  if (link !== '' && ip('route', 'show', `${address}/32`) !== '') found.push(`route to ${address}`);
  if (ip('-oneline', 'address', 'show').includes(` ${address}/`)) found.push(`address ${address}`);
  const groups = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].map((root) => join(root, cgroup));
  if (cgroup !== '')
    found.push(...groups.filter((group) => existsSync(group)).map((group) => `control group ${group}`));
  // Without its route an address of a full host is anybody's: nothing is sent there.
  if (tier === 1 && (await listens(address, port))) found.push(`listener at ${address}:${port}`);
  return found;
}

/** A path as mountinfo has it: from the root of its file system, wherever that is mounted. */
function inFileSystem(path: string): string {
  const place = spawnSync('findmnt', ['--noheadings', '--output', 'TARGET,FSROOT', '--target', labDir()]);
  const [target = '', root = ''] = place.stdout.toString().trim().split(/\s+/);
  return join(root, relative(target, path));
}

/** What `ip` says. */
export function ip(...words: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync('ip', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
  return stdout;
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
