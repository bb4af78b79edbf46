import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differenceOf } from '../../../shared/logic/etc-change.ts';
import { mergeAsOstree, ostreeEngine } from '../../../shared/logic/etc-merge-ostree.ts';
import { compareEtc } from '../../../shared/logic/etc-merge.ts';
import type { Merged } from '../../../shared/logic/etc-merged.ts';
import { walk } from '../../../shared/logic/etc-tree.ts';
import type { EtcPath, EtcTree } from '../../../shared/model/etc.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { namedCases, randomCases, showCase, showNode, together, type EtcCase } from './support/cases.ts';
import { createScratchSysroot, type MergeResult, type ScratchSysroot } from './support/scratch-sysroot.ts';

const MINUTE = 60_000;
const CASES = 2000;
/** Another one looks at other cases. */
const SEED = Number(process.env['BERTH_ETC_SEED'] ?? 1);
/** Each of them takes a merge of its own, as the first ends it. */
const MAX_BLOCKED = 12;
/** What is before the reason; newer ones say more of what they were about. */
const PREFIX = /^error: .*During \/etc merge: /;

interface Predicted {
  readonly case: EtcCase;
  readonly merged: Merged;
  readonly failures: readonly string[];
  readonly isSure: boolean;
}

function predict(one: EtcCase, ostreeVersion: string): Predicted {
  const merged = mergeAsOstree(one.base, one.local, one.target, ostreeEngine(ostreeVersion));
  const problems = [...merged.problems.values()];
  return {
    case: one,
    merged,
    failures: problems.flatMap(({ kind, words }) => (kind === 'fails' && words !== null ? [words] : [])),
    isSure: problems.every(({ kind, words }) => kind === 'fails' && words !== null),
  };
}

/** A failure without its paths: one of each is looked at. */
function shapeOf({ failures }: Predicted): string {
  return failures.map((words) => words.replaceAll(/(?:case|row)-\d+(?:\/\w+)*/g, 'P')).join('; ');
}

/** What is not as it was predicted, in words; the trees, and for each path what its entry tells. */
function surprises({ case: one, merged }: Predicted, actual: EtcTree): string[] {
  const top = [...one.base.keys()][0] ?? '';
  const isOwn = (path: EtcPath) => path === top || path.startsWith(`${top}/`);
  const predicted = new Map([...walk(merged.root)].map(([path, place]) => [path, place.node]));
  const found: string[] = [];
  for (const path of new Set([...predicted.keys(), ...[...actual.keys()].filter(isOwn)])) {
    const [expected, real] = [predicted.get(path), actual.get(path)];
    if (differenceOf(expected, real, { labels: false }) !== 'same') {
      found.push(`${path}: predicted ${showNode(expected)}, merged ${showNode(real)}`);
    }
  }
  return found;
}

/** Whether each path is as its entry says, and is as the image has it where there is no entry. */
function falseWords({ case: one }: Predicted, actual: EtcTree, ostreeVersion: string): string[] {
  const entries = compareEtc({
    ...one,
    ostreeVersion,
    view: 'staged',
    backend: 'ostree',
    isTransient: false,
    rules: { hidden: [] },
  });
  const told = new Map(entries.map((entry) => [entry.path, entry]));
  const paths = new Set([...one.base.keys(), ...one.local.keys(), ...one.target.keys()]);
  return [...paths].flatMap((path) => {
    const result = told.get(path)?.result;
    if (result === null) return [];
    const expected =
      result === 'local' || result === 'merged'
        ? one.local.get(path)
        : result === 'absent'
          ? undefined
          : one.target.get(path);
    // Through a link of the new image it is found elsewhere, which the tree shows.
    const real = actual.get(path);
    const isElsewhere = result === 'local' && real === undefined && !one.target.has(path);
    if (isElsewhere || differenceOf(expected, real, { labels: false }) === 'same') return [];
    return [`${path}: told ${String(result)} (${told.get(path)?.outcome ?? 'nothing'}), is ${showNode(real)}`];
  });
}

/** As `ostree --version` has it; empty where there is none, and nothing is merged. */
function ostreeVersion(): string {
  try {
    return /Version: '([\d.]+)'/.exec(execFileSync('ostree', ['--version'], { encoding: 'utf8' }))?.[1] ?? '';
  } catch {
    return '';
  }
}

describeWith(
  'root',
  'ostree',
  'python3',
)('the merge of /etc, predicted and done by the real ostree', () => {
  const version = ostreeVersion();
  const predicted = [...namedCases, ...randomCases(CASES, SEED)].map((one) => predict(one, version));
  const mergeable = predicted.filter(({ failures, isSure }) => isSure && failures.length === 0);
  const blocked = predicted.filter(({ failures, isSure }) => isSure && failures.length > 0);
  const sysroots: ScratchSysroot[] = [];
  const sysroot = async (cases: readonly Predicted[]) => {
    const one = createScratchSysroot();
    sysroots.push(one);
    await one.begin(
      together(
        cases.map((each) => each.case),
        'base',
      ),
    );
    return one;
  };
  afterAll(() => {
    for (const one of sysroots) one.dispose();
  });

  describe('where it is predicted to go well', () => {
    let actual: EtcTree = new Map();
    beforeAll(async () => {
      const cases = mergeable.map((each) => each.case);
      const result: MergeResult = await (
        await sysroot(mergeable)
      ).merge(together(cases, 'local'), together(cases, 'target'));
      if (!('merged' in result)) {
        const path = /(?:case|row)-\d+/.exec(result.words)?.[0] ?? '';
        const culprit = cases.find((each) => each.base.has(path));
        throw new Error(`${result.words}\n${culprit ? showCase(culprit) : ''}`);
      }
      actual = result.merged;
    }, 2 * MINUTE);

    it('makes of thousands of cases what was predicted, path by path: type, mode, owner, content, link', () => {
      expect(mergeable.length).toBeGreaterThan(CASES / 2);
      const wrong = mergeable.flatMap((each) => {
        const found = [...surprises(each, actual), ...falseWords(each, actual, version)];
        return found.length === 0 ? [] : [{ size: each.case.base.size + each.case.target.size, each, found }];
      });
      // The smallest says most.
      wrong.sort((a, b) => a.size - b.size);
      const [first] = wrong;
      expect(
        first ? `${String(wrong.length)} wrong: ${first.found.join('\n')}\n${showCase(first.each.case)}` : '',
      ).toBe('');
    });

    it.each(mergeable.filter((each) => namedCases.includes(each.case)))('$case.name', (each) => {
      expect(surprises(each, actual)).toEqual([]);
    });
  });

  describe('where it is predicted to fail', () => {
    // Those that can fail in one way alone say most.
    const simple = blocked.toSorted((a, b) => b.failures.length - a.failures.length);
    const shapes = [...new Map(simple.map((each) => [shapeOf(each), each])).values()].reverse();
    const named = blocked.filter((each) => namedCases.includes(each.case));
    const few = [...new Set([...named, ...shapes])].slice(0, MAX_BLOCKED);
    let ready: ScratchSysroot;
    beforeAll(async () => {
      ready = await sysroot(few);
    }, MINUTE);

    it.each(few)('$case.name: in the predicted words', async (each) => {
      const others = few.filter((other) => other !== each).map((other) => other.case);
      const rest = [...together(others, 'base')];
      const result = await ready.merge(new Map([...rest, ...each.case.local]), new Map([...rest, ...each.case.target]));
      expect('words' in result ? result.words.replace(PREFIX, '') : showCase(each.case)).toBeOneOf([...each.failures]);
    });
  });
});
