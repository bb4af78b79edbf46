import { describe, expect, it } from 'vitest';
import { compareEtc, type EtcTrees } from '../../../shared/logic/etc-merge.ts';
import { defaultEtcRules } from '../../../shared/logic/etc-noise.ts';
import type { EtcEntry, EtcNode } from '../../../shared/model/etc.ts';
import { fifo, file, folder, hidden, link, tree } from './etc-trees.ts';

type Nodes = Readonly<Record<string, EtcNode | string>>;

function compare(base: Nodes, local: Nodes, target: Nodes | null, more: Partial<EtcTrees> = {}): readonly EtcEntry[] {
  return compareEtc({
    base: tree(base),
    local: tree(local),
    target: target && tree(target),
    view: 'staged',
    backend: 'ostree',
    isTransient: false,
    rules: { hidden: [] },
    ...more,
  });
}

/** `outcome → result` by path. */
function fates(entries: readonly EtcEntry[]): Record<string, string> {
  return Object.fromEntries(entries.map(({ path, outcome, result }) => [path, `${outcome} → ${result ?? '?'}`]));
}

const labelled = (label: string) => file('x', { label });
const withXattrs = (xattrs: string) => file('x', { xattrs });

/** Rows of reference 4.1: base, local, new image, and what becomes of it. */
const rows: readonly (readonly [name: string, Nodes, Nodes, Nodes, Record<string, string>])[] = [
  ['nothing changed anywhere: nothing to say', { f: 'a' }, { f: 'a' }, { f: 'a' }, {}],
  ['same here, changed by the image: follows the image', { f: 'a' }, { f: 'a' }, { f: 'b' }, { f: 'arrives → target' }],
  ['same here, new in the image: follows the image', {}, {}, { f: 'b' }, { f: 'arrives → target' }],
  ['same here, gone from the image: follows the image', { f: 'a' }, { f: 'a' }, {}, { f: 'removed → absent' }],
  ['modified here, same in the image: kept local', { f: 'a' }, { f: 'l' }, { f: 'a' }, { f: 'kept → local' }],
  ['modified in both: image change masked', { f: 'a' }, { f: 'l' }, { f: 'n' }, { f: 'masked → local' }],
  ['modified in both alike: converged', { f: 'a' }, { f: 'n' }, { f: 'n' }, { f: 'converged → local' }],
  [
    'modified here, deleted by the image with its directory: kept, and the directory comes back with it alone',
    { 'd/': '', 'd/f': 'a', 'd/g': 'g' },
    { 'd/': '', 'd/f': 'l', 'd/g': 'g' },
    {},
    { d: 'orphan → local', 'd/f': 'orphan → local', 'd/g': 'removed → absent' },
  ],
  ['deleted here, same in the image: kept deleted', { f: 'a' }, {}, { f: 'a' }, { f: 'kept-deleted → absent' }],
  ['deleted here, modified by the image: masked', { f: 'a' }, {}, { f: 'n' }, { f: 'masked → absent' }],
  ['deleted in both: converged', { f: 'a' }, {}, {}, { f: 'converged → absent' }],
  [
    'directory deleted here, files added and changed inside by the image: masked, all of it',
    { 'd/': '', 'd/f': 'a', 'd/g': 'g' },
    {},
    { 'd/': '', 'd/f': 'n', 'd/g': 'g', 'd/new': 'n' },
    {
      d: 'kept-deleted → absent',
      'd/f': 'masked → absent',
      'd/g': 'kept-deleted → absent',
      'd/new': 'masked → absent',
    },
  ],
  ['added here alone: kept local', {}, { f: 'l' }, {}, { f: 'kept → local' }],
  ['added by both, otherwise: image file masked', {}, { f: 'l' }, { f: 'n' }, { f: 'masked → local' }],
  ['added by both alike: converged', {}, { f: 'n' }, { f: 'n' }, { f: 'converged → local' }],
  [
    'directory added by both: merged, local files win',
    {},
    { 'd/': folder(0o700), 'd/both': 'l', 'd/l': 'l' },
    { 'd/': '', 'd/both': 'n', 'd/n': 'n' },
    { d: 'merged-directory → merged', 'd/both': 'masked → local', 'd/l': 'kept → local', 'd/n': 'arrives → target' },
  ],
  [
    'mode of a file changed here, content by the image: masked by metadata',
    { f: 'a' },
    { f: file('a', { mode: 0o600 }) },
    { f: 'n' },
    { f: 'masked → local' },
  ],
  [
    'mode of a directory alone: will be lost',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': folder(0o700), 'd/f': 'a' },
    { 'd/': '', 'd/f': 'a' },
    { d: 'lost → target' },
  ],
  [
    'mode of a directory, and a child changed: kept',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': folder(0o700), 'd/f': 'l' },
    { 'd/': '', 'd/f': 'a' },
    { d: 'kept → local', 'd/f': 'kept → local' },
  ],
  [
    'mode of a directory, and something changed deeper inside: lost all the same',
    { 'd/': '', 'd/e/': '', 'd/e/f': 'a' },
    { 'd/': folder(0o700), 'd/e/': '', 'd/e/f': 'l' },
    { 'd/': '', 'd/e/': '', 'd/e/f': 'a' },
    { d: 'lost → target', 'd/e/f': 'kept → local' },
  ],
  [
    'mode of a directory by the image, a child changed here: the image’s mode is masked',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': '', 'd/f': 'l' },
    { 'd/': folder(0o750), 'd/f': 'a' },
    { d: 'masked → local', 'd/f': 'kept → local' },
  ],
  [
    'attributes alone: lost',
    { f: withXattrs('a'), ...manyLabelled('etc_t') },
    { f: withXattrs('b'), ...manyLabelled('etc_t') },
    { f: withXattrs('a'), ...manyLabelled('etc_t') },
    { f: 'lost → target' },
  ],
  [
    'label alone: lost',
    { f: labelled('etc_t'), ...manyLabelled('etc_t') },
    { f: labelled('shadow_t'), ...manyLabelled('etc_t') },
    { f: labelled('etc_t'), ...manyLabelled('etc_t') },
    { f: 'lost → target' },
  ],
  ['labels of nearly all: the policy’s doing', manyLabelled('usr_t'), manyLabelled('etc_t'), manyLabelled('usr_t'), {}],
  ['file here, directory in the image: blocker', { f: 'a' }, { f: 'l' }, { 'f/': '' }, { f: 'blocker → ?' }],
  ['link here, directory in the image: blocker', {}, { f: link('x') }, { 'f/': '' }, { f: 'blocker → ?' }],
  [
    'directory replaced by a file here, unchanged in the image: blocker',
    { 'd/': '', 'd/f': 'a', 'd/g': 'a' },
    { d: 'l' },
    { 'd/': '', 'd/f': 'a', 'd/g': 'n', 'd/new': 'n' },
    { d: 'blocker → ?', 'd/f': 'kept-deleted → ?', 'd/g': 'masked → ?', 'd/new': 'arrives → ?' },
  ],
  [
    'file changed below a directory that is a file in the image: blocker',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': '', 'd/f': 'l' },
    { d: 'n' },
    { d: 'arrives → target', 'd/f': 'blocker → ?' },
  ],
  [
    'file added below a directory that is a dangling link in the image: blocker',
    { 'd/': '' },
    { 'd/': '', 'd/f': 'l' },
    { d: link('gone') },
    { d: 'arrives → target', 'd/f': 'blocker → ?' },
  ],
  ['directory here, file in the image: masked', { f: 'a' }, { 'f/': '' }, { f: 'n' }, { f: 'masked → local' }],
  ['file here, link in the image: masked', { f: 'a' }, { f: 'l' }, { f: link('x') }, { f: 'masked → local' }],
  ['.updated goes at each update', {}, { '.updated': 'x' }, {}, { '.updated': 'lost → absent' }],
  ['a FIFO is left out', {}, { f: fifo() }, {}, { f: 'lost → absent' }],
  ['a FIFO in the place of a file takes it away', { f: 'a' }, { f: fifo() }, { f: 'a' }, { f: 'lost → absent' }],
  [
    'a file that became a directory here, and one in the image: what is inside here is lost',
    { d: 'a' },
    { 'd/': folder(0o700), 'd/l': 'l' },
    { 'd/': '', 'd/n': 'n' },
    { d: 'lost → target', 'd/l': 'lost → absent', 'd/n': 'arrives → target' },
  ],
  [
    'directory with another mode, gone from the image: comes back whole',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': folder(0o700), 'd/f': 'a' },
    {},
    { d: 'orphan → local', 'd/f': 'orphan → local' },
  ],
  [
    'file changed below a directory that is a link to another in the image: goes where it leads',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': '', 'd/f': 'l' },
    { 'e/': '', d: link('e') },
    { d: 'arrives → target', 'd/f': 'orphan → local', e: 'arrives → target' },
  ],
  [
    'file changed below a directory that is a link to /usr in the image: blocker, in unknown words',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': '', 'd/f': 'l' },
    { d: link('/usr/share/d') },
    { d: 'arrives → target', 'd/f': 'blocker → ?' },
  ],
  [
    'file changed below a directory that is a link to /var in the image: nobody knows',
    { 'd/': '', 'd/f': 'a' },
    { 'd/': '', 'd/f': 'l' },
    { d: link('/var/lib/d') },
    { d: 'arrives → target', 'd/f': 'unknown → ?' },
  ],
];

function manyLabelled(label: string): Nodes {
  return Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`z${String(index)}`, file('z', { label })]));
}

describe('what the merge of ostree makes of a path', () => {
  it.each(rows)('%s', (_, base, local, target, expected) => {
    const entries = compare(base, local, target);
    expect(fates(entries)).toEqual(expected);
    for (const { reason } of entries) expect(reason).toMatch(/^[A-Z/].*\.$/);
  });

  it('says why, in ostree’s words where it would fail', () => {
    const words = (base: Nodes, local: Nodes, target: Nodes) =>
      compare(base, local, target).find(({ outcome }) => outcome === 'blocker')?.toolWords;
    expect(words({ f: 'a' }, { f: 'l' }, { 'f/': '' })).toBe(
      "Modified config file newly defaults to directory 'f', cannot merge",
    );
    const under: readonly Nodes[] = [
      { 'd/': '', 'd/f': 'a' },
      { 'd/': '', 'd/f': 'l' },
    ];
    const below = (target: Nodes) => words(under[0]!, under[1]!, target);
    expect(below({ d: 'n' })).toBe('opendir(d): Not a directory');
    expect(below({ d: link('gone') })).toBe('opendir(d): No such file or directory');
    expect(below({ d: link('/nowhere') })).toBe('opendir(d): No such file or directory');
    expect(below({ d: link('d') })).toBe('opendir(d): Too many levels of symbolic links');
    expect(below({ d: link('/usr/share') })).toBeNull();
  });

  it('tells noise, but hides no blocker, and marks secrets', () => {
    const entries = compare(
      { 'machine-id': '', shadow: 'a', 'rhsm/': '', 'rhsm/f': '' },
      { 'machine-id': 'x', shadow: 'l', 'rhsm/': '', 'rhsm/f': 'l' },
      { 'machine-id': '', shadow: 'a', 'rhsm/': '', 'rhsm/f/': '' },
      { rules: defaultEtcRules },
    );
    expect(entries.map(({ path, noise, isSecret }) => [path, noise, isSecret])).toEqual([
      ['machine-id', 'machine-id', false],
      ['rhsm/f', null, false],
      ['shadow', null, true],
    ]);
  });

  it('says nothing of what could not be read', () => {
    const entries = compare(
      { shadow: hidden(10), other: hidden(5), changed: hidden(7) },
      { shadow: hidden(10), other: hidden(6), changed: hidden(8) },
      { shadow: hidden(10), other: hidden(9), changed: hidden(7) },
    );
    expect(fates(entries)).toEqual({
      shadow: 'unknown → ?',
      other: 'masked → local',
      changed: 'unknown → local',
    });
  });

  it('takes thirty thousand paths in well under a second', () => {
    const many = (change: number) =>
      Object.fromEntries(
        Array.from({ length: 30_000 }, (_, index): [string, string] => {
          const inside = `d${String(index % 100)}/e${String(index % 1000)}/f${String(index)}`;
          return [inside, index % change === 0 ? `changed ${String(change)}` : 'same'];
        }).flatMap(([path, content]): [string, string][] => [
          [`${path.split('/')[0]!}/`, ''],
          [`${path.split('/').slice(0, 2).join('/')}/`, ''],
          [path, content],
        ]),
      );
    const trees = [tree(many(1_000_000)), tree(many(7)), tree(many(11))] as const;
    const started = performance.now();
    const entries = compareEtc({
      base: trees[0],
      local: trees[1],
      target: trees[2],
      view: 'staged',
      backend: 'ostree',
      isTransient: false,
      rules: defaultEtcRules,
    });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(entries.length).toBeGreaterThan(6000);
  });
});

describe('a transient /etc', () => {
  it('keeps nothing', () => {
    const entries = compare(
      { f: 'a', g: 'a' },
      { f: 'l', g: 'n', added: 'l' },
      { f: 'a', g: 'n', new: 'n' },
      {
        isTransient: true,
      },
    );
    expect(fates(entries)).toEqual({
      added: 'lost → absent',
      f: 'lost → target',
      g: 'converged → target',
      new: 'arrives → target',
    });
  });
});

describe('drift alone', () => {
  it('tells what was changed here', () => {
    const entries = compare(
      { f: 'a', g: 'a', 'd/': '' },
      { f: 'l', added: 'l', 'd/': folder(0o700) },
      { f: 'x' },
      {
        view: 'drift',
      },
    );
    expect(fates(entries)).toEqual({
      added: 'kept → local',
      d: 'kept → local',
      f: 'kept → local',
      g: 'kept-deleted → absent',
    });
    expect(entries.every(({ there, target }) => there === null && target === null)).toBe(true);
  });
});

describe('a rollback, with an /etc of its own', () => {
  it('tells what stays behind and what comes back', () => {
    const entries = compare(
      { edited: 'a', both: 'a', image: 'new', 'image-only': 'a', deleted: 'a', same: 'a' },
      { edited: 'l', both: 'l', image: 'new', 'image-only': 'a', added: 'l', same: 'l' },
      { edited: 'a', both: 'r', image: 'old', deleted: 'a', then: 'r', same: 'l' },
      { view: 'rollback' },
    );
    expect(fates(entries)).toEqual({
      added: 'left-behind → absent',
      both: 'differs → target',
      deleted: 'comes-back → target',
      edited: 'left-behind → target',
      image: 'differs → target',
      'image-only': 'removed → absent',
      then: 'comes-back → target',
    });
  });
});
