import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPlace } from '../../../electron/core/inventory-sources/read-place.ts';
import { readAnsibleList } from '../../../shared/parse/ansible-inventory-tree.ts';
import { describeWith } from '../../support/prerequisites.ts';

const run = promisify(execFile);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-ansible-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const INI = `
; a comment
alone ansible_host=192.0.2.1   # trailing
[web]
web[01:12:3].lan ansible_port=2222 other="two words"
box:2200
[db]
db-[a:c] ansible_user=dba
box
[prod:children]
web
db
[prod:vars]
ansible_user=ada
ansible_ssh_private_key_file = '/keys/of prod'
[web:vars]
ansible_user=bob
[all:vars]
ansible_port=22022
[zone:children]
prod
[zone:vars]
ansible_user=nobody
`;

const YAML = `---
all:
  vars:
    ansible_user: everyone
  hosts:
    alone: {ansible_host: 192.0.2.1}
  children:
    prod:
      vars: {ansible_port: 2022}
      children:
        web:
          hosts:
            web[1:3]:
              ansible_user: web
            shared:
          vars:
            secret: !vault |
              $ANSIBLE_VAULT;1.1;AES256
              6162
        db:
          hosts:
            shared: {ansible_host: "2001:db8::1"}
            "10":
          vars:
            ansible_user: db
`;

/** The ways to the hosts by their names, as a set: Ansible sorts them differently. */
const ways = (
  hosts: readonly { name: string; address: string; port: number | null; user: string | null; keyFile: string | null }[],
) =>
  Object.fromEntries(hosts.map(({ name, address, port, user, keyFile }) => [name, { address, port, user, keyFile }]));

describeWith('ansible-inventory')('inventories and Ansible itself', () => {
  it.each([
    ['hosts', INI],
    ['hosts.yml', YAML],
  ])('%s has the same hosts, with the same variables of the connection', async (name, text) => {
    const file = join(dir, name);
    await writeFile(file, text);
    const env = { ...process.env, ANSIBLE_HOME: dir, ANSIBLE_LOCALHOST_WARNING: 'False' };
    const { stdout } = await run('ansible-inventory', ['-i', file, '--list'], { env, cwd: dir });
    const real = readAnsibleList(JSON.parse(stdout) as Record<string, unknown>);
    const own = await readPlace({ kind: 'ansible', file }, { sshConfig: null, home: dir, env: {} });
    expect(own.hosts.filter(({ refusal }) => refusal !== null)).toEqual([]);
    expect(ways(own.hosts)).toEqual(ways(real.hosts));
    expect(own.hosts.map(({ groups }) => groups.length > 0)).toContain(true);
    const groups = (hosts: readonly { name: string; groups: readonly string[] }[]) =>
      Object.fromEntries(hosts.map((host) => [host.name, [...host.groups].sort()]));
    expect(groups(own.hosts)).toEqual(groups(real.hosts));
  });
});
