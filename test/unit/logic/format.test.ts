import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatAgo,
  formatBytes,
  formatBytesOf,
  formatDate,
  formatDuration,
  formatSpan,
  formatTime,
  imageShortener,
  plural,
  shortDigest,
  shortImage,
  versionLabel,
} from '../../../shared/logic/format.ts';
import { DAY, deployment, HOUR, MINUTE, NOW, ostreeDeployment } from './fixtures.ts';

describe('spans and ages', () => {
  it.each([
    [-5, '0 s'],
    [999, '0 s'],
    [12_000, '12 s'],
    [MINUTE, '1 min'],
    [59 * MINUTE + 59_999, '59 min'],
    [HOUR, '1 h'],
    [23 * HOUR, '23 h'],
    [DAY, '1 d'],
    [729 * DAY, '729 d'],
    [730 * DAY, '2 y'],
  ])('a span of %d ms is %s', (span, text) => expect(formatSpan(span)).toBe(text));

  it.each([
    [NOW, 'now'],
    [NOW - 59_999, 'now'],
    [NOW + HOUR, 'now'],
    [NOW - MINUTE, '1 min'],
    [NOW - 3 * HOUR, '3 h'],
    [NOW - 20 * DAY, '20 d'],
    [null, '–'],
    [0, '–'],
    [315_532_800_000, '–'],
  ])('the age of %s is %s', (time, text) => expect(formatAge(time, NOW)).toBe(text));

  it('says ago in sentences', () => {
    expect(formatAgo(NOW, NOW)).toBe('just now');
    expect(formatAgo(NOW - 2 * HOUR, NOW)).toBe('2 h ago');
    expect(formatAgo(null, NOW)).toBe('–');
  });

  it.each([
    [-1, '0:00'],
    [26_000, '0:26'],
    [105_000, '1:45'],
    [3_723_000, '1:02:03'],
  ])('%d ms on a clock are %s', (duration, text) => expect(formatDuration(duration)).toBe(text));
});

describe('times', () => {
  it('writes time and date', () => {
    expect(formatTime(Date.UTC(2026, 7, 1, 4, 11, 9), 'utc')).toBe('04:11:09');
    expect(formatDate(Date.UTC(2026, 7, 1, 4, 11), 'utc')).toBe('1 Aug 2026, 04:11');
    expect(formatDate(null)).toBe('–');
    expect(formatDate(0)).toBe('–');
    expect(formatDate(Number.MAX_VALUE)).toBe('–');
  });

  it('uses the clock of this computer unless told otherwise', () => {
    const time = new Date(2026, 0, 5, 6, 7, 8).getTime();
    expect(formatTime(time)).toBe('06:07:08');
    expect(formatDate(time)).toBe('5 Jan 2026, 06:07');
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [7700, '7.7 kB'],
    [999_960, '1.0 MB'],
    [8_000_000, '8.0 MB'],
    [75_900_000, '75.9 MB'],
    [684_500_000, '685 MB'],
    [18_200_000_000, '18.2 GB'],
    [2_000_000_000_000, '2.0 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('writes a share in the unit of the whole and never more than the whole', () => {
    expect(formatBytesOf(412_000_000, 684_000_000)).toBe('412 of 684 MB');
    expect(formatBytesOf(3_400_000, 18_300_000)).toBe('3.4 of 18.3 MB');
    expect(formatBytesOf(20_000_000, 18_300_000)).toBe('18.3 of 18.3 MB');
    expect(formatBytesOf(0, 18_300_000)).toBe('0 of 18.3 MB');
  });

  it('never writes four digits before the unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_000_000_000_000 }), (bytes) => {
        expect(formatBytes(bytes)).toMatch(/^\d{1,3}(\.\d)? (B|kB|MB|GB|TB)$/);
      }),
    );
  });
});

describe('names', () => {
  const digest = 'sha256:3f9c1ab2e0aa00000000000000000000000000000000000000000000000a7d04';

  it('cuts digests for their place', () => {
    expect(shortDigest(digest, 'table')).toBe('3f9c1a');
    expect(shortDigest(digest, 'text')).toBe('3f9c1ab2');
    expect(shortDigest(digest, 'card')).toBe('sha256:3f9c1ab2…7d04');
    expect(shortDigest(digest.slice(7), 'card')).toBe('3f9c1ab2…7d04');
    expect(shortDigest('sha256:abc', 'card')).toBe('sha256:abc');
    expect(shortDigest('', 'card')).toBe('');
  });

  it('calls a deployment by its version, else by what it holds', () => {
    expect(versionLabel(deployment('2.14.0'))).toBe('2.14.0');
    expect(versionLabel(deployment('2.14.0', { version: null }))).toBe('@322e3134');
    expect(versionLabel(ostreeDeployment('42', { version: null, checksum: 'abcdef0123' }))).toBe('@abcdef01');
    expect(versionLabel({ version: null, image: null, checksum: null, id: 'fedcba9876' })).toBe('@fedcba98');
  });

  it.each([
    ['one reference', ['quay.io/acme/web:stable'], 'quay.io/acme/web:stable', 'web:stable'],
    ['one organisation', ['quay.io/acme/web:a', 'quay.io/acme/db:b'], 'quay.io/acme/db:b', 'db:b'],
    ['one registry', ['quay.io/acme/web:a', 'quay.io/base/os:b'], 'quay.io/base/os:b', 'base/os:b'],
    ['several registries', ['quay.io/acme/web:a', 'ghcr.io/acme/web:a'], 'ghcr.io/acme/web:a', 'ghcr.io/acme/web:a'],
    ['a longer path', ['quay.io/a/web:1', 'quay.io/a/b/web:1'], 'quay.io/a/b/web:1', 'b/web:1'],
    ['a digest', ['quay.io/a/web@sha256:0123456789abcdef'], 'quay.io/a/web@sha256:0123456789abcdef', 'web@012345'],
    ['a folder', ['/var/lib/images/web'], '/var/lib/images/web', 'web'],
    ['none', [], 'quay.io/acme/web:stable', 'quay.io/acme/web:stable'],
  ])('shortens images that share %s', (_, all, reference, short) => expect(shortImage(reference, all)).toBe(short));

  it('keeps different references different', () => {
    const reference = fc.stringMatching(/^[a-c]{1,2}(\/[a-c]{1,2}){0,3}$/);
    fc.assert(
      fc.property(fc.uniqueArray(reference, { maxLength: 6 }), (references) => {
        const shortened = references.map(imageShortener(references));
        expect(new Set(shortened).size).toBe(references.length);
        expect(shortened).not.toContain('');
      }),
    );
  });

  it('counts', () => {
    expect([
      plural(0, 'host'),
      plural(1, 'host'),
      plural(2, 'host'),
      plural(5000, 'host'),
      plural(2, 'entry', 'entries'),
    ]).toEqual(['0 hosts', '1 host', '2 hosts', '5,000 hosts', '2 entries']);
  });
});
