import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BASE_TOOLS, createScriptedHost, type ScriptedHost } from './probe.ts';

const data = join(import.meta.dirname, '../data/bootc');

export const STATUS_FILE = join(data, 'status-staged-booted-rollback.json');
export const OSTREE_FILE = join(data, 'ostree-admin-status.json');
export const RPM_OSTREE_FILE = join(data, 'rpm-ostree-workstation-status.json');

/** Deployments of the status files: staged c…, booted b…, rollback a…. */
export const idOf = (letter: 'a' | 'b' | 'c') => `${letter.repeat(64)}.0`;

export const IMAGE_ORIGIN =
  '[origin]\ncontainer-image-reference=ostree-unverified-registry:quay.io/acme/edge-os:stable\n';

const TOOLS = [
  'bootc',
  'ostree',
  'systemctl',
  'systemd-run',
  'df',
  'id',
  'timeout',
  'sleep',
  'grub2-editenv',
  'od',
  'readlink',
] as const;

/** A bootc host with three deployments of which one is staged, greenboot and a reboot that something asks for. */
export async function createImageModeHost(without?: (typeof TOOLS)[number]): Promise<ScriptedHost> {
  const host = await createScriptedHost();
  await host.install(...BASE_TOOLS, ...TOOLS.filter((tool) => tool !== without));
  for (const letter of ['a', 'b', 'c'] as const) {
    const deployment = `ostree/deploy/default/deploy/${idOf(letter)}`;
    await host.write(`${deployment}/usr/lib/modules/6.1${letter === 'c' ? 2 : 1}.0-1.fc42.x86_64/vmlinuz`, '');
    await host.write(`${deployment}/usr/lib/modules/left-over/modules.dep`, '');
    await host.write(
      `${deployment}/usr/lib/bootc/kargs.d/10-audit.toml`,
      `kargs = ["audit=${letter === 'c' ? 1 : 0}"]\n`,
    );
    await host.write(`${deployment}.origin`, IMAGE_ORIGIN);
    if (letter === 'c') continue; // staged: not in the boot menu yet
    const kernel = `ostree/boot.1/default/${letter.repeat(64)}`;
    await mkdir(join(host.root, kernel), { recursive: true });
    await symlink(`../../../deploy/default/deploy/${idOf(letter)}`, join(host.root, kernel, '0'));
    await host.write(
      `boot/loader/entries/ostree-${letter}.conf`,
      `title Acme Edge\nversion 1\noptions root=LABEL=root rw audit=0 ostree=/${kernel}/0\nlinux /vmlinuz\n`,
    );
  }
  await host.write('run/ostree-booted', '');
  await host.write('run/ostree/staged-deployment', 'x');
  await host.write('run/reboot-required', 'bootc: Reboot required for image: sha256:33\n');
  await host.write(
    'run/motd.d/boot-status',
    '\u001b[1mBoot Status is GREEN - Health Check SUCCESS\u001b[0m\nFALLBACK BOOT DETECTED! x\n',
  );
  await host.write('usr/lib/greenboot/check/required.d/01.sh', '');
  await host.write('etc/os-release', 'NAME="Acme Edge"\nID=acme\nVERSION_ID=42\nPRETTY_NAME="Acme Edge 42"\n');
  await host.write('etc/machine-id', '0123456789abcdef0123456789abcdef\n');
  for (const folder of ['sysroot', 'boot', 'var']) await host.write(`${folder}/.keep`, '');
  return host;
}
