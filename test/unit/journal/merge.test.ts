import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLineReader } from '../../../electron/core/journal/line-reader.ts';
import { createMerge, type Merge } from '../../../electron/core/journal/merge.ts';
import { JournalStreamLine, type JournalAccess, type JournalEntry } from '../../../shared/model/journal.ts';

const access: JournalAccess = {
  user: 'a',
  persistent: true,
  privileged: true,
  readable: 'all',
  timeZone: null,
  why: [],
};
const START = 1_772_344_800_000;

let time: number;
beforeEach(() => {
  time = START;
});

const entry = (at: number, message = String(at)): JournalEntry => ({
  ...{
    cursor: `s=${message.length.toString(16)}`,
    realtimeUs: (START + at) * 1000,
    monotonicUs: 0,
    bootId: 'a'.repeat(32),
  },
  ...{ priority: 6, identifier: 'x', unit: null, pid: null, message, cut: 0, binary: false },
});
const open = (hosts: number, differs: { windowMs?: number; bufferPerHost?: number } = {}) =>
  createMerge({ hosts, now: () => time, windowMs: 300, openingMs: 2500, bufferPerHost: 1e9, ...differs });

function take(merge: Merge): JournalStreamLine[] {
  return merge
    .take()
    .text.split('\n')
    .filter((line) => line !== '')
    .map((line) => JournalStreamLine.parse(JSON.parse(line)));
}
const said = (merge: Merge) =>
  take(merge).flatMap((line) => ('e' in line ? [`${String(line.h)}:${line.e.message}`] : []));
function goLive(merge: Merge, hosts: number): void {
  for (let host = 0; host < hosts; host += 1) merge.state(host, { kind: 'live', access });
  time += 300;
  take(merge);
}

describe('journals of many hosts in one order', () => {
  it('waits a window for earlier entries of other hosts, and no longer', () => {
    const merge = open(2);
    goLive(merge, 2);
    merge.entry(0, entry(1000));
    time += 200;
    merge.entry(1, entry(900));
    expect(said(merge)).toEqual([]);
    expect(merge.waitMs()).toBe(300);
    time += 300;
    expect(said(merge)).toEqual(['1:900', '0:1000']);
    expect(merge.waitMs()).toBeNull();
    // What comes too late stands where it came.
    merge.entry(1, entry(950));
    time += 300;
    expect(said(merge)).toEqual(['1:950']);
  });

  it('sets clocks right that are surely wrong, and tells by how much', () => {
    const merge = open(2);
    merge.skew(1, 5000, 20);
    merge.skew(0, 3, 10);
    goLive(merge, 2);
    merge.entry(0, entry(100, 'a'));
    merge.entry(1, entry(5050, 'b'));
    merge.entry(0, entry(101, 'c'));
    time += 300;
    expect(said(merge)).toEqual(['1:b', '0:a', '0:c']);
  });

  it('holds the first entries until all hosts are there, or for a while', () => {
    const merge = open(3);
    merge.state(0, { kind: 'live', access });
    merge.entry(0, entry(5));
    time += 1000;
    expect(said(merge)).toEqual([]);
    merge.state(1, { kind: 'live', access });
    merge.entry(1, entry(4));
    time += 1500;
    expect(said(merge)).toEqual(['1:4', '0:5']);
  });

  it('drops the oldest of a host that is full, counts them in their place, and leaves other hosts alone', () => {
    const one = JSON.stringify({ h: 0, e: entry(10) }).length + 1;
    const merge = open(2, { bufferPerHost: one * 3 });
    goLive(merge, 2);
    merge.entry(0, entry(10, '10'));
    time += 300;
    expect(said(merge)).toEqual(['0:10']);
    for (const at of [11, 12, 13, 14, 15]) merge.entry(0, entry(at));
    merge.entry(1, entry(13));
    merge.lost(1, 2);
    time += 300;
    expect(take(merge).map((line) => ('e' in line ? `${String(line.h)}:${line.e.message}` : line))).toEqual([
      { h: 0, dropped: 2, after: 's=2' },
      '0:13',
      { h: 1, dropped: 2, after: null },
      '1:13',
      '0:14',
      '0:15',
    ]);
  });

  it('makes a host wait while somebody takes, and not when nobody does', async () => {
    const merge = open(1, { bufferPerHost: 2000 });
    goLive(merge, 1);
    expect(merge.room(0)).toBeNull();
    for (const at of [1, 2, 3, 4, 5]) merge.entry(0, entry(at));
    const room = merge.room(0);
    expect(room).not.toBeNull();
    time += 300;
    expect(said(merge)).toHaveLength(5);
    await room;
    for (const at of [6, 7, 8, 9, 10]) merge.entry(0, entry(at));
    time += 2000;
    expect(merge.room(0)).toBeNull();
  });

  it('neither loses nor doubles, keeps the order of each host, and all of it where clocks are right', () => {
    const arrivals = fc.array(fc.tuple(fc.nat(3), fc.nat(250)), { maxLength: 200 });
    fc.assert(
      fc.property(arrivals, (list) => {
        time = START;
        const merge = open(4);
        goLive(merge, 4);
        const seen: string[] = [];
        const sent: { host: number; at: number; id: string }[] = [];
        for (const [index, [host, late]] of list.entries()) {
          time += 40;
          // It was said up to a window ago, and each host tells in its order.
          const before = sent.findLast((each) => each.host === host)?.at ?? 0;
          const at = Math.max(before, time - START - late);
          sent.push({ host, at, id: `${String(host)}:${String(index)}` });
          merge.entry(host, entry(at, String(index)));
          seen.push(...said(merge));
        }
        time += 1000;
        seen.push(...said(merge));
        expect([...seen].sort()).toEqual(sent.map(({ id }) => id).sort());
        const times = seen.map((id) => sent.find((each) => each.id === id)?.at ?? 0);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });
});

describe('lines out of bytes', () => {
  it('are the same however the bytes are cut; longer ones are told and left out', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.array(fc.nat(200)), (lines, cuts) => {
        const all = Buffer.from(lines.map((each) => `${each}\n`).join(''));
        const found: string[] = [];
        let long = 0;
        const reader = createLineReader(
          40,
          (each) => void found.push(each),
          () => (long += 1),
        );
        const places = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length];
        for (const [index, place] of places.entries()) reader.push(all.subarray(places[index - 1] ?? 0, place));
        const short = lines.filter((each) => Buffer.byteLength(each) <= 40);
        expect([found, long]).toEqual([short, lines.length - short.length]);
      }),
    );
  });

  it('are taken before their line feed where somebody knows that they are whole', () => {
    const found: string[] = [];
    const reader = createLineReader(
      1000,
      (line) => void found.push(line),
      () => undefined,
    );
    const offer = () => {
      reader.offer((line) => {
        const isWhole = line === '{"a":1}';
        if (isWhole) found.push(line);
        return isWhole;
      });
    };
    for (const part of ['{"a"', ':1}', '\n{"b":{}', '}\n']) {
      reader.push(Buffer.from(part));
      offer();
    }
    expect(found).toEqual(['{"a":1}', '', '{"b":{}}']);
  });
});
