import { createRandom } from './random.ts';
import { images, type ImageName, type Release } from './releases.ts';

/** A bootable root of a simulated host. */
export interface DemoDeployment {
  readonly image: ImageName;
  /** What it was made from, and what an upgrade follows: an image reference, or an ostree refspec. */
  readonly reference: string;
  /** Whether the signature policy of the host was asked for. */
  readonly enforcesPolicy: boolean;
  readonly release: Release;
  /** The ostree commit, 64 hex. */
  readonly checksum: string;
  readonly serial: number;
  /** The fs-verity digest of the composefs backend, 128 hex. */
  readonly verity: string;
  readonly pinned: boolean;
  readonly downloadOnly: boolean;
  /** The update that bootc found when this was the image it had pulled last. */
  readonly cachedUpdate: Release | null;
  /** Kernel arguments, but for those that name the root. */
  readonly arguments: readonly string[];
}

/** Kernel arguments that the installation of every host has given. */
const INSTALLED_ARGUMENTS = ['rw', 'console=tty0'];

/** A deployment of a release, serial 0, neither pinned nor download-only but for what `differs`. */
export function makeDeployment(
  image: ImageName,
  release: Release,
  differs: Partial<DemoDeployment> = {},
): DemoDeployment {
  const random = createRandom(`commit ${release.digest}`);
  return {
    image,
    reference: images[image].reference,
    enforcesPolicy: false,
    release,
    checksum: random.hex(64),
    serial: 0,
    verity: random.hex(128),
    pinned: false,
    downloadOnly: false,
    cachedUpdate: null,
    arguments: [...INSTALLED_ARGUMENTS, ...release.arguments],
    ...differs,
  };
}

/**
 * A deployment of `release` that takes the place of `from`: arguments that people gave stay, those of the image change with it (reference
 * 5.2), and a commit that is deployed already gets the next serial.
 */
export function succeed(
  from: DemoDeployment,
  image: ImageName,
  release: Release,
  present: readonly DemoDeployment[],
  differs: Partial<DemoDeployment> = {},
): DemoDeployment {
  const own = from.arguments.filter((argument) => !from.release.arguments.includes(argument));
  const made = makeDeployment(image, release, {
    reference: from.reference,
    enforcesPolicy: from.enforcesPolicy,
    arguments: [...own, ...release.arguments],
    ...differs,
  });
  const serials = present.filter(({ checksum }) => checksum === made.checksum).map(({ serial }) => serial);
  return { ...made, serial: Math.max(-1, ...serials) + 1 };
}
