import { createRandom } from './random.ts';

/** One build of an image, as the simulated registry holds it. `builtDaysAgo` counts from the start of the demo. */
export interface Release {
  readonly version: string;
  /** `sha256:<64 hex>` of the manifest. */
  readonly digest: string;
  readonly builtDaysAgo: number;
  readonly kernel: string;
  /** Kernel arguments that the image asks for (kargs.d). */
  readonly arguments: readonly string[];
}

/** A layer as a pull reports it: `bytes` is its compressed size. */
export interface Layer {
  readonly id: string;
  readonly kind: 'ostree chunk' | 'layer';
  readonly bytes: number;
}

export interface DemoImage {
  readonly reference: string;
  readonly os: DemoOs;
  /** Newest first. */
  readonly releases: readonly [Release, ...Release[]];
  /** Layers of every release; an update replaces the last few. */
  readonly layerCount: number;
}

export interface DemoOs {
  readonly id: string;
  readonly version: string;
  readonly name: string;
}

const rhel10: DemoOs = { id: 'rhel', version: '10.1', name: 'Red Hat Enterprise Linux 10.1 (Coughlan)' };
const fedora42: DemoOs = { id: 'fedora', version: '42', name: 'Fedora Linux 42 (bootc)' };
const coreos: DemoOs = { id: 'fedora', version: '42', name: 'Fedora CoreOS 42.20260803.3.0' };
const iot: DemoOs = { id: 'fedora', version: '42', name: 'Fedora Linux 42 (IoT Edition)' };
export const rhel9: DemoOs = { id: 'rhel', version: '9.6', name: 'Red Hat Enterprise Linux 9.6 (Plow)' };

/** `ends` are the first and the last digits of the digest: the story names some builds by them. */
function release(
  version: string,
  ends: string,
  builtDaysAgo: number,
  kernel: string,
  ...kernelArguments: readonly string[]
): Release {
  const [start = '', end = ''] = ends.split('…');
  const middle = createRandom(`digest ${version}`).hex(64 - start.length - end.length);
  return { version, digest: `sha256:${start}${middle}${end}`, builtDaysAgo, kernel, arguments: kernelArguments };
}

const el10 = '6.12.0-124.8.1.el10_1.x86_64';
const el10Newer = '6.12.0-124.13.1.el10_1.x86_64';

/** What the simulated registry and the simulated ostree remotes hold. */
export const images = {
  web: {
    reference: 'quay.io/acme/web:stable',
    os: rhel10,
    layerCount: 68,
    releases: [
      release('2.15.0', '8d41f0c2…91ae', 3, el10Newer, 'transparent_hugepage=madvise'),
      release('2.14.2', 'e07721d4…5c30', 11, el10),
      release('2.14.0', '3f9c1ab2…7d04', 20, el10),
      release('2.13.2', 'c07e554a…2b19', 48, el10),
      release('2.11.4', '91bb60fe…c3d7', 165, '6.12.0-55.9.1.el10_0.x86_64'),
    ],
  },
  db: {
    reference: 'quay.io/acme/db:stable',
    os: rhel10,
    layerCount: 71,
    releases: [
      release('7.4.1', 'b2e6d970…04fe', 9, el10Newer),
      release('7.4.0', '51aa07c3…e811', 38, el10),
      release('7.3.6', '0d9f4b26…77a2', 92, el10),
    ],
  },
  edge: {
    reference: 'quay.io/acme/edge-os:stable',
    os: fedora42,
    layerCount: 64,
    releases: [
      release('42.20260815.0', 'e94c3317…b6d2', 6, '6.16.3-200.fc42.x86_64'),
      release('42.20260801.0', '77b1d2a0…3ce9', 20, '6.15.9-201.fc42.x86_64'),
      release('42.20260701.0', '1c5be8f4…90ab', 51, '6.15.4-200.fc42.x86_64'),
    ],
  },
  base: {
    reference: 'registry.acme.example/base/rhel10:prod',
    os: rhel10,
    layerCount: 66,
    releases: [
      release('10.1.20260812', 'a6603cd1…f15b', 9, el10Newer),
      release('10.1.20260728', '4c88e1b9…2d46', 24, el10),
      release('10.1.20260630', '38f2907a…c00d', 52, el10),
    ],
  },
  coreos: {
    reference: 'fedora:fedora/x86_64/coreos/stable',
    os: coreos,
    layerCount: 0,
    releases: [
      release('42.20260803.3.0', '9d0e12ab…6f04', 18, '6.15.8-200.fc42.x86_64'),
      release('42.20260719.3.1', '5be7704c…1a93', 33, '6.15.6-200.fc42.x86_64'),
    ],
  },
  iot: {
    reference: 'fedora-iot:fedora/stable/x86_64/iot',
    os: iot,
    layerCount: 0,
    releases: [
      release('42.20260810.0', 'f3a41c08…9e57', 11, '6.15.9-201.fc42.x86_64'),
      release('42.20260713.0', '26d8bb13…40c1', 39, '6.15.4-200.fc42.x86_64'),
    ],
  },
} as const satisfies Record<string, DemoImage>;

export type ImageName = keyof typeof images;
export const imageNames = Object.keys(images) as ImageName[];

/** Whether it is a container image in a registry; the others are in ostree remotes. */
export function isContainer(image: ImageName): boolean {
  return images[image].layerCount > 0;
}

/** A release by its version. The story names only versions that exist; anything else is a mistake in it. */
export function releaseOf(image: ImageName, version: string): Release {
  const found = images[image].releases.find((candidate) => candidate.version === version);
  if (!found) throw new Error(`The demo has no release ${version} of ${image}.`);
  return found;
}

/** The newest release, which is what a pull gets. */
export function newestOf(image: ImageName): Release {
  return images[image].releases[0];
}

/** Size and id of every layer of a release; those that an update does not replace are the same in all releases. */
export function layersOf(image: ImageName, of: Release): readonly Layer[] {
  const { layerCount, reference } = images[image];
  const replaced = Math.round(layerCount * 0.4);
  return Array.from({ length: layerCount }, (_, index) => {
    const fresh = index >= layerCount - replaced;
    const random = createRandom(`${reference} ${fresh ? of.digest : ''} ${String(index)}`);
    const kind = index >= layerCount - 3 ? 'layer' : 'ostree chunk';
    return { id: random.hex(21), kind, bytes: random.int(1_200_000, 18_800_000) };
  });
}
