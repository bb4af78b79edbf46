import { describe, expect, it } from 'vitest';
import { compareEtc, type EtcTrees } from '../../../shared/logic/etc-merge.ts';
import { defaultEtcRules } from '../../../shared/logic/etc-noise.ts';
import type { EtcEntry } from '../../../shared/model/etc.ts';
import { etcRows, type Nodes } from './etc-rows.ts';
import { fifo, folder, hidden, link, tree } from './etc-trees.ts';

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

describe('what the merge of ostree makes of a path', () => {
  it.each(etcRows)('$name', ({ base, local, target, fates: expected }) => {
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

  it('tells what an older ostree cannot copy', () => {
    const local = { 'd/': '', 'd/queue': fifo(), own: fifo() };
    const [older, newer] = ['2022.7', '2024.10'].map((ostreeVersion) => compare({}, local, {}, { ostreeVersion }));
    expect(fates(older!)).toEqual({ d: 'kept → local', 'd/queue': 'blocker → ?', own: 'lost → absent' });
    expect(older!.find(({ path }) => path === 'd/queue')?.toolWords).toBe(
      'Copying queue: Cannot copy non-regular/non-symlink file: queue',
    );
    expect(fates(newer!)).toEqual({ d: 'kept → local', 'd/queue': 'lost → absent', own: 'lost → absent' });
  });

  it('tells what an older bootc does with what cannot be merged', () => {
    const [older, newer, unknown] = ['bootc 1.16.3', 'bootc 1.16.4', null].map((bootcVersion) =>
      compare({ f: 'a' }, { f: 'l' }, { 'f/': '' }, { backend: 'composefs', bootcVersion }).map(({ reason }) => reason),
    );
    expect(older).toEqual([expect.stringContaining('drops it at shutdown without a word')]);
    expect(newer).toEqual([expect.stringContaining('bootc refuses to stage such an update')]);
    expect(unknown).toEqual(newer);
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
