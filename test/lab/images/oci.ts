import { createHash, createCipheriv } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tarOf } from './tar.ts';

/** One layer of an image: its name and what it stands for. The digest follows from both, so what stayed equal keeps it. */
export interface LayerPlan {
  readonly name: string;
  readonly content: string;
  /** Bytes, roughly: what is in it cannot be compressed. */
  readonly size: number;
}

export interface OciPlan {
  /** Tag of the manifest in this folder. */
  readonly tag: string;
  readonly version: string;
  /** RFC 3339. */
  readonly timestamp: string;
  /** Checksum of the ostree commit that stands behind the image. */
  readonly commit: string;
  readonly layers: readonly LayerPlan[];
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** OCI's names of processors, by Node's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', riscv64: 'riscv64' };

/**
 * Writes an image's manifest, configuration and layers into a folder of blobs, and resolves with the manifest's digest.
 *
 * The layers are real tar archives, gzipped, with real digests, but stand-ins for their content: each has a note and bytes that
 * cannot be compressed. The files of the system come to hosts through ostree's repository.
 */
export async function writeOciImage(folder: string, plan: OciPlan): Promise<string> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  await mkdir(join(folder, 'tags'), { recursive: true });
  const made = plan.layers.map(layerOf);
  const layers = await Promise.all(made.map(({ blob }) => writeBlob(folder, LAYER_TYPE, blob)));
  const configuration = {
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: 'linux',
    created: plan.timestamp,
    config: {
      Cmd: ['/sbin/init'],
      Labels: {
        'containers.bootc': '1',
        'ostree.bootable': 'true',
        'ostree.commit': plan.commit,
        'org.opencontainers.image.created': plan.timestamp,
        'org.opencontainers.image.version': plan.version,
      },
    },
    rootfs: { type: 'layers', diff_ids: made.map(({ diffId }) => diffId) },
    history: plan.layers.map(({ name }) => ({ created: plan.timestamp, created_by: `lab: ${name}` })),
  };
  const config = await writeBlob(folder, CONFIG_TYPE, json(configuration));
  const manifest = { schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers };
  const { digest } = await writeBlob(folder, MANIFEST_TYPE, json(manifest));
  await writeFile(join(folder, 'tags', plan.tag), `${digest}\n`);
  return digest;
}

function layerOf(plan: LayerPlan): { readonly blob: Buffer; readonly diffId: string } {
  const path = `usr/share/lab/layers/${plan.name}`;
  const archive = tarOf([
    { path: `${path}.txt`, content: Buffer.from(`A stand-in for the layer ${plan.name}: ${plan.content}\n`) },
    { path: `${path}.bin`, content: noise(`${plan.name}:${plan.content}`, plan.size) },
  ]);
  return { blob: gzipSync(archive, { level: 1 }), diffId: digestOf(archive) };
}

/** Bytes that no one can compress and that are always the same for the same seed. */
function noise(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

async function writeBlob(folder: string, mediaType: string, content: Buffer): Promise<Descriptor> {
  const digest = digestOf(content);
  await writeFile(join(folder, 'blobs/sha256', digest.replace('sha256:', '')), content);
  return { mediaType, digest, size: content.length };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
