import { describe, expect, it } from 'vitest';
import { dpkgParagraphs, history, impliedChanges } from '../../lab/images/history.ts';
import { type ImageFile, replay } from '../../lab/images/replay.ts';

const shadow: ImageFile = { text: 'root:*:1::::::\n', mode: 0o640, user: 0, group: 42 };
const readTree = async (path: string): Promise<ImageFile> => {
  if (path.startsWith('usr/etc/')) return shadow;
  throw new Error(`${path} is not in the tree.`);
};

describe('replay', () => {
  it('keeps what is not named, and puts, appends and removes the rest', async () => {
    const images = await replay(
      [
        { name: 'v1', from: null, changes: [put('a', '1'), put('d/x', 'x'), put('d/y', 'y')] },
        { name: 'v2', from: 'v1', changes: [put('a', '2'), { remove: 'd' }, put('d/z', 'z')] },
        { name: 'other', from: 'v1', changes: [] },
      ],
      readTree,
    );
    expect(texts(images.get('v1'))).toEqual({ a: '1', 'd/x': 'x', 'd/y': 'y' });
    expect(texts(images.get('v2'))).toEqual({ a: '2', 'd/z': 'z' });
    expect(texts(images.get('other'))).toEqual({ a: '1', 'd/x': 'x', 'd/y': 'y' });
  });

  it('lets a file become a folder and a folder a file', async () => {
    const images = await replay(
      [
        { name: 'v1', from: null, changes: [put('file', '1'), put('folder/x', 'x')] },
        {
          name: 'blocker',
          from: 'v1',
          changes: [{ remove: 'file' }, put('file/x', '1'), { remove: 'folder' }, put('folder', 'x')],
        },
      ],
      readTree,
    );
    expect(texts(images.get('blocker'))).toEqual({ 'file/x': '1', folder: 'x' });
  });

  it('leaves owner and mode of a file that gets more lines', async () => {
    const images = await replay(
      [{ name: 'v1', from: null, changes: [{ append: 'usr/etc/shadow', text: 'app:!:2::::::\n' }] }],
      readTree,
    );
    expect(images.get('v1')?.get('usr/etc/shadow')).toEqual({ ...shadow, text: 'root:*:1::::::\napp:!:2::::::\n' });
  });

  it('refuses to remove what no image has put, and an image of nothing', async () => {
    await expect(replay([{ name: 'v1', from: null, changes: [{ remove: 'usr/bin/sh' }] }], readTree)).rejects.toThrow(
      'v1 removes usr/bin/sh, which no image before it has put.',
    );
    await expect(replay([{ name: 'v2', from: 'v1', changes: [] }], readTree)).rejects.toThrow('v2 comes from v1');
  });
});

describe('the history', () => {
  it('can be replayed, and each image has one kernel and its name in os-release', async () => {
    const images = await replay(
      history.map((release) => ({
        ...release,
        changes: [
          ...impliedChanges(release, history.find(({ name }) => name === release.from)?.kernel ?? null, {}),
          ...release.changes,
        ],
      })),
      readTree,
    );
    for (const release of history) {
      const files = images.get(release.name);
      const kernels = [...files!.keys()].filter((path) => path.endsWith('/vmlinuz'));
      expect(kernels).toEqual([`usr/lib/modules/${release.kernel}/vmlinuz`]);
      expect(files?.get('usr/lib/os-release')?.text).toContain(`ID=${release.os.id}\n`);
      expect(files?.get('usr/share/lab/packages')?.text).toContain(`lab-kernel ${release.packages['lab-kernel']}\n`);
    }
  });

  it('has a conflict in the blocker alone: a file and a folder that change places', () => {
    const kinds = (name: string) => {
      const paths = history
        .find((release) => release.name === name)!
        .changes.flatMap((change) => ('put' in change ? change.put : []));
      return paths.filter((path) => path.startsWith('usr/etc/app.proxy') || path.startsWith('usr/etc/app.trust'));
    };
    expect(kinds('v1')).toEqual(['usr/etc/app.proxy', 'usr/etc/app.trust/10-lab.pem']);
    expect(kinds('blocker')).toEqual(['usr/etc/app.proxy/10-default.conf', 'usr/etc/app.trust']);
  });

  it('tells dpkg of packages in paragraphs', () => {
    const paragraphs = dpkgParagraphs({ 'lab-app': '1.4.0-1', 'lab-kernel': '6.12.48-1' }).split('\n\n');
    expect(paragraphs).toHaveLength(3); // The last one is empty.
    expect(paragraphs[0]).toMatch(/^Package: lab-app\nStatus: install ok installed\n/);
    expect(paragraphs[1]).toContain('\nVersion: 6.12.48-1\n');
  });
});

function put(path: string, text: string) {
  return { put: path, text };
}

function texts(files: ReadonlyMap<string, ImageFile> | undefined) {
  return Object.fromEntries([...(files ?? [])].map(([path, { text }]) => [path, text]));
}
