import type { BootStory } from './boots.ts';
import type { DemoOs, ImageName } from './releases.ts';

/** What the first upgrade of a simulated host comes to. A registry that answers gives the newest release. */
export type UpgradeStory = 'works' | 'registry-auth' | 'registry-unreachable' | 'bound-image';

/** How a simulated host begins, in plain words. Versions are those of `releases.ts`; everything else follows from them. */
export interface HostSpec {
  readonly name: string;
  readonly group: string;
  readonly tags: readonly string[];
  readonly note: string;
  /** Which tool made the system. `ostree`: there is no rpm-ostree either. */
  readonly kind: 'bootc' | 'rpm-ostree' | 'ostree' | 'packages';
  readonly backend: 'ostree' | 'composefs';
  /** The image it follows; null for a package-mode host. */
  readonly image: ImageName | null;
  /** Given for a package-mode host only: others have the system of their image. */
  readonly os: DemoOs | null;
  readonly booted: string | null;
  readonly staged: string | null;
  readonly downloadOnly: boolean;
  readonly rollback: string | null;
  readonly rollbackQueued: boolean;
  readonly pinned: string | null;
  /** The update that the last check or pull found. */
  readonly cachedUpdate: string | null;
  /** Packages layered with rpm-ostree: bootc then refuses to update. */
  readonly layered: readonly string[];
  readonly signature: 'containerPolicy' | null;
  readonly usrOverlay: boolean;
  readonly upgrade: UpgradeStory;
  /** What happens when it is rebooted. */
  readonly nextBoot: BootStory;
  readonly sudo: 'free' | 'refused';
  /** `slow`: 1.9 s for a round trip; `closed`: nothing listens. */
  readonly link: 'fast' | 'slow' | 'closed';
  /** What the known hosts say about its key. */
  readonly hostKey: 'known' | 'changed' | 'unknown';
  /** `bootc status` never answers, because something else holds the lock of the sysroot. */
  readonly statusBlocked: boolean;
  readonly failedUnits: readonly string[];
  readonly greenboot: 'absent' | 'green' | 'fallback';
  readonly autoUpdate: 'absent' | 'off' | 'masked' | 'reboots' | 'zincati';
  /** What a pre-flight finds: `tight-boot`: /boot has no room for another kernel; `people`: somebody works there, and a backup runs. */
  readonly preflight: 'fine' | 'tight-boot' | 'people';
  readonly uptimeDays: number;
}

type Essentials = Pick<HostSpec, 'name' | 'group' | 'tags'>;

/** A healthy bootc host that is up to date as far as it knows, but for what `differs`. */
export function hostSpec(differs: Essentials & Partial<HostSpec>): HostSpec {
  return {
    note: '',
    kind: 'bootc',
    backend: 'ostree',
    image: null,
    os: null,
    booted: null,
    staged: null,
    downloadOnly: false,
    rollback: null,
    rollbackQueued: false,
    pinned: null,
    cachedUpdate: null,
    layered: [],
    signature: null,
    usrOverlay: false,
    upgrade: 'works',
    nextBoot: 'plain',
    sudo: 'free',
    link: 'fast',
    hostKey: 'known',
    statusBlocked: false,
    failedUnits: [],
    greenboot: 'absent',
    autoUpdate: 'off',
    preflight: 'fine',
    uptimeDays: 18,
    ...differs,
  };
}

/** What sudo says on a host where it lets nobody do anything. */
export function sudoRefusal({ name }: HostSpec): string {
  return `Sorry, user admin may not run sudo on ${name.split('.')[0] ?? name}.`;
}
