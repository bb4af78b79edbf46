import type { EtcNode } from '../../../shared/model/etc.ts';
import { fifo, file, folder, link } from './etc-trees.ts';

/** Paths with what stands there: a text is a file with that content; a path that ends in a slash a directory. */
export type Nodes = Readonly<Record<string, EtcNode | string>>;

/** `fates`: `outcome → result` of each path that is not the same everywhere; `?`: no result is told. */
export interface EtcRow {
  readonly name: string;
  readonly base: Nodes;
  readonly local: Nodes;
  readonly target: Nodes;
  readonly fates: Readonly<Record<string, string>>;
}

const labelled = (label: string) => file('x', { label });
const withXattrs = (xattrs: string) => file('x', { xattrs });

/** Rows of reference 4.1: base, local, new image, and what becomes of it. */
const table: readonly (readonly [name: string, Nodes, Nodes, Nodes, Record<string, string>])[] = [
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
    'in it, directories of both are the image’s',
    { d: 'a' },
    { 'd/': '', 'd/same/': '', 'd/same/l': 'l', 'd/other/': folder(0o700), 'd/other/l': 'l' },
    { 'd/': '', 'd/same/': '', 'd/other/': '' },
    {
      d: 'converged → target',
      'd/same': 'converged → target',
      'd/same/l': 'lost → absent',
      'd/other': 'lost → target',
      'd/other/l': 'lost → absent',
    },
  ],
  [
    'directory added by both, empty here: the image’s mode',
    {},
    { 'd/': folder(0o700), 'e/': '' },
    { 'd/': '', 'd/n': 'n', 'e/': '' },
    { d: 'lost → target', 'd/n': 'arrives → target', e: 'merged-directory → merged' },
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
    'file changed below a directory that is a link to another in the image, which has such a file: takes its place',
    { 'd/': '', 'd/f': 'a', 'e/': '', 'e/f': 'e' },
    { 'd/': '', 'd/f': 'l', 'e/': '', 'e/f': 'e' },
    { 'e/': '', 'e/f': 'e', d: link('e') },
    { d: 'arrives → target', 'd/f': 'orphan → local', 'e/f': 'lost → ?' },
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

export const etcRows: readonly EtcRow[] = table.map(([name, base, local, target, fates]) => ({
  name,
  base,
  local,
  target,
  fates,
}));
