import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStagedDeployment, readBootFacts } from '../../../shared/parse/boot-facts.ts';
import { frameReader } from '../../../shared/parse/facts-readers.ts';
import { readDictionary } from '../../../shared/parse/gvariant.ts';
import { parseKargsToml } from '../../../shared/parse/kargs-toml.ts';
import { splitArguments } from '../../../shared/logic/kernel-arguments.ts';

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../data/ostree', name), 'utf8');
const [booted, staged] = [`${'a'.repeat(64)}.0`, `${'c'.repeat(64)}.0`];
const kernel = '5'.repeat(64);

function bootFacts(frames: Readonly<Record<string, string>>, architecture = 'x86_64') {
  const all = Object.entries(frames).map(([name, stdout]) => ({
    name,
    args: [],
    stdout,
    stderr: '',
    exitCode: 0,
    complete: true,
  }));
  return readBootFacts(frameReader(all, 1), architecture, null);
}

describe('the staged deployment of a real ostree', () => {
  it('with kernel arguments of its own', () => {
    const found = parseStagedDeployment(sample('staged-deployment-with-kargs.hex'));
    expect(splitArguments(found!.arguments!.join(' '))).toEqual([
      'root=LABEL=root',
      'rw',
      'quiet',
      'test="a b"',
      'audit=0',
    ]);
    expect(found!.kernel).toMatch(/^451e7c76[0-9a-f]{56}$/);
  });

  it('with those of the booted one', () => {
    expect(parseStagedDeployment(sample('staged-deployment.hex'))).toEqual({
      arguments: null,
      kernel: 'fec9d61a5aaa45cd86c9f920880e4264df2c1a11ef427208d746e7d1308f6b6d',
    });
  });

  it('is nothing where nothing is staged, and says nothing where it is not understood', () => {
    expect(parseStagedDeployment('\n')).toBeNull();
    expect(parseStagedDeployment(' 00 01 02 ff')).toEqual({ arguments: null, kernel: null });
  });

  it('never throws nor reads too far, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const { bytes: value } of readDictionary(bytes).values()) expect(value.length).toBeLessThan(bytes.length);
      }),
    );
  });

  it('is the same, cut anywhere or with a byte changed, or less', () => {
    const bytes = sample('staged-deployment-with-kargs.hex').trim().split(/\s+/);
    for (let at = 0; at < bytes.length; at += 1) {
      expect(() => parseStagedDeployment(bytes.slice(0, at).join(' '))).not.toThrow();
      expect(() => parseStagedDeployment(bytes.with(at, 'ff').join(' '))).not.toThrow();
    }
  });
});

describe('the frames of a boot', () => {
  it('are joined by the links of ostree', () => {
    const found = bootFacts({
      'boot-entries': [
        `/boot/loader/entries/ostree-2.conf:options root=LABEL=root rw ostree=/ostree/boot.1/default/${kernel}/0`,
        '/boot/loader/entries/ostree-2.conf:x-options-source-berth nosmt a="b c"',
        '/boot/loader/entries/other.conf:x-options-source-berth quiet',
        '/boot/loader/entries/other.conf:options root=/dev/sda1',
        `/boot/loader/entries.staged/x.conf:options rw composefs=?${'d'.repeat(128)}`,
      ].join('\n'),
      'boot-links': `/ostree/boot.1/default/${kernel}/0 ../../../deploy/default/deploy/${booted}\nnonsense\n`,
      'kernel-files': [
        `300 /ostree/deploy/default/deploy/${staged}/usr/lib/modules/6.1/vmlinuz`,
        `700 /ostree/deploy/default/deploy/${staged}/usr/lib/modules/6.1/initramfs.img`,
        '5 /elsewhere',
      ].join('\n'),
      'image-arguments': `\n== ${booted}\nkargs = ["a=1"]\n\n== ${booted}\nkargs = ["b"]\n\n== ../x\nkargs = ["c"]\n`,
    });
    expect(found).toMatchObject({
      entries: {
        value: {
          [booted]: {
            options: `root=LABEL=root rw ostree=/ostree/boot.1/default/${kernel}/0`,
            kernel,
            own: ['nosmt', `a="b c"`],
          },
          ['d'.repeat(128)]: { options: `rw composefs=?${'d'.repeat(128)}`, kernel: null },
        },
      },
      kernelBytes: { value: { [staged]: 1000 } },
      imageArguments: { value: { [booted]: ['a=1', 'b'] } },
      staged: { state: 'unknown', failure: { code: 'facts.incomplete' } },
      softRebootTarget: null,
    });
  });
});

describe('kargs.d', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['one line', 'kargs = ["quiet", "console=tty0"]', ['quiet', 'console=tty0']],
    ['several lines, comments, a last comma', '# a\nkargs = [\n  "a", # b\n  \'c="d e"\',\n]\n', ['a', 'c="d e"']],
    ['a hash in a string', 'kargs = ["a=#1"]', ['a=#1']],
    ['quotes in a string', String.raw`kargs = ["a=\"b c\""]`, ['a="b c"']],
    ['this machine', 'kargs = ["a"]\nmatch-architectures = ["aarch64", "x86_64"]', ['a']],
    ['other machines', 'kargs = ["a"]\nmatch-architectures = ["aarch64"]', []],
    ['no list', 'kargs = 1', []],
    ['nothing', '', []],
  ];
  it.each(cases)('%s', (_, text, expected) => expect(parseKargsToml(text, 'x86_64')).toEqual(expected));

  it('calls machines as Rust does', () => {
    expect(parseKargsToml('kargs = ["a"]\nmatch-architectures = ["powerpc64"]', 'ppc64le')).toEqual(['a']);
  });

  it('takes no time over hostile text', () => {
    const started = Date.now();
    parseKargsToml(`kargs = [${'"a" '.repeat(20_000)}`, 'x86_64');
    parseKargsToml(`kargs = [${'"'.repeat(60_000)}`, 'x86_64');
    expect(Date.now() - started).toBeLessThan(500);
  });
});
