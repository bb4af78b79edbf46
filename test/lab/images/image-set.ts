/** Which hosts a set is for: small trees, full trees with systemd, the same with composefs, and Debian 12's ostree 2022.7. */
export type ImageKind = 'small' | 'full' | 'full-composefs' | 'old';

export const imageKinds: readonly ImageKind[] = ['small', 'full', 'full-composefs', 'old'];

/** The images of a set, told in `history.ts`. */
export type ImageName = 'v1' | 'v2' | 'v3' | 'broken' | 'blocker' | 'other';

/** One image: a commit in ostree's repository, and the OCI manifest that stands for it in a registry. */
export interface Image {
  readonly name: ImageName;
  /** `org.opencontainers.image.version`, and the commit's `version`. */
  readonly version: string;
  /** When it was built, RFC 3339 in UTC without fractions. */
  readonly timestamp: string;
  /** Checksum of the ostree commit, 64 hex digits. */
  readonly commit: string;
  /** `sha256:…` of its OCI manifest. */
  readonly digest: string;
  /** Folder name below /usr/lib/modules. The kernel in it is a stub: no lab host starts one. */
  readonly kernel: string;
}

/** All images of one kind, made and cached. */
export interface ImageSet {
  readonly kind: ImageKind;
  /** Hash of all that went in. */
  readonly key: string;
  readonly dir: string;
  /** Repository of mode `bare`, for `pull-local` with hard links. Its refs are `lab/<name of the image>`. */
  readonly repo: string;
  /** The same commits and refs in mode `archive`, as served over HTTP. */
  readonly archive: string;
  /** Folder with `blobs/sha256/<digest>` and `tags/<name of the image>`, which holds the digest of the manifest. */
  readonly oci: string;
  /** What to put before ostree's arguments to run the image's own ostree from outside: the machine's may be older. */
  readonly ostree: readonly string[];
  readonly images: Readonly<Record<ImageName, Image>>;
}
