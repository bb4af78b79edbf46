import type { ImageName } from './image-set.ts';

/** What one image has otherwise than the one that it comes from. Paths begin at the root of the tree, without a slash. */
export type Change =
  | { readonly put: string; readonly text: string; readonly executable?: true }
  | { readonly append: string; readonly text: string }
  /** A file, or a folder with all in it. Removals come first, so a path may be put again as something else. */
  | { readonly remove: string };

/** One image as it is told here; everything not named is as in `from`. */
export interface Release {
  readonly name: ImageName;
  /** The image that it changes; null: the bare tree. */
  readonly from: ImageName | null;
  readonly version: string;
  /** RFC 3339, UTC. */
  readonly timestamp: string;
  readonly os: { readonly id: string; readonly name: string };
  /** Folder below /usr/lib/modules, with stubs in it. */
  readonly kernel: string;
  /** The lab's own packages, beside those of Debian: name → version. */
  readonly packages: Readonly<Record<string, string>>;
  readonly changes: readonly Change[];
}

const LAB_OS = { id: 'labos', name: 'Lab OS' };
const OLD_KERNEL = '6.12.48-lab';
const NEW_KERNEL = '6.17.8-lab';
const CHECK = 'usr/lib/greenboot/check/required.d/10-app.sh';

const healthy = `#!/bin/sh
# The health of the lab's application: its settings can be read.
grep -q '^workers=' /etc/app.conf
`;

const unhealthy = `#!/bin/sh
# The health of the lab's application in an image that broke it.
echo 'app: the database is of schema 41, this version knows 42 only' >&2
exit 1
`;

/**
 * The history of the lab's operating system, in an order in which it can be made.
 *
 * v1 → v2 → v3 → broken; v2 → blocker; v1 → other. What changes in /etc is chosen for its merge: a value that hosts edit too, a
 * file that goes, one that comes, accounts that a local change of /etc/passwd would hide. /etc/app.proxy and /etc/app.trust are
 * there for `blocker` alone: there the file becomes a folder and the folder a file, so that a host that changed the one, or put
 * something into the other, cannot finalize.
 */
export const history: readonly Release[] = [
  {
    name: 'v1',
    from: null,
    version: '43.20261102.0',
    timestamp: '2026-11-02T06:00:00Z',
    os: LAB_OS,
    kernel: OLD_KERNEL,
    packages: { 'lab-app': '1.4.0-1', 'lab-app-legacy': '0.9.3-4', 'lab-kernel': '6.12.48-1' },
    changes: [
      { put: 'usr/etc/app.conf', text: 'port=80\nworkers=4\nloglevel=info\n' },
      { put: 'usr/etc/app.d/10-feature.conf', text: 'feature=a\n' },
      { put: 'usr/etc/app.d/20-legacy.conf', text: 'old=yes\n' },
      { put: 'usr/etc/app.proxy', text: 'proxy=none\n' },
      { put: 'usr/etc/app.trust/10-lab.pem', text: 'the certificate of an authority of the lab\n' },
      { put: CHECK, text: healthy, executable: true },
    ],
  },
  {
    name: 'v2',
    from: 'v1',
    version: '43.20261109.0',
    timestamp: '2026-11-09T06:00:00Z',
    os: LAB_OS,
    kernel: OLD_KERNEL,
    packages: { 'lab-app': '1.5.2-1', 'lab-app-metrics': '0.2.0-1', 'lab-kernel': '6.12.48-1' },
    changes: [
      { put: 'usr/etc/app.conf', text: 'port=80\nworkers=8\nloglevel=info\n' },
      { put: 'usr/etc/app.d/10-feature.conf', text: 'feature=b\n' },
      { remove: 'usr/etc/app.d/20-legacy.conf' },
      { put: 'usr/etc/app.d/30-new.conf', text: 'new=1\n' },
      {
        append: 'usr/etc/passwd',
        text: 'lab-app:x:480:480:Application of the lab:/var/lib/lab-app:/usr/sbin/nologin\n',
      },
      { append: 'usr/etc/group', text: 'lab-app:x:480:\nlab-metrics:x:481:lab-app\n' },
      { append: 'usr/etc/shadow', text: 'lab-app:!*:20400::::::\n' },
      { append: 'usr/etc/gshadow', text: 'lab-app:!*::\nlab-metrics:!*::lab-app\n' },
    ],
  },
  {
    name: 'v3',
    from: 'v2',
    version: '44.20261116.0',
    timestamp: '2026-11-16T06:00:00Z',
    os: LAB_OS,
    kernel: NEW_KERNEL,
    packages: { 'lab-app': '1.5.2-1', 'lab-app-metrics': '0.3.1-1', 'lab-kernel': '6.17.8-1' },
    changes: [
      { put: 'usr/etc/app.d/30-new.conf', text: 'new=2\n' },
      { put: 'usr/lib/bootc/kargs.d/10-lab.toml', text: 'kargs = ["lab.scheduler=fair"]\n' },
    ],
  },
  {
    name: 'broken',
    from: 'v3',
    version: '44.20261117.0',
    timestamp: '2026-11-17T06:00:00Z',
    os: LAB_OS,
    kernel: NEW_KERNEL,
    packages: { 'lab-app': '2.0.0-1', 'lab-app-metrics': '0.3.1-1', 'lab-kernel': '6.17.8-1' },
    changes: [{ put: CHECK, text: unhealthy, executable: true }],
  },
  {
    name: 'blocker',
    from: 'v2',
    version: '43.20261118.0',
    timestamp: '2026-11-18T06:00:00Z',
    os: LAB_OS,
    kernel: OLD_KERNEL,
    packages: { 'lab-app': '1.6.0-1', 'lab-app-metrics': '0.2.0-1', 'lab-kernel': '6.12.48-1' },
    changes: [
      { remove: 'usr/etc/app.proxy' },
      { put: 'usr/etc/app.proxy/10-default.conf', text: 'proxy=none\n' },
      { remove: 'usr/etc/app.trust' },
      { put: 'usr/etc/app.trust', text: 'the certificates of all authorities of the lab\n' },
    ],
  },
  {
    name: 'other',
    from: 'v1',
    version: '7.1.0',
    timestamp: '2026-11-12T06:00:00Z',
    os: { id: 'harboros', name: 'Harbor OS' },
    kernel: OLD_KERNEL,
    packages: { 'harbor-app': '3.1.0-2', 'lab-kernel': '6.12.48-1' },
    changes: [{ put: 'usr/etc/app.conf', text: 'port=8080\nworkers=2\nloglevel=warning\n' }],
  },
];

/** The changes that follow from what a release says of itself: its name, its kernel and the list of its packages. */
export function impliedChanges(
  release: Release,
  previousKernel: string | null,
  basePackages: Readonly<Record<string, string>>,
): readonly Change[] {
  const { os, version, kernel } = release;
  const osRelease = [
    `ID=${os.id}`,
    `NAME="${os.name}"`,
    `VERSION="${version}"`,
    `VERSION_ID=${version.split('.')[0] ?? version}`,
    `PRETTY_NAME="${os.name} ${version}"`,
    'ID_LIKE=debian',
    'VARIANT_ID=image-mode',
    `OSTREE_VERSION='${version}'`,
  ];
  const packages = Object.entries({ ...basePackages, ...release.packages }).sort(([a], [b]) => (a < b ? -1 : 1));
  const kernelChanges: Change[] = [
    { put: `usr/lib/modules/${kernel}/vmlinuz`, text: `A stub: no host of the lab starts a kernel. ${kernel}\n` },
    { put: `usr/lib/modules/${kernel}/initramfs.img`, text: `A stub: the lab starts its hosts itself. ${kernel}\n` },
  ];
  const goneKernel: Change[] =
    previousKernel !== null && previousKernel !== kernel ? [{ remove: `usr/lib/modules/${previousKernel}` }] : [];
  return [
    { put: 'usr/lib/os-release', text: lines(osRelease) },
    { put: 'usr/etc/motd', text: `Welcome to ${os.name} ${version}\n` },
    { put: 'usr/share/lab/packages', text: lines(packages.map((pair) => pair.join(' '))) },
    ...(previousKernel === kernel ? [] : kernelChanges),
    ...goneKernel,
  ];
}

/** dpkg's paragraphs of the lab's own packages. */
export function dpkgParagraphs(packages: Readonly<Record<string, string>>): string {
  return Object.entries(packages)
    .map(([name, version]) =>
      lines([
        `Package: ${name}`,
        'Status: install ok installed',
        'Priority: optional',
        'Section: misc',
        "Maintainer: Berth's lab <lab@localhost>",
        'Architecture: all',
        `Version: ${version}`,
        'Description: a package of the lab that has nothing in it but a version',
        '',
      ]),
    )
    .join('');
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
