import type { ImageKind, ImageName } from '../images/image-set.ts';
import type { RegistryFault } from '../registry/state.ts';

/** 1: a tiny tree, namespaces, a small PID 1. 2: a full Debian tree, the real systemd, a network namespace of its own. */
export type Tier = 1 | 2;

/** Which tool a host is managed with: which ones are there, and what the origin of its first deployment says. */
export type Manager = 'bootc' | 'rpm-ostree' | 'ostree';

/** The releases whose differences the stand-in for bootc plays. */
export type BootcVersion = '1.1' | '1.7' | '1.12' | '1.16';

export interface LabHostOptions {
  /** By default the one that `kind` is for; 1 when nothing is said. */
  readonly tier?: Tier;
  /** By default `small` for tier 1, `full` for tier 2. */
  readonly kind?: ImageKind;
  /** The image that is deployed and booted; v1 by default. */
  readonly image?: ImageName;
  /** `bootc` by default. */
  readonly manager?: Manager;
  /** The newest by default. */
  readonly bootcVersion?: BootcVersion;
}

/** What a command on a host said. */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code of the command; 255 is ssh's own: the connection failed or broke. */
  readonly code: number;
}

export interface RunOptions {
  /** `root` by default; also admin, opera, guest, and fisher and cesar on full hosts. */
  readonly user?: string;
  readonly input?: string;
}

/** Switches of the registry of one host. They hold from the next request on. */
export interface RegistryControl {
  /** `registry.lab:<port>`, as the host calls it; images are at `<address>/os:<tag>`. */
  readonly address: string;
  tag(tag: string, image: ImageName): Promise<void>;
  fault(
    fault: RegistryFault,
    pace?: { readonly bytesPerSecond?: number; readonly cutAfterBytes?: number },
  ): Promise<void>;
  credentials(credentials: null | { readonly user: string; readonly password: string }): Promise<void>;
}

/** What can go wrong with a host. Each does it for real; what a tier cannot do is refused with an error that says so. */
export interface Faults {
  /** Ends every SSH session by force, as sshd's processes for connections that die; the listener stays. How many those were. */
  killSessions(): Promise<number>;
  stopSshd(): Promise<void>;
  startSshd(): Promise<void>;
  /** From now on no packet arrives, in either direction, and nobody is told: a cable pulled somewhere on the way. Tier 2. */
  dropNetwork(): Promise<void>;
  /** Limits the pace of what the host sends and gets, and delays it where the kernel can (sch_netem). Tier 2. */
  slowNetwork(limits: { readonly kilobitsPerSecond?: number; readonly delayMs?: number }): Promise<void>;
  /** Ends dropNetwork and slowNetwork. */
  restoreNetwork(): Promise<void>;
  /** SIGSTOP to the processes of the host whose command line matches. How many those were. */
  freeze(pattern: RegExp): Promise<number>;
  thaw(pattern: RegExp): Promise<number>;
  /** ostree finds too little room on the disk: its min-free-space-size is set above what is free. */
  fillDisk(): Promise<void>;
  freeDisk(): Promise<void>;
  /** Always refused: Linux has no namespace for the wall clock. */
  stepClock(seconds: number): Promise<never>;
  /** Takes the sysroot lock as a process on the host that works for long; the result gives it back. */
  holdLock(): Promise<() => Promise<void>>;
  /** The merge of /etc at the next shutdown will fail: the folder /etc/app.d has become a file. */
  failFinalize(): Promise<void>;
  /** The journal's files vanish and journald begins anew. Tier 2. */
  loseJournal(): Promise<void>;
  /** The host gets new SSH host keys, as after a reinstallation of sshd. */
  changeHostKey(): Promise<void>;
  /** The power is cut, and another host (machine id, keys, disk) is booted at the same address. */
  replaceHost(): Promise<void>;
}

/** A running image-mode host. */
export interface LabHost {
  readonly number: number;
  /** Its host name. */
  readonly name: string;
  readonly tier: Tier;
  readonly address: string;
  readonly port: number;
  /** A private key that every user of the host accepts. */
  readonly keyFile: string;
  /** As known_hosts has it; another one after `faults.changeHostKey` and `replaceHost`. */
  readonly knownHostsLine: string;
  /** What the host prints while it boots: a file of this machine. */
  readonly consoleFile: string;
  readonly registry: RegistryControl;
  readonly faults: Faults;
  /** Runs a command over a real ssh connection. A failing command is a result, not an error. */
  run(command: string, options?: RunOptions): Promise<RunResult>;
  /**
   * A path of the host as a path of this machine: below /sysroot the physical root, which is there without power too, else the
   * running system's. Absolute symbolic links in it lead to this machine's files: do not follow them.
   */
  path(path: string): string;
  bootId(): Promise<string>;
  /** `systemctl reboot` on the host; resolves when the next boot lets one log in. */
  reboot(): Promise<void>;
  /** Resolves when another boot than `after` (a boot id) lets one log in. */
  waitForBoot(after: string): Promise<void>;
  /** At once, without a word to the host. Resolves when no process of it is left. */
  powerCut(): Promise<void>;
  /** Boots it; resolves when one can log in. */
  powerOn(): Promise<void>;
  /** Cuts the power and gives the number back. The host is no more. */
  release(): Promise<void>;
}
