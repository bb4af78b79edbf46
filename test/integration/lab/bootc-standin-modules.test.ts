import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseImageOrigin } from '../../../shared/parse/origin.ts';

const standIn = 'test/lab/host/bootc-standin';
const scratch = mkdtempSync(join(tmpdir(), 'bootc-standin-'));
const hasPython = existsSync('/usr/bin/python3');

afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs Python among the stand-in's modules. `given` is there as the name `given`; what `answer` is in the end comes back. */
function python(code: string, given: unknown): unknown {
  const frame = `import json, sys\nsys.path.insert(0, ${JSON.stringify(standIn)})\ngiven = json.load(sys.stdin)\n${code}\nprint(json.dumps(answer))`;
  return JSON.parse(
    execFileSync('/usr/bin/python3', ['-IBS', '-c', frame], { input: JSON.stringify(given), encoding: 'utf8' }),
  );
}

describe.runIf(hasPython)('the modules of the stand-in for bootc', () => {
  it('reads and writes references as origin files have them, as Berth reads them', () => {
    const origins = [
      'ostree-unverified-registry:registry.lab:5077/os:stable',
      'ostree-image-signed:docker://quay.io/acme/os:stable',
      'ostree-unverified-image:oci:/var/image',
      'ostree-remote-image:fedora:docker://quay.io/acme/os',
    ];
    const code = `from standin.reference import from_origin
answer = [[from_origin(each).to_origin(), from_origin(each).to_json()] for each in given]`;
    const answer = python(code, origins) as [string, { image: string; transport: string }][];
    expect(answer.map(([origin]) => origin)).toEqual(origins);
    for (const [origin, { image, transport }] of answer)
      expect(parseImageOrigin(origin)).toMatchObject({ image, transport });
  });

  it('names refs as ostree’s containers do, and finds other tags', () => {
    const code = `from standin.reference import ImageReference
answer = [ImageReference(given).ref(), ImageReference(given + "@sha256:0").with_tag("next").image]`;
    expect(python(code, 'quay.io:443/acme/os:stable')).toEqual([
      'ostree/container/image/docker_3A__2F__2F_quay_2E_io_3A_443/acme/os_3A_stable',
      'quay.io:443/acme/os:next',
    ]);
  });

  it('reads strings as ostree prints them', () => {
    const code = 'from standin.ostree import unquote\nanswer = [unquote(each) for each in given]';
    const printed = [`'plain'`, String.raw`"it's \"so\""`, String.raw`'{"a":"b\\n\n\u00e9"}'`];
    expect(python(code, printed)).toEqual(['plain', `it's "so"`, '{"a":"b\\n\né"}']);
  });

  it('reads the deployments of an ostree that has no JSON', () => {
    const checksum = 'ab'.repeat(32);
    const text = [
      `  default ${checksum}.1 (staged)`,
      '    Version: 3',
      `* default ${checksum}.0`,
      '    Version: 2',
      '    Unlocked: development',
      '    origin: <unknown origin type>',
      `  default ${checksum}.2 (rollback)`,
      '    Pinned: yes',
    ].join('\n');
    expect(python('from standin.deployments import from_text\nanswer = from_text(given)', text)).toMatchObject([
      { index: 0, serial: 1, staged: true, booted: false, version: '3' },
      { index: 1, serial: 0, staged: false, booted: true, version: '2', unlocked: 'development' },
      { index: 2, serial: 2, staged: false, booted: false, pinned: true },
    ]);
  });

  it('writes YAML that means the same, whatever is in it', () => {
    const document = {
      text: {
        plain: 'quay.io/acme/os:stable',
        number: '42',
        float: '1.5',
        word: 'no',
        odd: "it's: #1",
        empty: '',
        tilde: '~',
      },
      others: [{ pinned: true, image: null, ostree: { deploySerial: 0 } }],
    };
    const yaml = python('from standin.render import to_yaml\nanswer = to_yaml(given)', document) as string;
    expect(parse(yaml)).toEqual(document);
  });

  it('reads the specification of `bootc edit` in YAML and JSON, and refuses YAML that it does not know', () => {
    const code = `from standin.document import read_document, spec_of
from standin.failures import Failure
def read(text):
    try:
        image, order = spec_of(read_document(text))
        return [image and image.to_json(), order]
    except Failure as failure:
        return str(failure)
answer = [read(each) for each in given]`;
    const yaml =
      'spec:\n  image:\n    image: a/b:c\n    transport: registry\n    signature: !ostreeRemote "fedora"\n  bootOrder: rollback\n';
    const json = JSON.stringify({ spec: { image: null } });
    const [fromYaml, fromJson, flow] = python(code, [yaml, json, 'spec: {image: null}\n- x\n']) as unknown[];
    expect(fromYaml).toEqual([
      { image: 'a/b:c', transport: 'registry', signature: { ostreeRemote: 'fedora' } },
      'rollback',
    ]);
    expect(fromJson).toEqual([null, 'default']);
    expect(flow).toMatch(/stand-in, which does not do this: read this YAML, at line 2/);
  });

  it('takes kernel arguments for its own processor alone', () => {
    const code = 'from standin.kargs import parse\nanswer = [parse(each) for each in given]';
    expect(python(code, ['kargs = ["a=1", "b"]', 'kargs = ["c"]\nmatch-architectures = ["vax"]'])).toEqual([
      ['a=1', 'b'],
      [],
    ]);
  });

  it('says what is wrong with the blobs of a first deployment', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    execFileSync('mkdir', ['-p', join(scratch, 'oci/blobs/sha256')]);
    writeFileSync(join(scratch, 'oci/blobs/sha256', '0'.repeat(64)), '{}');
    const words = ['sysroot', 'stateroot', 'repo', 'reference'].map((name) => `--${name}=x`);
    const run = () =>
      execFileSync(`${standIn}/first-deployment`, [...words, `--oci=${join(scratch, 'oci')}`, `--digest=${digest}`], {
        stdio: 'pipe',
      });
    expect(run).toThrow('the blob has another content');
  });
});
