import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../lab/command.ts';
import { type ImageSet } from '../../lab/images/image-set.ts';
import { makeImages } from '../../lab/images/make-images.ts';
import { type Registry, startRegistry } from '../../lab/registry/registry.ts';
import { initialRegistryState, type RegistryState, writeRegistryState } from '../../lab/registry/state.ts';
import { describeWith } from '../../support/prerequisites.ts';

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

describeWith(
  'root',
  'unshare',
  'flock',
)('the registry of the lab', () => {
  let folder: string;
  let images: ImageSet;
  let registry: Registry;
  let stateFile: string;

  beforeAll(async () => {
    images = await makeImages('small');
    folder = await mkdtemp(join(tmpdir(), 'berth-lab-registry-'));
    stateFile = join(folder, 'registry.json');
    registry = await startRegistry({ address: '127.0.0.1', port: 0, imageSet: images, stateFile });
  }, 300_000);
  afterEach(async () => turn({}));
  afterAll(async () => {
    await registry?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const turn = (changes: Partial<RegistryState>) =>
    writeRegistryState(stateFile, { ...initialRegistryState, ...changes });
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${registry.port}${path}`, { headers });
  const manifestOf = async (reference: string) =>
    JSON.parse(await (await get(`/v2/os/manifests/${reference}`)).text()) as Manifest;
  const largestLayer = async () => (await manifestOf('stable')).layers.reduce((a, b) => (a.size > b.size ? a : b));

  /** Pulls a ref as a host does that has v1 already; resolves with the commit. */
  async function pull(ref: string): Promise<string> {
    const repo = await mkdtemp(join(images.dir, 'test-repo-')); // Beside the set, so that objects can be linked.
    try {
      const ostree = [...images.ostree, `--repo=${repo}`];
      await runCommand([...ostree, 'init', '--mode=bare']);
      await runCommand([...ostree, 'pull-local', '--disable-fsync', images.repo, 'lab/v1']);
      await runCommand([
        ...ostree,
        'remote',
        'add',
        '--no-gpg-verify',
        'lab',
        `http://127.0.0.1:${registry.port}/ostree`,
      ]);
      await runCommand([...ostree, 'pull', '--disable-fsync', 'lab', ref]);
      await runCommand([...ostree, 'fsck', '--quiet']);
      return (await runCommand([...ostree, 'rev-parse', `lab:${ref}`])).trim();
    } finally {
      await rm(repo, { recursive: true });
    }
  }

  it('answers for a tag and for its digest with the same manifest', async () => {
    const byTag = await get('/v2/os/manifests/stable');
    expect(byTag.status).toBe(200);
    expect(byTag.headers.get('docker-content-digest')).toBe(images.images.v1.digest);
    expect(byTag.headers.get('content-type')).toBe('application/vnd.oci.image.manifest.v1+json');
    const text = await byTag.text();
    expect(digestOf(Buffer.from(text))).toBe(images.images.v1.digest);
    expect(await (await get(`/v2/os/manifests/${images.images.v1.digest}`)).text()).toBe(text);
  });

  it('labels an image with its version and its commit', async () => {
    const { config } = await manifestOf(images.images.v3.digest);
    const labels = (await (await get(`/v2/os/blobs/${config.digest}`)).json()) as { config: { Labels: unknown } };
    expect(labels.config.Labels).toMatchObject({
      'containers.bootc': '1',
      'ostree.bootable': 'true',
      'ostree.commit': images.images.v3.commit,
      'org.opencontainers.image.version': images.images.v3.version,
    });
  });

  it('has layers that are what their digests say, of which an update shares the unchanged ones', async () => {
    const [v1, v2] = [await manifestOf(images.images.v1.digest), await manifestOf(images.images.v2.digest)];
    for (const { digest, size } of v2.layers) {
      const content = Buffer.from(await (await get(`/v2/os/blobs/${digest}`)).arrayBuffer());
      expect(content).toHaveLength(size);
      expect(digestOf(content)).toBe(digest);
    }
    const known = new Set(v1.layers.map(({ digest }) => digest));
    expect(v2.layers.filter(({ digest }) => known.has(digest))).toHaveLength(4);
  });

  it('follows the tags, in images and in ostree’s repository', async () => {
    await turn({ tags: { stable: 'v2', next: 'v3' } });
    expect((await get('/v2/os/manifests/stable')).headers.get('docker-content-digest')).toBe(images.images.v2.digest);
    expect(await (await get('/v2/os/tags/list')).json()).toEqual({ name: 'os', tags: ['next', 'stable'] });
    expect(await pull('lab/stable')).toBe(images.images.v2.commit);
    expect(await pull('lab/next')).toBe(images.images.v3.commit);
  });

  it('knows no other tags, repositories and blobs, and no file outside the repository', async () => {
    await expect(errorOf(await get('/v2/os/manifests/none'))).resolves.toEqual([
      404,
      'MANIFEST_UNKNOWN',
      'manifest unknown',
    ]);
    await expect(errorOf(await get('/v2/elsewhere/manifests/stable'))).resolves.toEqual([
      404,
      'NAME_UNKNOWN',
      'repository name not known to registry',
    ]);
    await expect(errorOf(await get(`/v2/os/blobs/sha256:${'0'.repeat(64)}`))).resolves.toEqual([
      404,
      'BLOB_UNKNOWN',
      'blob unknown to registry',
    ]);
    for (const path of ['/ostree/../images.json', '/ostree/%2e%2e/images.json', '/ostree/%2e%2e%2fimages.json']) {
      expect(await statusOf(path)).toBe(404);
    }
    expect(await statusOf('/v2/', 'POST')).toBe(405);
  });

  it('asks who it is, if told to', async () => {
    await turn({ credentials: { user: 'harbor', password: 'mast: and sail' } });
    const asked = await get('/v2/');
    expect(asked.headers.get('www-authenticate')).toMatch(/^Basic /);
    await expect(errorOf(asked)).resolves.toEqual([401, 'UNAUTHORIZED', 'authentication required']);
    const as = (login: string) =>
      get('/v2/os/manifests/stable', { Authorization: `Basic ${Buffer.from(login).toString('base64')}` });
    expect((await as('harbor:wrong')).status).toBe(401);
    expect((await as('harbor:mast: and sail')).status).toBe(200);
  });

  it('refuses everybody as unauthorized', async () => {
    await turn({ fault: 'unauthorized' });
    expect((await get('/v2/os/manifests/stable')).status).toBe(401);
    await expect(pull('lab/stable')).rejects.toThrow('HTTP 401');
  });

  it('does not find the image', async () => {
    await turn({ fault: 'not-found' });
    expect((await get('/v2/')).status).toBe(200);
    await expect(errorOf(await get('/v2/os/manifests/stable'))).resolves.toContain('manifest unknown');
    await expect(pull('lab/stable')).rejects.toThrow('HTTP 404');
  });

  it('cannot be reached', async () => {
    await turn({ fault: 'unreachable' });
    await expect(get('/v2/')).rejects.toThrow('fetch failed');
    await expect(pull('lab/stable')).rejects.toThrow(/ended with exit code 1/);
  });

  it('is slow until told otherwise, also in the middle of a download', async () => {
    const { digest, size } = await largestLayer();
    await turn({ fault: 'slow', bytesPerSecond: 2_000 }); // It would take minutes.
    const body = (await get(`/v2/os/blobs/${digest}`)).body!.getReader();
    let length = (await body.read()).value!.length;
    expect(length).toBeLessThanOrEqual(200);
    await turn({});
    for (let piece = await body.read(); !piece.done; piece = await body.read()) length += piece.value.length;
    expect(length).toBe(size);
  });

  it('breaks in the middle of a download, after as much as was said', async () => {
    const { digest } = await largestLayer();
    await turn({ fault: 'cut', cutAfterBytes: 70_000 });
    const answer = await get(`/v2/os/blobs/${digest}`);
    const body = answer.body!.getReader();
    let length = 0;
    const readAll = async () => {
      for (let piece = await body.read(); !piece.done; piece = await body.read()) length += piece.value.length;
    };
    await expect(readAll()).rejects.toThrow('terminated');
    expect(length).toBe(70_000);
  });

  it('breaks ostree’s downloads as well', async () => {
    await turn({ tags: { stable: 'v2' }, fault: 'cut' });
    await expect(pull('lab/stable')).rejects.toThrow(/ended with exit code 1/);
    await turn({ tags: { stable: 'v2' } });
    expect(await pull('lab/stable')).toBe(images.images.v2.commit);
  });

  it('says so when the switches cannot be read', async () => {
    await writeFile(stateFile, '{ "fault": "sunk" }');
    const answer = await get('/v2/');
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('Invalid option');
  });

  /** A path as it is, which fetch would tidy up first. */
  function statusOf(path: string, method = 'GET'): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: registry.port, path, method }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      asked.once('error', reject).end();
    });
  }
});

async function errorOf(answer: Response): Promise<readonly [number, string, string]> {
  const { errors } = (await answer.json()) as { errors: readonly { code: string; message: string }[] };
  return [answer.status, errors[0]!.code, errors[0]!.message];
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
