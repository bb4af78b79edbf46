import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../shared/model/failure.ts';
import { DeploymentSet } from '../../../shared/model/deployment.ts';
import { HostFacts } from '../../../shared/model/host-facts.ts';
import { ProgressEvent } from '../../../shared/model/progress-event.ts';
import { parseBootcStatus } from '../../../shared/parse/bootc-status.ts';
import { parseFacts } from '../../../shared/parse/facts.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';
import { parseOrigin } from '../../../shared/parse/origin.ts';
import { parseOstreeStatusJson, parseOstreeStatusText } from '../../../shared/parse/ostree-admin-status.ts';
import { parseProgressLine } from '../../../shared/parse/progress.ts';
import { parseRpmOstreeStatus } from '../../../shared/parse/rpm-ostree-status.ts';
import { autoUpdateOf, parseUnits } from '../../../shared/parse/systemd.ts';
import { cleanText, MAX_TEXT } from '../../../shared/parse/text.ts';
import { dataFile, dataJson } from './data.ts';

const BOOTC = dataJson('spec-booted-pinned.yaml');
const RPM = dataFile('rpm-ostree-workstation-status.json');
const OSTREE = dataFile('ostree-admin-status.json');
const PROGRESS = dataFile('progress-upgrade-ostree.jsonl').split('\n')[1]!;
const TEXT = `* default ${'b'.repeat(64)}.1 (staged)\n    Version: 42\n    origin refspec: a:b\n`;
const UNITS = 'Id=uupd.timer\nLoadState=loaded\nActiveState=active\nNextElapseUSecMonotonic=1h\n';

/** An honest document with some of its values replaced by anything: passes the outer checks and is wrong inside. */
const mutatedJson = (document: string) =>
  fc.array(fc.tuple(fc.nat(), fc.jsonValue()), { minLength: 1, maxLength: 6 }).map((changes) => {
    const value: unknown = JSON.parse(document);
    for (const [pick, replacement] of changes) {
      const holders: Record<string, unknown>[] = [];
      const visit = (node: unknown) => {
        if (node === null || typeof node !== 'object') return;
        holders.push(node as Record<string, unknown>);
        Object.values(node).forEach(visit);
      };
      visit(value);
      const holder = holders[pick % holders.length]!;
      const keys = Object.keys(holder);
      if (keys.length > 0) holder[keys[pick % keys.length]!] = replacement;
    }
    return JSON.stringify(value);
  });

/** An honest text cut, doubled or with bytes put in between. */
const mutatedText = (document: string) =>
  fc
    .tuple(fc.nat(document.length), fc.nat(document.length), fc.string({ unit: 'binary', maxLength: 30 }))
    .map(([from, to, insert]) => document.slice(0, from) + insert + document.slice(Math.min(from, to)));

const hostile = (json: string, ...more: string[]) =>
  fc.oneof(mutatedJson(json), mutatedText(json), ...more.map(mutatedText), fc.json(), fc.string({ unit: 'binary' }));

describe('hostile input never throws, and what comes out fits the model and is bounded', () => {
  it.each([
    ['parseRpmOstreeStatus', parseRpmOstreeStatus, hostile(RPM)],
    ['parseOstreeStatusJson', parseOstreeStatusJson, hostile(OSTREE)],
    ['parseOstreeStatusText', parseOstreeStatusText, hostile(OSTREE, TEXT)],
  ] as const)('%s', (_, parse, input) => {
    fc.assert(
      fc.property(input, (text) => {
        const result = parse(text);
        if (result.ok) expect(DeploymentSet.parse(result.value)).toEqual(result.value);
        else expect(Failure.parse(result.failure)).toEqual(result.failure);
      }),
      { numRuns: 300 },
    );
  });

  it('parseBootcStatus', () => {
    fc.assert(
      fc.property(hostile(BOOTC), (text) => {
        const result = parseBootcStatus(text);
        if (!result.ok) expect(Failure.parse(result.failure)).toEqual(result.failure);
        else expect(DeploymentSet.nullable().parse(result.value.set)).toEqual(result.value.set);
      }),
      { numRuns: 500 },
    );
  });

  it('parseProgressLine', () => {
    fc.assert(
      fc.property(hostile(PROGRESS), (line) => {
        const event = parseProgressLine(line);
        if (event !== null) expect(ProgressEvent.parse(event)).toEqual(event);
      }),
      { numRuns: 500 },
    );
  });

  it('parseFacts', () => {
    const names = [
      'identity',
      'cmdline',
      'os-release',
      'sudo',
      'tools',
      'changes',
      'kernels',
      'origins',
      'disks',
      'reboot-required',
    ];
    const more = [
      'failed-units',
      'auto-update',
      'greenboot',
      'boot-status',
      'grubenv',
      'ostree',
      'ostree-text',
      'rpm-ostree',
      'digests',
      'bootc',
    ];
    const content = fc.oneof(
      hostile(BOOTC, TEXT, UNITS),
      mutatedJson(RPM),
      fc.string({ unit: 'binary' }).map((text) => `\n== ${text}\nkey=${text}\n/x 1 2 ${text}\n`),
      fc.constantFrom('__proto__=1\nconstructor=2\n== __proto__\n', `${'b'.repeat(64)}.0 __proto__\n`),
    );
    const frame: fc.Arbitrary<ParsedFrame> = fc.record({
      name: fc.constantFrom(...names, ...more),
      args: fc.constant([]),
      stdout: content,
      stderr: content,
      exitCode: fc.constantFrom(0, 0, 0, 1, 124, 127, -1),
      complete: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), (frames) => {
        const facts = parseFacts(frames, { readAt: 1, durationMs: 1, root: 'none', user: 'admin' });
        expect(HostFacts.parse(facts)).toEqual(facts);
      }),
      { numRuns: 500 },
    );
  });

  it('the small ones', () => {
    fc.assert(
      fc.property(fc.oneof(mutatedText(UNITS), fc.string({ unit: 'binary' })), (text) => {
        parseOrigin(text);
        autoUpdateOf(parseUnits(text), text, 1);
        const clean = cleanText(text);
        expect(clean).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(cleanText(clean)).toBe(clean);
      }),
      { numRuns: 1000 },
    );
  });

  it('megabytes take no time and leave kilobytes', () => {
    const started = performance.now();
    const long = 'x'.repeat(8 * 1024 * 1024);
    const spaces = ' '.repeat(8 * 1024 * 1024);
    for (const text of [
      long,
      '{'.repeat(1_000_000),
      '['.repeat(1_000_000),
      `{"a":${'['.repeat(1_000_000)}`,
      spaces,
      `== \n`.repeat(1_000_000),
    ]) {
      const frames = [
        'identity',
        'tools',
        'sudo',
        'changes',
        'origins',
        'disks',
        'boot-status',
        'auto-update',
        'ostree-text',
        'bootc',
      ].map((name): ParsedFrame => ({
        name,
        args: [],
        stdout: text,
        stderr: text,
        exitCode: name === 'sudo' ? 1 : 0,
        complete: true,
      }));
      const facts = parseFacts(frames, { readAt: 1, durationMs: 1, root: 'none', user: 'admin' });
      expect(JSON.stringify(facts).length).toBeLessThan(64 * 1024);
      parseProgressLine(text);
      expect(cleanText(text).length).toBeLessThanOrEqual(MAX_TEXT);
    }
    expect(performance.now() - started).toBeLessThan(8000);
  });
});
