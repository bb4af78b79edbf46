import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OciPlan, writeOciImage } from '../../lab/images/oci.ts';
import { tarOf } from '../../lab/images/tar.ts';

const plan: OciPlan = {
  tag: 'v1',
  version: '43.1',
  timestamp: '2026-11-02T06:00:00Z',
  commit: 'c'.repeat(64),
  layers: [
    { name: 'base', content: 'same', size: 100_000 },
    { name: 'settings', content: 'one', size: 5_000 },
  ],
};

interface Manifest {
  readonly config: { readonly digest: string; readonly size: number };
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

interface Configuration {
  readonly config: { readonly Labels: Readonly<Record<string, string>> };
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

describe('OCI images of the lab', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-lab-oci-'));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  const blob = async (digest: string) => {
    const content = await readFile(join(folder, 'blobs/sha256', digest.replace('sha256:', '')));
    expect(digestOf(content)).toBe(digest);
    return content;
  };
  const read = async (digest: string) => {
    const manifest = JSON.parse((await blob(digest)).toString()) as Manifest;
    const config = JSON.parse((await blob(manifest.config.digest)).toString()) as Configuration;
    return { manifest, config };
  };

  it('have blobs that are what their digests and sizes say', async () => {
    const digest = await writeOciImage(folder, plan);
    expect(await readFile(join(folder, 'tags/v1'), 'utf8')).toBe(`${digest}\n`);
    const { manifest, config } = await read(digest);
    expect(config.config.Labels).toMatchObject({
      'containers.bootc': '1',
      'ostree.bootable': 'true',
      'ostree.commit': plan.commit,
      'org.opencontainers.image.version': '43.1',
    });
    for (const [index, layer] of manifest.layers.entries()) {
      const content = await blob(layer.digest);
      expect(content).toHaveLength(layer.size);
      expect(digestOf(gunzipSync(content))).toBe(config.rootfs.diff_ids[index]);
      expect(layer.size).toBeGreaterThan(plan.layers[index]!.size); // It cannot be compressed.
    }
  });

  it('share the layers that did not change', async () => {
    const first = await read(await writeOciImage(folder, plan));
    const next = { ...plan, tag: 'v2', layers: [plan.layers[0]!, { name: 'settings', content: 'two', size: 5_000 }] };
    const second = await read(await writeOciImage(folder, next));
    expect(second.manifest.layers[0]).toEqual(first.manifest.layers[0]);
    expect(second.manifest.layers[1]).not.toEqual(first.manifest.layers[1]);
  });

  it('have the same digest when they are made again', async () => {
    expect(await writeOciImage(folder, plan)).toBe(await writeOciImage(folder, plan));
  });
});

describe('tarOf', () => {
  it('makes what tar(1) reads', () => {
    const archive = tarOf([
      { path: 'usr/a.txt', content: Buffer.from('hello\n') },
      { path: 'usr/b.bin', content: Buffer.alloc(512, 1) },
    ]);
    const tar = (...words: string[]) => execFileSync('tar', words, { input: archive, encoding: 'utf8' });
    expect(tar('-t')).toBe('usr/a.txt\nusr/b.bin\n');
    expect(tar('-xO', 'usr/a.txt')).toBe('hello\n');
  });

  it('refuses a path that does not fit', () => {
    expect(() => tarOf([{ path: 'a'.repeat(101), content: Buffer.alloc(0) }])).toThrow(RangeError);
  });
});

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
