import { describe, expect, it } from 'vitest';
import { compareEtc } from '../../../shared/logic/etc-merge.ts';
import type { EtcNode } from '../../../shared/model/etc.ts';
import { fifo, file, folder, link, tree } from './etc-trees.ts';

type Nodes = Readonly<Record<string, EtcNode | string>>;

/** Rows of reference 4.3: base, local, new image, what becomes of it. No engine was at hand: they are bootc's source, read. */
const rows: readonly (readonly [name: string, Nodes, Nodes, Nodes, Record<string, string>])[] = [
  ['modified in both: masked', { f: 'a' }, { f: 'l' }, { f: 'n' }, { f: 'masked → local' }],
  ['deleted here, changed by the image: masked', { f: 'a' }, {}, { f: 'n' }, { f: 'masked → absent' }],
  [
    'attributes count: the whole file of here stays',
    { f: file('a', { xattrs: 'a' }) },
    { f: file('a', { xattrs: 'b' }) },
    { f: file('n', { xattrs: 'a' }) },
    { f: 'masked → local' },
  ],
  [
    'labels count',
    { f: file('a', { label: 'etc_t' }) },
    { f: file('a', { label: 'shadow_t' }) },
    { f: file('a', { label: 'etc_t' }) },
    { f: 'kept → local' },
  ],
  ['mode of a directory alone: applied', { 'd/': '' }, { 'd/': folder(0o700) }, { 'd/': '' }, { d: 'kept → local' }],
  [
    'mode of a directory by the image, a child changed here: the image’s comes',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': '', 'd/f': 'l' },
    { 'd/': folder(0o750), 'd/f': 'a' },
    { d: 'arrives → target', 'd/f': 'kept → local' },
  ],
  [
    'directory with another mode, gone from the image: comes back empty',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': folder(0o700), 'd/f': 'a' },
    {},
    { d: 'orphan → local', 'd/f': 'removed → absent' },
  ],
  [
    'file changed in a directory that is gone from the image: both come back',
    { 'd/': '', 'd/f': 'a', 'd/g': 'a' },
    { 'd/': '', 'd/f': 'l', 'd/g': 'a' },
    {},
    { d: 'orphan → local', 'd/f': 'orphan → local', 'd/g': 'removed → absent' },
  ],
  ['file here, directory in the image: blocker', { f: 'a' }, { f: 'l' }, { 'f/': '' }, { f: 'blocker → ?' }],
  ['link here, directory in the image: blocker', {}, { f: link('x') }, { 'f/': '' }, { f: 'blocker → ?' }],
  ['directory here, file in the image: blocker', { f: 'a' }, { 'f/': '' }, { f: 'a' }, { f: 'blocker → ?' }],
  [
    'file changed below a directory that is a file in the image: the directory is the blocker',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': '', 'd/f': 'l' },
    { d: 'n' },
    { d: 'blocker → ?', 'd/f': 'orphan → ?' },
  ],
  [
    'directory added by both, with a file of here where the image has a directory: blocker',
    {},
    { 'd/': '', 'd/f': 'l' },
    { 'd/': '', 'd/f/': '' },
    { d: 'merged-directory → merged', 'd/f': 'blocker → ?' },
  ],
  ['a FIFO is not seen', {}, { f: fifo() }, {}, { f: 'lost → absent' }],
];

describe('what bootc’s merge makes of a path on composefs', () => {
  it.each(rows)('%s', (_, base, local, target, expected) => {
    const entries = compareEtc({
      base: tree(base),
      local: tree(local),
      target: tree(target),
      view: 'staged',
      backend: 'composefs',
      isTransient: false,
      rules: { hidden: [] },
    });
    expect(
      Object.fromEntries(entries.map(({ path, outcome, result }) => [path, `${outcome} → ${result ?? '?'}`])),
    ).toEqual(expected);
  });

  it('fails in bootc’s words', () => {
    const words = (local: Nodes, target: Nodes) =>
      compareEtc({
        base: tree({ f: 'a' }),
        local: tree(local),
        target: tree(target),
        view: 'staged',
        backend: 'composefs',
        isTransient: false,
        rules: { hidden: [] },
      }).map(({ toolWords }) => toolWords);
    expect(words({ f: 'l' }, { 'f/': '' })).toEqual(["File 'f' now defaults to a directory in new etc"]);
    expect(words({ 'f/': '' }, { f: 'a' })).toEqual(["Directory 'f' now defaults to a file in new etc"]);
  });
});
