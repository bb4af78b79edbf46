import type { FrameWriter, Printed } from './frame-writer.ts';
import { sudoRefusal } from './host-spec.ts';
import type { DemoDeployment } from './deployment.ts';
import { deploymentId, deployments, type HostState } from './host-state.ts';
import { images, isContainer, rhel9, type DemoOs } from './releases.ts';
import { createRandom } from './random.ts';
import { stagedDeployment } from './staged-deployment.ts';
import { bootcStatus, ostreeStatus, rpmOstreeStatus } from './status-json.ts';
import { autoUpdateUnits, greenbootStatus, greenbootUnit } from './units.ts';

/** When a simulated host is asked. Both epoch milliseconds. */
export interface Moment {
  readonly now: number;
  readonly startedAt: number;
}

const missing = (tool: string): Printed => ({ stderr: `${tool}: not found\n`, code: 127 });

/** The paths of `native/lib/changes.sh`, as `stat` prints them. */
export function readChanges(state: HostState): string {
  const lines = [`boot ${state.bootId}`];
  const entry = (path: string, changedAt: number) => {
    const seconds = Math.floor(changedAt / 1000);
    const inode = createRandom(`${state.spec.name} ${path} ${String(changedAt)}`).int(1000, 9_999_999);
    const time = new Date(changedAt).toISOString().replace('T', ' ').replace('Z', '000000 +0000');
    lines.push(`${path} ${String(inode)} ${String(seconds)} ${time}`);
  };
  if (state.spec.backend === 'ostree' && state.booted) entry('/ostree/deploy', state.deployChangedAt);
  if (state.spec.backend === 'ostree' && state.spec.kind === 'bootc') entry('/ostree/bootc', state.bootcChangedAt);
  if (state.spec.backend === 'composefs') entry('/sysroot/state/deploy', state.deployChangedAt);
  if (state.staged && state.stagedAt !== null) entry(`/run/${state.spec.backend}/staged-deployment`, state.stagedAt);
  if (state.rebootRequired !== null) entry('/run/reboot-required', state.stagedAt ?? state.bootedAt);
  return `${lines.join('\n')}\n`;
}

/**
 * Answers `native/probes/facts.sh`, frame by frame, in its order. `locked`: something holds the lock of the sysroot; `operations`: those
 * that run.
 */
export function answerFacts(
  state: HostState,
  moment: Moment,
  locked: boolean,
  { frame }: FrameWriter,
  operations: readonly { readonly id: string; readonly verb: string }[] = [],
): void {
  const { spec } = state;
  const isBootc = spec.kind === 'bootc';
  const hasTree = spec.backend === 'ostree' && state.booted !== null;
  const hasRoot = spec.sudo === 'free';

  frame('identity', { stdout: identity(state, moment.now) });
  frame('cmdline', { stdout: `${cmdline(state)}\n` });
  frame('os-release', { stdout: osRelease(state) });
  frame('sudo', hasRoot ? {} : { stderr: `${sudoRefusal(spec)}\n`, code: 1 });
  frame('tools', { stdout: tools(state) });
  frame('changes', { stdout: readChanges(state) });
  frame('kernels', { stdout: hasTree ? kernels(state) : '' });
  frame('kernel-files', { stdout: hasTree ? kernelFiles(state) : '' });
  frame('boot-entries', { stdout: bootEntries(state) });
  frame('boot-links', { stdout: hasTree ? bootLinks(state) : '' });
  frame('staged-deployment', { stdout: hasTree ? stagedBoot(state) : '' });
  frame('image-arguments', { stdout: hasTree ? imageArguments(state) : '' });
  frame('origins', { stdout: hasTree ? origins(state) : '' });
  frame('disks', { stdout: disks(state) });
  frame('reboot-required', {
    stdout: state.rebootRequired === null ? '' : `present\n${state.rebootRequired}\n`,
  });
  frame('failed-units', {
    stdout: state.failedUnits.map((unit) => `${unit} loaded failed failed ${unit.split('.')[0] ?? ''}\n`).join(''),
  });
  frame('auto-update', { stdout: autoUpdateUnits(state, moment.now) });
  frame('rpm-ostreed-conf', { stdout: spec.kind === 'rpm-ostree' ? '[Daemon]\n#AutomaticUpdatePolicy=none\n' : '' });
  frame('greenboot', { stdout: greenbootUnit(state) });
  frame('boot-status', { stdout: greenbootStatus(state) });
  frame('grubenv', {
    stdout: state.greenboot === 'fallback' && hasRoot ? 'boot_success=1\nboot_counter=-1\n' : '',
  });

  const ostree = hasTree
    ? null
    : spec.kind === 'packages'
      ? missing('ostree')
      : { stderr: 'no /ostree/deploy\n', code: 1 };
  frame('ostree', ostree ?? { stdout: `${ostreeStatus(state)}\n` });
  if (ostree) frame('ostree-text', ostree);

  const askOthers = () => {
    const hasRpmOstree = hasTree && spec.kind !== 'ostree';
    frame('rpm-ostree', hasRpmOstree ? { stdout: `${rpmOstreeStatus(state, moment)}\n` } : missing('rpm-ostree'));
    frame('digests', ostree ?? { stdout: isBootc ? digests(state) : '' });
  };
  const onlyPlainImages = isBootc && hasTree && spec.layered.length === 0;
  const askFirst = !isBootc || !hasRoot || !onlyPlainImages;
  if (askFirst) askOthers();
  const bootc = isBootc ? bootcAnswer(state, moment, hasRoot, locked) : missing('bootc');
  frame('bootc', bootc);
  if (!askFirst && (bootc.code ?? 0) !== 0) askOthers();
  frame('operations', {
    stdout: operations
      .map(
        ({ id, verb }) => `berth-${verb}-${id}.service loaded active running ${verb}, started with Berth by jb@desk\n`,
      )
      .join(''),
  });
}

function bootcAnswer(state: HostState, moment: Moment, hasRoot: boolean, locked: boolean): Printed {
  if (!hasRoot) {
    return {
      stderr:
        'error: Status: Preparing for write: Querying root privilege: This command must be executed as the root user\n',
      code: 1,
    };
  }
  // Only the ostree backend takes the lock of the sysroot to read (reference 1.5).
  if (locked && state.spec.backend === 'ostree') return { code: 124 };
  return { stdout: bootcStatus(state, moment) };
}

function systemOf(state: HostState): DemoOs {
  const { os } = state.spec;
  const image = state.booted?.image ?? null;
  return os ?? (image === null ? rhel9 : images[image].os);
}

/** The kernel that runs. */
export function kernelOf(state: HostState): string {
  return state.booted?.release.kernel ?? '5.14.0-570.32.1.el9_6.x86_64';
}

function identity(state: HostState, now: number): string {
  const uptime = ((now - state.bootedAt) / 1000).toFixed(2);
  const lines = [
    `hostname=${state.spec.name}.acme.example`,
    `machine-id=${state.machineId}`,
    `kernel=${kernelOf(state)}`,
    'architecture=x86_64',
    `boot-id=${state.bootId}`,
    `uptime=${uptime} ${uptime}`,
    ...(state.spec.backend === 'ostree' && state.booted ? ['ostree-booted=yes'] : []),
    'user-id=1000',
    'user=admin',
  ];
  return `${lines.join('\n')}\n`;
}

function cmdline(state: HostState): string {
  const { booted, spec } = state;
  const root =
    booted === null
      ? ''
      : spec.backend === 'composefs'
        ? `composefs=${booted.verity} `
        : `ostree=/ostree/boot.1/default/${booted.checksum}/0 `;
  const own = booted?.arguments ?? ['rw', 'console=tty0'];
  return `BOOT_IMAGE=(hd0,gpt3)/boot/vmlinuz-${kernelOf(state)} ${root}${rootArgument(state)} ${own.join(' ')}`;
}

/** /etc/os-release. */
export function osRelease(state: HostState): string {
  const { id, version, name } = systemOf(state);
  return `NAME="${name.split(' (')[0] ?? name}"\nID="${id}"\nVERSION_ID="${version}"\nPRETTY_NAME="${name}"\n`;
}

function tools(state: HostState): string {
  const { kind, backend } = state.spec;
  const all: readonly (readonly [string, string])[] = [
    ...(kind === 'bootc' ? ([['bootc', 'bootc 1.15.1\n']] as const) : []),
    ...(kind === 'rpm-ostree' || (kind === 'bootc' && backend === 'ostree')
      ? ([['rpm-ostree', "rpm-ostree:\n Version: '2026.2'\n Git: d5ef5f0c\n"]] as const)
      : []),
    ...(kind === 'packages' ? [] : ([['ostree', "libostree:\n Version: '2026.1'\n Git: 46204655\n"]] as const)),
    ['systemctl', 'systemd 257 (257-13.el10)\n'],
    ['systemd-run', ''],
    ['sudo', ''],
  ];
  return all.map(([name, version]) => `\n== ${name}\n${version}`).join('');
}

function lines(state: HostState, line: (deployment: DemoDeployment) => string): string {
  return deployments(state)
    .map((deployment) => `${line(deployment)}\n`)
    .join('');
}

function kernels(state: HostState): string {
  return lines(state, (deployment) => `${deploymentId(state, deployment)} ${deployment.release.kernel}`);
}

/** A kernel and its initramfs, as big as they are on real hosts. */
function kernelFiles(state: HostState): string {
  return lines(state, (deployment) => {
    const modules = `/ostree/deploy/default/deploy/${deploymentId(state, deployment)}/usr/lib/modules/${deployment.release.kernel}`;
    return `16547328 ${modules}/vmlinuz\n97812480 ${modules}/initramfs.img`;
  });
}

/** ostree's name for kernel and initramfs; the latter is built anew with each image. */
function bootChecksum({ release }: DemoDeployment): string {
  return createRandom(`kernel of ${release.digest}`).hex(64);
}

function bootPath(deployment: DemoDeployment): string {
  return `/ostree/boot.1/default/${bootChecksum(deployment)}/${String(deployment.serial)}`;
}

function rootArgument({ machineId }: HostState): string {
  return `root=UUID=${machineId.slice(0, 8)}`;
}

function stagedBoot(state: HostState): string {
  const { staged } = state;
  return staged ? stagedDeployment(staged, bootChecksum(staged), rootArgument(state)) : '';
}

/** What ostree and bootc put into the boot menu; a staged deployment is not in it before the shutdown. */
function bootEntries(state: HostState): string {
  const { staged, spec } = state;
  if (state.booted === null) return '';
  return deployments(state)
    .filter((deployment) => deployment !== staged || spec.backend === 'composefs')
    .map((deployment, index) => {
      const folder = deployment === staged ? 'entries.staged' : 'entries';
      const root = spec.backend === 'composefs' ? `composefs=${deployment.verity}` : `ostree=${bootPath(deployment)}`;
      const own = [rootArgument(state), ...deployment.arguments];
      return `/boot/loader/${folder}/ostree-${String(9 - index)}.conf:options ${own.join(' ')} ${root}\n`;
    })
    .join('');
}

function bootLinks(state: HostState): string {
  return deployments(state)
    .filter((deployment) => deployment !== state.staged)
    .map((deployment) => `${bootPath(deployment)} ../../../deploy/default/deploy/${deploymentId(state, deployment)}\n`)
    .join('');
}

function imageArguments(state: HostState): string {
  return deployments(state)
    .filter(({ release }) => release.arguments.length > 0)
    .map(
      (deployment) =>
        `\n== ${deploymentId(state, deployment)}\nkargs = ${JSON.stringify(deployment.release.arguments)}\n`,
    )
    .join('');
}

function digests(state: HostState): string {
  return lines(state, (deployment) => `${deploymentId(state, deployment)} '${deployment.release.digest}'`);
}

function origins(state: HostState): string {
  return deployments(state)
    .map((deployment) => {
      const { reference } = deployment;
      const origin = isContainer(deployment.image)
        ? `container-image-reference=ostree-unverified-registry:${reference}\n`
        : `refspec=${reference}\n`;
      const layered = deployment === state.booted ? state.spec.layered : [];
      const packages = layered.length > 0 ? `\n[packages]\nrequested=${layered.join(';')};\n` : '';
      return `\n== default ${deploymentId(state, deployment)}\n[origin]\n${origin}${packages}`;
    })
    .join('');
}

/** df of each place, as `read_disks` in `native/probes/facts.sh` tells it. */
export function disks(state: HostState): string {
  const random = createRandom(`disks ${state.spec.name}`);
  const usedGiB = random.int(22, 44);
  const paths = state.booted === null ? ['/boot', '/var', '/'] : ['/sysroot', '/boot', '/var', '/'];
  return paths
    .map((path) => {
      const isBoot = path === '/boot';
      const isComposefsRoot = path === '/' && state.spec.backend === 'composefs';
      const size = isBoot ? 996_780 : isComposefsRoot ? 27_648 : 62_914_560;
      const usedInBoot = state.spec.preflight === 'tight-boot' ? 900_500 : 473_000 + random.int(0, 90_000);
      const used = isBoot ? usedInBoot : isComposefsRoot ? size : usedGiB * 1_048_576;
      const device = isBoot ? '/dev/vda3' : isComposefsRoot ? 'composefs:root' : '/dev/vda4';
      const share = Math.round((used / size) * 100);
      return `\n== ${path}\nFilesystem     1024-blocks      Used Available Capacity Mounted on\n${device} ${String(size)} ${String(used)} ${String(size - used)} ${String(share)}% ${path}\n`;
    })
    .join('');
}
