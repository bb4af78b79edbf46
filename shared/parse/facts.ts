import type { Fact } from '../model/fact.ts';
import type { HostFacts, Privilege } from '../model/host-facts.ts';
import { readBootFacts } from './boot-facts.ts';
import { parseChanges } from './changes.ts';
import { readDeployments } from './facts-deployments.ts';
import {
  frameReader,
  readAutoUpdate,
  readDisks,
  readFailedUnits,
  readGreenboot,
  readIdentity,
  readKernels,
  readOperations,
  readPrivilege,
  readRebootRequired,
  readTools,
} from './facts-readers.ts';
import type { ParsedFrame } from './frames.ts';

/*
 * The frames of native/probes/facts.sh, in their order. Exit codes: 127 the tool is missing, 124 it did not end in time.
 *
 *   identity         `key=value` lines: hostname, machine-id, kernel, architecture, boot-id, uptime (as /proc/uptime), user-id, user;
 *                    `ostree-booted=yes` where /run/ostree-booted exists
 *   cmdline          /proc/cmdline
 *   os-release       /etc/os-release
 *   sudo             only when user-id is not 0. `sudo -n true`: exit code 0 sudo needs no password; else stderr says why
 *   tools            for each tool that exists (bootc rpm-ostree ostree systemctl systemd-run sudo): a line `== <tool>`, then the
 *                    output of `<tool> --version` (none for systemd-run and sudo)
 *   changes          as native/probes/changes.sh: `boot <boot id>`, then `<path> <inode> <mtime s> <mtime text>` for each path
 *                    (native/lib/changes.sh lists them)
 *   kernels          `<checksum>.<serial> <kernel release>` lines, one a deployment of /ostree/deploy
 *   kernel-files     `<bytes> <path>` lines of each kernel and initramfs in /ostree/deploy
 *   boot-entries     `<file>:options <kernel arguments>` lines, one a boot loader entry (root where users may not read them)
 *   boot-links       `/ostree/boot.N/<stateroot>/<boot checksum>/<n> <target>` lines
 *   staged-deployment  /run/ostree/staged-deployment as hexadecimal bytes (a GVariant), empty where there is none
 *   image-arguments  `== <checksum>.<serial>`, then a kargs.d file of that deployment
 *   origins          `== <stateroot> <checksum>.<serial>`, then the origin file of that deployment
 *   disks            `== <path>`, then `df -P -k <path>`, for those of /sysroot /boot /var / that exist
 *   reboot-required  empty, or `present` and the content of /run/reboot-required
 *   failed-units     `systemctl list-units --state=failed --plain --no-legend`
 *   auto-update      `systemctl show -p Id,LoadState,UnitFileState,ActiveState,NextElapseUSec…,ExecStart` of the update units
 *   rpm-ostreed-conf /etc/rpm-ostreed.conf, empty where there is none
 *   greenboot        `systemctl show -p Id,LoadState,ActiveState,SubState,Result greenboot-healthcheck.service`
 *   boot-status      greenboot's motd file, empty where there is none
 *   grubenv          `grub2-editenv - list` where greenboot is there and root can be had, else empty
 *   ostree           `ostree admin status --json`
 *   ostree-text      `ostree admin status`, only when the JSON could not be had
 *   rpm-ostree       `rpm-ostree status --json`  } before bootc when bootc is missing, root cannot be had or something is layered;
 *   digests          `<checksum>.<serial> '<manifest digest>'` lines  } after bootc when bootc failed; else absent
 *   bootc            `bootc status --format=json --format-version=1`, always there; only those two and the next come after it
 *   operations       `systemctl list-units --plain --no-legend 'berth-*.service'`
 */

/** How the probe was run, which its output does not tell. Times in milliseconds, `readAt` epoch. `user` is the login user. */
export interface FactsContext {
  readonly readAt: number;
  readonly durationMs: number;
  /** How the script itself got root; `none`: it ran as the login user (who may be root: the probe finds out). */
  readonly root: 'root' | 'sudo' | 'sudo-password' | 'none';
  readonly user: string;
}

/**
 * The facts of a host from the frames of `native/probes/facts.sh`. Never throws. Frames that are missing or cut become facts that
 * are unknown, with the reason; so does whatever its reader could not read.
 */
export function parseFacts(frames: readonly ParsedFrame[], context: FactsContext): HostFacts {
  const reader = frameReader(frames, context.readAt);
  const identity = readIdentity(reader);
  const tools = readTools(reader);
  const privilege: Privilege = readPrivilege(reader, context);
  const known = identity.state === 'known' ? identity.value : null;
  const { deployments, bootcFailure, ostree } = readDeployments(reader, {
    identity: known,
    tools: tools.state === 'known' ? tools.value : null,
    hasRoot: privilege.kind !== 'none',
  });
  const changes = parseChanges(frames);
  const set = deployments.state === 'known' ? deployments.value : null;
  const uptime = known?.uptimeSeconds ?? 0;
  return {
    readAt: context.readAt,
    durationMs: context.durationMs,
    identity,
    tools,
    privilege,
    deployments,
    bootcFailure,
    kernels: withBootedKernel(readKernels(reader), set?.booted?.id ?? null, known?.kernel ?? ''),
    boot: readBootFacts(reader, known?.architecture ?? '', ostree),
    stagedAt: set?.staged ? (changes?.stagedAt ?? null) : null,
    disks: readDisks(reader),
    failedUnits: readFailedUnits(reader),
    autoUpdate: readAutoUpdate(reader, uptime > 0 ? context.readAt - uptime * 1000 : null),
    greenboot: readGreenboot(reader),
    rebootRequired: readRebootRequired(reader),
    operations: readOperations(reader),
    stamps: changes?.stamps ?? '',
  };
}

/** What runs is known even where the trees are not on disk (composefs). */
function withBootedKernel(
  kernels: Fact<Record<string, string>>,
  bootedId: string | null,
  kernel: string,
): Fact<Record<string, string>> {
  if (bootedId === null || kernel === '' || kernels.state === 'unknown') return kernels;
  return Object.hasOwn(kernels.value, bootedId)
    ? kernels
    : { ...kernels, value: { ...kernels.value, [bootedId]: kernel } };
}
