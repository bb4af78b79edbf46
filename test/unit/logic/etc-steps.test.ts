import { describe, expect, it } from 'vitest';
import { etcConfirm, etcNotes } from '../../../shared/logic/etc-act-words.ts';
import { etcCommands } from '../../../shared/logic/etc-commands.ts';
import { etcFailure, etcProofs } from '../../../shared/logic/etc-outcome.ts';
import { etcRefusal } from '../../../shared/logic/etc-refusal.ts';
import { bytesOfWord, etcState, etcWord } from '../../../shared/logic/etc-step-lines.ts';
import { etcRows } from '../../../shared/logic/etc-state-rows.ts';
import { completeActs, etcSteps, isAsSeen, isSameEtcWish, proveEtc } from '../../../shared/logic/etc-steps.ts';
import { bytesOfPath } from '../../../shared/logic/etc-path.ts';
import { EtcFileAct, type EtcFound, type EtcSeen } from '../../../shared/model/etc-act.ts';
import { parseEtcLook } from '../../../shared/parse/etc-look.ts';
import { deployment, snapshot } from './fixtures.ts';

const node = (changes: Partial<EtcSeen>): EtcSeen => ({
  ...{ type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, hash: 'a'.repeat(64), link: null, changedAt: 0 },
  ...changes,
});
const file = (letter: string, changes: Partial<EtcSeen> = {}) => node({ hash: letter.repeat(64), ...changes });
const folder = (mode = 0o755) => node({ type: 'directory', mode, size: 0, hash: null });
const link = (target: string) => node({ type: 'symlink', mode: 0o777, hash: null, link: target });
const at = (path: string, base: EtcSeen | null, local: EtcSeen | null): EtcFound => ({ path, base, local });
const restore = (path: string, seen: EtcSeen | null): EtcFileAct => ({ act: 'restore', path, seen });
const remove = (path: string, seen: EtcSeen | null): EtcFileAct => ({ act: 'delete', path, seen });
const write = (path: string, seen: EtcSeen | null, letter = 'c'): EtcFileAct => ({
  ...{ act: 'write', path, seen, content: { hash: letter.repeat(64), size: 3 }, mode: null, uid: null, gid: null },
});

/** Steps in short: kind, path, what is expected. */
function planned(acts: readonly EtcFileAct[], found: readonly EtcFound[]): readonly string[] | string {
  const { steps, failure } = etcSteps(acts, found);
  if (!steps) return failure.code;
  return steps.map(({ kind, path, expect: wanted }) => {
    const there = wanted === null ? 'nothing' : wanted === 'made' ? 'made' : wanted.type;
    return `${kind} ${path} (${there})`;
  });
}

describe('the steps of a change of /etc', () => {
  const [mine, ours] = [file('b'), file('a')];
  const cases: readonly (readonly [string, readonly EtcFileAct[], readonly EtcFound[], readonly string[] | string])[] =
    [
      ['an edited file', [restore('x', mine)], [at('x', ours, mine)], ['image x (file)']],
      [
        'another mode alone',
        [restore('x', file('a', { mode: 0o600 }))],
        [at('x', ours, file('a', { mode: 0o600 }))],
        ['image x (file)'],
      ],
      ['a file added here', [restore('x', mine)], [at('x', null, mine)], ['remove x (file)']],
      ['a file deleted here', [restore('x', null)], [at('x', ours, null)], ['image x (nothing)']],
      ['a link for a file', [restore('x', mine)], [at('x', link('y'), mine)], ['image x (file)']],
      [
        'a folder deleted here, with all in it, and one of them by name',
        [restore('d', null), restore('d/a', null)],
        [at('d', folder(0o700), null), at('d/a', ours, null), at('d/s', folder(), null), at('d/s/b', link('z'), null)],
        ['image d (nothing)', 'image d/a (made)', 'image d/s (made)', 'image d/s/b (made)'],
      ],
      [
        'a file in a folder deleted here',
        [restore('d/a', null)],
        [at('d', folder(), null), at('d/a', ours, null)],
        ['image d (nothing)', 'image d/a (made)'],
      ],
      [
        'a file where the image has a folder',
        [restore('d', mine)],
        [at('d', folder(), mine), at('d/a', ours, null)],
        ['remove d (file)', 'image d (made)', 'image d/a (made)'],
      ],
      [
        'a folder where the image has a file',
        [restore('d', folder())],
        [at('d', ours, folder()), at('d/s', null, folder()), at('d/s/a', null, mine), at('d/z', null, mine)],
        [
          'remove d/z (file)',
          'remove d/s/a (file)',
          'remove d/s (directory)',
          'remove d (directory)',
          'image d (made)',
        ],
      ],
      [
        'a folder on both sides: what is in it stays',
        [restore('d', folder(0o700))],
        [at('d', folder(), folder(0o700)), at('d/a', ours, mine)],
        ['image d (directory)'],
      ],
      [
        'a folder to be deleted',
        [remove('d', folder())],
        [at('d', null, folder()), at('d/a', null, mine)],
        ['remove d/a (file)', 'remove d (directory)'],
      ],
      ['a link to be deleted', [remove('l', link('/'))], [at('l', null, link('/'))], ['remove l (symlink)']],
      ['new content', [write('x', mine)], [at('x', ours, mine)], ['file x (file)']],
      [
        'new content in a folder that is missing',
        [write('d/x', null)],
        [at('d', folder(), null)],
        ['image d (nothing)', 'file d/x (made)'],
      ],
      ['new content without a folder', [write('d/x', null)], [], 'etc.no-parent'],
      ['new content below a link', [write('d/x', null)], [at('d', folder(), link('/tmp'))], 'etc.parent'],
      ['a device of the image', [restore('x', mine)], [at('x', node({ type: 'character' }), mine)], 'etc.not-a-file'],
      ['nothing to do', [restore('x', ours), remove('y', null)], [at('x', ours, ours)], 'etc.nothing'],
      [
        'changed since',
        [restore('x', mine), restore('y', ours)],
        [at('x', ours, mine), at('y', ours, mine)],
        'etc.changed',
      ],
      ['gone since', [restore('x', mine)], [at('x', ours, null)], 'etc.changed'],
    ];
  it.each(cases)('%s', (_, acts, found, expected) => {
    expect(planned(acts, found)).toEqual(expected);
  });

  it('are proven by what is there afterwards, each path of them', () => {
    const before = [at('d', folder(), null), at('d/a', ours, null), at('x', ours, mine)];
    const acts = [restore('d', null), write('x', mine)];
    const after = [at('d', folder(), folder()), at('d/a', ours, ours), at('x', ours, file('c'))];
    expect(proveEtc(acts, before, after)).toEqual({ reached: ['d', 'd/a', 'x'], missed: [] });
    expect(
      proveEtc(acts, before, [at('d', folder(), folder()), at('x', ours, file('c', { mode: 0o600 }))])?.missed,
    ).toEqual(['d/a', 'x']);
    expect(proveEtc(acts, before, undefined)).toBeNull();
    const request = { verb: 'etc' as const, files: acts };
    const rows = etcRows({ ...snapshot({}), etc: before }, { ...snapshot({}), etc: after });
    expect(rows.map(({ label, before: was, after: is, result }) => [label, was.text, is.text, result.text])).toEqual([
      ['/etc/d', 'not there', 'directory 0755', 'As the image has it'],
      ['/etc/d/a', 'not there', 'file 0644, 1 B', 'As the image has it'],
      ['/etc/x', 'file 0644, 1 B', 'file 0644, 1 B', 'Changed'],
    ]);
    const [state, then] = [
      { ...snapshot({}), etc: before },
      { ...snapshot({}), etc: after },
    ];
    expect(etcProofs(request, state, then).map(({ kind }) => kind)).toEqual(['proven', 'open']);
  });

  it('know what was seen without its hash by its size and time', () => {
    const seen = file('a', { hash: null, changedAt: 5_400 });
    expect(isAsSeen(seen, file('b', { changedAt: 5_900 }))).toBe(true);
    expect(isAsSeen(seen, file('b', { changedAt: 6_000 }))).toBe(false);
    expect(isAsSeen(seen, file('b', { changedAt: 5_000, size: 2 }))).toBe(false);
  });

  it('are complete once they are planned, and the same wish on other hosts is known', () => {
    const [here, there] = [file('b', { mode: 0o600, uid: 5 }), file('d')];
    const [one] = completeActs([write('x', { ...here, hash: null })], [at('x', null, here)]);
    expect(one).toMatchObject({ mode: 0o600, uid: 5, gid: 0, seen: { hash: here.hash } });
    expect(isSameEtcWish([one!], completeActs([write('x', there)], [at('x', null, there)]))).toBe(true);
    expect(isSameEtcWish([one!], [write('x', there, 'e')])).toBe(false);
    const [any] = completeActs([{ ...write('x', null), seen: 'found' }], [at('x', null, there)]);
    expect(any?.seen).toEqual(there);
    expect(isAsSeen('found', there) && isAsSeen('found', null)).toBe(true);
  });

  it('are refused where nothing can be written, nothing stays, or too much would be kept', () => {
    const look = { found: [at('x', ours, mine)], isReadOnly: false, isTransient: false, isCut: false };
    const acts = [restore('x', mine)];
    expect(etcRefusal(acts, look)).toBeNull();
    expect(etcRefusal(acts, { ...look, isReadOnly: true })?.code).toBe('etc.read-only');
    expect(etcRefusal(acts, { ...look, isTransient: true })?.code).toBe('etc.transient');
    expect(etcRefusal(acts, { ...look, isCut: true })?.code).toBe('etc.too-many');
    const large = file('b', { size: 40e6 });
    expect(etcRefusal([restore('x', large)], { ...look, found: [at('x', ours, large)] })?.code).toBe('etc.too-large');
  });

  it('never name a path out of /etc', () => {
    for (const path of ['../x', '/x', 'a//b', 'a/./b', 'a/..', '.', 'a/', 'a\0b', '']) {
      expect(EtcFileAct.safeParse({ act: 'delete', path, seen: null }).success, path).toBe(false);
    }
    expect(EtcFileAct.safeParse({ act: 'delete', path: '-a/..b/\n', seen: null }).success).toBe(true);
  });
});

describe('the words of a change of /etc', () => {
  const files = [restore('chrony.conf', file('b')), remove('shadow', file('b'))];
  const request = { verb: 'etc' as const, files };
  const before = {
    ...snapshot({ booted: deployment('2'), staged: deployment('3') }),
    etc: [at('chrony.conf', file('a'), file('b')), at('shadow', null, file('b'))],
  };

  it('say what is true now and after the next boot, what is kept, and of secrets where', () => {
    expect(etcNotes({ request, before })).toMatchInlineSnapshot(`
      {
        "effects": [
          "Now: /etc/chrony.conf becomes what 2 ships: content, mode and owner.",
          "At the next boot: it follows the image, and is what 3 ships.",
          "Now: /etc/shadow is deleted.",
          "At the next boot: what the image ships there stays deleted too.",
        ],
        "losses": [
          "/etc/shadow may be secret: what is in it now is saved on the host alone, in /run, and gone with its next boot.",
        ],
        "notes": [
          "A service that has read the file goes on with what it read, until it is reloaded or started again.",
          "What is in /etc/chrony.conf now is saved with this operation, and can be put back from there.",
          "Everything is looked at once more right before: what is not as it was stops all of it.",
        ],
      }
    `);
    expect(etcConfirm(request.files)).toBe('Change /etc');
    expect(etcConfirm(files.slice(0, 1))).toBe('Take the image’s version');
  });

  it('say where for a moment nothing stands: a file is replaced in one step, a directory is not', () => {
    const found = [at('d', file('a'), folder()), at('d/f', null, file('b')), at('x', file('a'), file('b'))];
    const acts = { verb: 'etc' as const, files: [restore('d', folder()), restore('x', file('b'))] };
    const moment = etcNotes({ request: acts, before: { ...before, etc: found } }).notes.filter((note) =>
      note.startsWith('For a moment'),
    );
    expect(moment).toEqual([
      'For a moment nothing stands at /etc/d: a directory is not exchanged for something else in one step.',
    ]);
  });

  it('are commands that a person can type, whatever the name', () => {
    const odd = "it's\n\udcff";
    const acts = { verb: 'etc' as const, files: [restore('chrony.conf', file('b')), remove(odd, file('b'))] };
    const state = { ...before, etc: [...before.etc, at(odd, null, file('b'))] };
    expect(etcCommands(acts, state)).toMatchInlineSnapshot(`
      [
        "cp -a --no-preserve=xattr,context /usr/etc/chrony.conf /etc/chrony.conf && { ! command -v restorecon || restorecon /etc/chrony.conf; }",
        "rm "$(printf %b '/etc/it\\0047s\\0012\\0377')"",
      ]
    `);
  });

  it('name what changed, and where it broke off', () => {
    expect(etcFailure(81, '\nnonce begin\nchanged a\\0040b\nchanged c\n')?.params).toEqual({
      paths: '/etc/a b, /etc/c',
    });
    const broken = 'rm: cannot remove: Read-only file system\nberth: stopped at /etc/x, 1 of 3 done\n';
    expect(etcFailure(82, broken)?.params).toEqual({
      detail: 'stopped at /etc/x, 1 of 3 done: rm: cannot remove: Read-only file system',
    });
    expect(etcFailure(1, '')).toBeNull();
  });
});

describe('words for hosts', () => {
  it('stand for names of any bytes', () => {
    for (const path of ['plain/name-1.conf', 'a b', "'$(x)`\\", '\n', '\udcff\udc80', 'ü€😀', '-x']) {
      const word = etcWord(path);
      expect(word).toMatch(/^[A-Za-z0-9@%+=:,./_\\-]+$/);
      expect(bytesOfWord(word)).toEqual(bytesOfPath(path));
    }
    expect(bytesOfWord('a b')).toBeNull();
    expect(bytesOfWord('\\0777')).toBeNull();
  });

  it('are read again as they were told, and what is not understood is left out', () => {
    const nodes = [file('a'), folder(0o1777), link('../x\n'), node({ type: 'fifo', size: 0, hash: null })];
    const lines = nodes.map((each, index) => `local p${String(index)} ${etcState(each)} 7`);
    const look = parseEtcLook(['noise', 'local x file:644:0:0:1:zz 1', ...lines, 'transient', 'end'].join('\n'));
    expect(look?.found.map(({ local }) => local)).toEqual(nodes.map((each) => ({ ...each, changedAt: 7_000 })));
    expect([look?.isTransient, look?.isReadOnly]).toEqual([true, false]);
    expect(parseEtcLook(lines.join('\n'))).toBeNull();
  });
});
