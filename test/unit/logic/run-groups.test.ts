import { describe, expect, it } from 'vitest';
import { failure } from '../../../shared/errors/failure.ts';
import { runCounts, runGroups } from '../../../shared/logic/run-groups.ts';
import { runReport } from '../../../shared/logic/run-report.ts';
import type { Run, RunHost, RunOutput } from '../../../shared/model/run.ts';

const host = (name: string, more: Partial<RunHost> = {}): RunHost => ({
  hostId: name,
  hostName: name,
  state: 'ended',
  startedAt: 1000,
  endedAt: 3500,
  exitCode: 0,
  failure: null,
  hash: 'a',
  line: 'six',
  bytes: 4,
  ...more,
});

const hosts = [
  host('d', { exitCode: 1 }),
  host('a'),
  host('b', { hash: 'b' }),
  host('c'),
  host('e', { state: 'failed', exitCode: null, hash: null, failure: failure('ssh.dns', { address: 'e' }) }),
  host('f', { state: 'running', exitCode: null }),
  host('g', { state: 'waiting', exitCode: null }),
  host('h', { state: 'skipped', exitCode: null, hash: null }),
];

const run: Run = {
  id: '0123456789ab',
  command: 'uname -r',
  asRoot: false,
  startedBy: 'jb@desk',
  startedAt: 0,
  endedAt: 4000,
  atOnce: 4,
  timeoutSeconds: 60,
  isStopped: true,
  hosts: hosts.slice(0, 5),
};
const said = (text: string) => ({ text, cut: 0, tail: '' });
const outputs = new Map<string, RunOutput>(
  [
    ['a', 'six\n', ''],
    ['b', '=seven', ''],
    ['c', 'six\n', ''],
    ['d', 'six\n', 'no "x"\n'],
  ].map(([hostId = '', out = '', err = '']) => [hostId, { hostId, stdout: said(out), stderr: said(err) }]),
);

describe('results of a run', () => {
  it('are grouped by exit code and output, the largest group first, then what went wrong', () => {
    const groups = runGroups(hosts).map((group) => group.hosts.map(({ hostId }) => hostId).join(''));
    expect(groups).toEqual(['ac', 'd', 'e', 'b', 'h']);
  });

  it('are counted', () => {
    expect(runCounts(hosts)).toEqual({ done: 3, failed: 2, running: 1, waiting: 1, skipped: 1 });
  });

  it('are a text by groups', () => {
    expect(runReport(run, outputs, 'text')).toBe(
      '$ uname -r\nAs the login user, by jb@desk, 1970-01-01T00:00:00.000Z\n\n' +
        '== 2 × exit 0: a c\nsix\n\n== 1 × exit 1: d\nsix\nstderr: no "x"\n\n' +
        '== 1 × No address is known for e.: e\n\n== 1 × exit 0: b\n=seven\n',
    );
  });

  it('are a table that no spreadsheet takes for formulas, and JSON', () => {
    const lines = runReport(run, outputs, 'csv').split('\r\n');
    expect(lines[0]).toBe('host,state,exit_code,failure,seconds,stdout,stderr');
    expect(lines).toContain("b,ended,0,,2.5,'=seven,");
    expect(runReport(run, outputs, 'csv')).toContain('d,ended,1,,2.5,"six\n","no ""x""\n"');
    const document = JSON.parse(runReport(run, outputs, 'json')) as { hosts: unknown[] };
    expect(document.hosts[1]).toMatchObject({ host: 'a', exitCode: 0, stdout: 'six\n', cutBytes: 0 });
  });
});
