import { describe, expect, it } from 'vitest';
import { compareEtc } from '../../../shared/logic/etc-merge.ts';
import { etcReport, etcReportName, type EtcReportInput } from '../../../shared/logic/etc-report.ts';
import { EtcOutcome, type EtcComparison, type EtcCounts } from '../../../shared/model/etc.ts';
import { tree } from './etc-trees.ts';
import type { Nodes } from './etc-rows.ts';

const AT = Date.UTC(2026, 10, 21, 21, 30);
const none = Object.fromEntries(EtcOutcome.options.map((outcome) => [outcome, 0])) as EtcCounts;

function comparison(base: Nodes, local: Nodes, target: Nodes): EtcComparison {
  const entries = compareEtc({
    base: tree(base),
    local: tree(local),
    target: tree(target),
    view: 'staged',
    backend: 'ostree',
    isTransient: false,
    rules: { hidden: ['machine-id'] },
  });
  return {
    hostId: 'h1',
    view: 'staged',
    readAt: AT,
    durationMs: 100,
    backend: 'ostree',
    isTransient: false,
    isRoot: true,
    booted: { deployment: 'a.0', version: '2.14.0', digest: null },
    target: { deployment: 'b.0', version: '2.15.0', digest: null },
    scanned: { base: 1, local: 1, target: 1 },
    entries: [...entries],
    leftOut: 0,
    counts: none,
    hidden: { ...none, kept: 41 },
    missingAccounts: { users: [], groups: [], because: [] },
    unreadable: { count: 0, paths: [] },
    changedMeanwhile: [],
    mounts: [],
    failures: [],
  };
}

const input: EtcReportInput = {
  view: 'staged',
  madeAt: AT,
  hosts: [
    {
      name: 'web-04.ber',
      comparison: comparison(
        { 'machine-id': '', shadow: 'a', 'chrony.conf': 'a', '=cmd|x': 'a', 'agent.conf': 'a', 'a`b': 'a' },
        { 'machine-id': '1', shadow: 'secret', 'chrony.conf': 'l', '=cmd|x': 'l', 'agent.conf': 'l', 'a`b': 'l' },
        { 'machine-id': '', shadow: 'a', 'chrony.conf': 'n', '=cmd|x': 'a', 'agent.conf/': '', 'a`b': 'a' },
      ),
      why: '',
    },
    { name: 'db_01 <b>', comparison: null, why: 'No route to db-01.' },
  ],
};

describe('a report of drift', () => {
  it('is Markdown for people', () => {
    expect(etcReport(input, 'markdown')).toBe(`# /etc at the next boot

Made by Berth, 2026-11-21 21:30 UTC.

## web-04.ber

Booted 2.14.0, against 2.15.0. Compared 2026-11-21 21:30 UTC. 5 changed on the host, 41 expected differences not listed.

### Blockers (1)

- \`/etc/agent.conf\`: It is a file here and a directory in the new image, which the merge cannot join: the update is dropped at shutdown. \`Modified config file newly defaults to directory 'agent.conf', cannot merge\`

### Image change hidden by your edit (1)

- \`/etc/chrony.conf\`: The file of this host stays, whole: the image’s change does not arrive.

### Kept local (3)

- \`/etc/=cmd|x\`: Edited here, and the image leaves it alone: it stays.
- \`\` /etc/a\`b \`\`: Edited here, and the image leaves it alone: it stays.
- \`/etc/shadow\` (secret): Edited here, and the image leaves it alone: it stays.

## db\\_01 \\<b\\>

Not read: No route to db-01.
`);
  });

  it('is JSON for programs, without hashes of secrets', () => {
    const document = JSON.parse(etcReport(input, 'json')) as {
      kind: string;
      hosts: { name: string; notRead?: string; entries?: { path: string; local: { hash: string | null } }[] }[];
    };
    expect(document.kind).toBe('etc-report');
    const [read, notRead] = document.hosts;
    expect(notRead).toEqual({ name: 'db_01 <b>', notRead: 'No route to db-01.' });
    const hashes = Object.fromEntries(read?.entries?.map(({ path, local }) => [path, local.hash !== null]) ?? []);
    expect(hashes).toMatchObject({ shadow: false, 'chrony.conf': true });
    expect(hashes).not.toHaveProperty('machine-id');
  });

  it('is CSV for tables, where nothing becomes a formula', () => {
    const rows = etcReport(input, 'csv').split('\r\n');
    expect(rows[0]).toMatch(/^host,path,outcome,here,/);
    expect(rows.find((row) => row.includes('chrony'))).toMatch(
      /^web-04\.ber,\/etc\/chrony\.conf,masked,content,content,local,file,0644,0,0,1,[0-9a-f]{64},"The file of/,
    );
    expect(rows.find((row) => row.includes('shadow'))).toContain(',file,0644,0,0,6,,');
    expect(new Set(rows.slice(0, -1).map((row) => row.replaceAll(/"[^"]*"/g, '').split(',').length))).toEqual(
      new Set([14]),
    );
  });

  it('has a name for its file', () => {
    expect(etcReportName(input, 'markdown')).toBe('etc-2-hosts-2026-11-21.md');
    expect(etcReportName({ ...input, hosts: input.hosts.slice(1) }, 'csv')).toBe('etc-db_01-b--2026-11-21.csv');
  });
});
