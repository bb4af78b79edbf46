import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageReferenceFailure, parseImageName } from '../../../shared/parse/image-reference.ts';

const HEX = 'a1'.repeat(32);

describe('parseImageName', () => {
  it.each([
    ['quay.io/acme/web:2.15', { host: 'quay.io', path: 'acme/web', tag: '2.15', digest: null }],
    ['localhost/os', { host: 'localhost', path: 'os', tag: null, digest: null }],
    ['registry:5000/a/b', { host: 'registry:5000', path: 'a/b', tag: null, digest: null }],
    ['[fd00::1]:5000/os:x', { host: '[fd00::1]:5000', path: 'os', tag: 'x', digest: null }],
    ['fedora', { host: null, path: 'fedora', tag: null, digest: null }],
    ['library/fedora:41', { host: null, path: 'library/fedora', tag: '41', digest: null }],
    [`quay.io/a/b@sha256:${HEX}`, { host: 'quay.io', path: 'a/b', tag: null, digest: `sha256:${HEX}` }],
    [`quay.io/a/b:2@sha256:${HEX}`, { host: 'quay.io', path: 'a/b', tag: '2', digest: `sha256:${HEX}` }],
    ['q.io/a__b/c-d.e_f', { host: 'q.io', path: 'a__b/c-d.e_f', tag: null, digest: null }],
  ])('%s', (text, value) => {
    expect(parseImageName(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'empty'],
    ['a b', 'blank'],
    ['quay.io/ä', 'ASCII'],
    ['docker://quay.io/a', 'docker://'],
    ['https://quay.io/a', 'https://'],
    ['quay.io/Acme/web', '“Acme”'],
    ['quay.io//web', 'empty'],
    ['quay.io/web:', '“”'],
    ['quay.io/web:-x', '“-x”'],
    [`quay.io/web:${'t'.repeat(129)}`, 'at most 128'],
    ['quay.io/web@sha256:abc', 'no digest'],
    [`quay.io/web@sha256:${HEX}00`, '64 hex'],
    ['-quay.io/web', 'registry'],
    ['--help', '“--help”'],
    ['$(reboot)', '“$(reboot)”'],
    [`quay.io/${'a'.repeat(300)}`, '255'],
  ])('%j is none, and says why', (text, why) => {
    const parsed = parseImageName(text);
    expect(parsed.ok ? null : parsed.failure).toMatchObject({ code: 'input.image-reference' });
    expect(JSON.stringify(parsed)).toContain(why.replaceAll('"', '\\"'));
  });

  it('never takes what a shell or a command line could take for something else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const parsed = parseImageName(text);
        if (parsed.ok) expect(text).toMatch(/^[A-Za-z0-9[][\w.:/@+[\]-]*$/);
      }),
    );
  });
});

describe('imageReferenceFailure', () => {
  it.each([
    ['quay.io/a/b', 'registry', null],
    ['/var/lib/os', 'oci', null],
    ['/var/lib/os:latest', 'oci', null],
    ['os', 'oci', 'input.image-reference'],
    ['/a b', 'dir', 'input.image-reference'],
    ['quay.io/a', 'ftp', 'input.image-transport'],
    ['localhost/os', 'containers-storage', null],
  ])('%s by %s', (image, transport, code) => {
    expect(imageReferenceFailure({ image, transport })?.code ?? null).toBe(code);
  });
});
