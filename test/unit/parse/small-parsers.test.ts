import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { ProgressEvent } from '../../../shared/model/progress-event.ts';
import { parseChanges } from '../../../shared/parse/changes.ts';
import { parseProgressLine } from '../../../shared/parse/progress.ts';
import { autoUpdateOf, parseSystemdTime, parseTimeSpan, parseUnits } from '../../../shared/parse/systemd.ts';
import { cleanText, lastLine } from '../../../shared/parse/text.ts';
import { dataFile } from './data.ts';

describe('parseProgressLine', () => {
  const lines = dataFile('progress-upgrade-ostree.jsonl').trim().split('\n');

  it('reads every line of an upgrade as upstream’s schema has it', () => {
    const schema: unknown = JSON.parse(dataFile('progress-v0.schema.json'));
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema as object);
    for (const line of lines) {
      expect(validate(JSON.parse(line)), line).toBe(true);
      const event = parseProgressLine(line);
      expect(ProgressEvent.parse(event)).toEqual(event);
      expect(event).toEqual(JSON.parse(line));
    }
    expect(new Set(lines.map((line) => parseProgressLine(line)!.type)).size).toBe(3);
  });

  it('reads what is missing or wrong as zero and empty', () => {
    expect(
      parseProgressLine('{"type":"ProgressBytes","bytes":"many","bytesTotal":-1,"subtasks":[{"bytes":5},7]}'),
    ).toEqual({
      type: 'ProgressBytes',
      task: '',
      description: '',
      id: '',
      bytes: 0,
      bytesCached: 0,
      bytesTotal: 0,
      steps: 0,
      stepsCached: 0,
      stepsTotal: 0,
      subtasks: [{ subtask: '', description: '', id: '', bytes: 5, bytesCached: 0, bytesTotal: 0 }],
    });
  });

  it.each([
    '',
    'pulling…',
    '{"type":"Start"',
    '[]',
    'null',
    '{"type":"Later"}',
    `{"type":"Start","version":"${'x'.repeat(2_000_000)}"}`,
  ])('knows no event in %#', (line) => expect(parseProgressLine(line)).toBeNull());
});

describe('parseChanges', () => {
  const frame = (stdout: string, complete = true) => [
    { name: 'changes', args: [], stdout, stderr: '', exitCode: 0, complete },
  ];

  it('reads boot id, stamps and the time of staging', () => {
    const stdout =
      'boot 1-2\n/ostree/deploy 7 1760000000 2025-10-09 08:53:20.5 +0000\n/run/ostree/staged-deployment 9 1760000001 x\n';
    expect(parseChanges(frame(stdout))).toEqual({
      bootId: '1-2',
      stamps: '/ostree/deploy 7 1760000000 2025-10-09 08:53:20.5 +0000 | /run/ostree/staged-deployment 9 1760000001 x',
      stagedAt: 1_760_000_001_000,
    });
  });

  it('has nothing from a frame that is cut or missing', () => {
    expect(parseChanges(frame('boot 1\n', false))).toBeNull();
    expect(parseChanges([])).toBeNull();
  });
});

describe('systemd', () => {
  it.each([
    ['1h', 3_600_000],
    ['1h 3min 2.5s', 3_782_500],
    ['2d 500ms', 172_800_500],
    ['1month 1y', 30.44 * 86_400_000 + 365.25 * 86_400_000],
    ['infinity', null],
    ['', null],
    ['soon', null],
  ])('reads the time span %j', (text, expected) => expect(parseTimeSpan(text)).toBe(expected));

  it('reads times', () => {
    expect(parseSystemdTime('Tue 2026-11-24 10:00:00 UTC')).toBe(Date.UTC(2026, 10, 24, 10));
    expect(parseSystemdTime('n/a')).toBeNull();
    expect(parseSystemdTime('Tue 2026-99-24 10:00:00 UTC')).toBeNull();
  });

  const timer = (unit: string, more: string) => `Id=${unit}.timer\nLoadState=loaded\nActiveState=active\n${more}`;
  const bootc = timer('bootc-fetch-apply-updates', 'NextElapseUSecMonotonic=1h 30min\nNextElapseUSecRealtime=');

  it('says whether bootc’s timer reboots, and when', () => {
    const service = (command: string) =>
      `Id=bootc-fetch-apply-updates.service\nExecStart={ path=/usr/bin/bootc ; argv[]=${command} ; }`;
    const apply = parseUnits(`${bootc}\n\n${service('/usr/bin/bootc upgrade --apply --quiet')}`);
    expect(autoUpdateOf(apply, '', 1_000_000)).toEqual({
      unit: 'bootc-fetch-apply-updates.timer',
      active: true,
      masked: false,
      reboots: true,
      nextAt: 1_000_000 + 5_400_000,
    });
    const stageOnly = parseUnits(`${bootc}\n\n${service('/usr/bin/bootc upgrade --quiet')}`);
    expect(autoUpdateOf(stageOnly, '', null)).toMatchObject({ reboots: false, nextAt: null });
  });

  it('prefers what is active, then what reboots; knows policies, masks and absence', () => {
    const rpm = timer('rpm-ostreed-automatic', '');
    expect(autoUpdateOf(parseUnits(rpm), 'none', null)).toMatchObject({ active: false });
    expect(autoUpdateOf(parseUnits(rpm), 'apply', null)).toMatchObject({ active: true, reboots: true });
    expect(autoUpdateOf(parseUnits(`${rpm}\n\n${bootc}`), 'apply', null)!.unit).toBe('rpm-ostreed-automatic.timer');
    expect(autoUpdateOf(parseUnits('Id=uupd.timer\nLoadState=masked\nActiveState=inactive'), '', null)).toMatchObject({
      masked: true,
    });
    expect(autoUpdateOf(parseUnits('Id=uupd.timer\nLoadState=not-found'), '', null)).toBeNull();
    expect(autoUpdateOf(parseUnits(''), '', null)).toBeNull();
  });
});

describe('texts', () => {
  it('cleans and bounds', () => {
    expect(
      cleanText('\u001b[1;31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007\t\r\nend\u0000\u202e'),
    ).toBe('red link end');
    expect(cleanText('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(cleanText(`${'x'.repeat(8)}😀😀`, 10)).toBe(`${'x'.repeat(8)}…`);
    expect(lastLine('error: first\n  cause: \u001b[31mlast\u001b[0m\n\n')).toBe('cause: last');
    expect(lastLine('')).toBe('');
  });
});
