import { describe, expect, it } from 'vitest';
import { parseForensics } from '../../../shared/parse/forensics.ts';
import type { ParsedFrame } from '../../../shared/parse/frames.ts';

const BOOT = '1'.repeat(32);
const KERNEL = 'f'.repeat(64);
const [A, B] = ['a', 'b'].map((letter) => `${letter.repeat(64)}.0`) as [string, string];
const VERITY = 'e'.repeat(128);

const frame = (name: string, stdout: string, differs: Partial<ParsedFrame> = {}): ParsedFrame => ({
  ...{ name, args: [], stdout, stderr: '', exitCode: 0, complete: true },
  ...differs,
});
const commandLine = (words: string) =>
  frame('command-lines', `\n== ${BOOT}\nCommand line: BOOT_IMAGE=/vmlinuz ${words} rw\n`);
const link = (id: string, serial = 0) => `boot.1.1/default/${KERNEL}/${String(serial)} ${id}\n`;
const deploymentOf = (...frames: ParsedFrame[]) => parseForensics(frames).deployments.get(BOOT);

describe('which deployment a boot ran', () => {
  const told = frame(
    'deployments',
    `{"__REALTIME_TIMESTAMP":"1000000","_BOOT_ID":"${BOOT}","DEPLOYMENT_PATH":"/sysroot/ostree/deploy/default/deploy/${A}"}\n`,
  );
  const ofOstree = commandLine(`ostree=/ostree/boot.1/default/${KERNEL}/0`);

  it('as ostree-prepare-root told', () => {
    expect(deploymentOf(told)).toBe(A);
  });
  it('by the kernel, where that belongs to one deployment', () => {
    expect(deploymentOf(ofOstree, frame('boot-links', link(B)))).toBe(B);
    expect(deploymentOf(ofOstree, frame('boot-links', link(B) + link(B)))).toBe(B);
  });
  it('not by a kernel of two deployments, nor by one that is gone', () => {
    expect(deploymentOf(ofOstree, frame('boot-links', link(A) + link(B, 1)))).toBeUndefined();
    expect(deploymentOf(ofOstree, frame('boot-links', ''))).toBeUndefined();
  });
  it('by ostree rather than by the kernel', () => {
    expect(deploymentOf(ofOstree, frame('boot-links', link(B)), told)).toBe(A);
  });
  it.each(['composefs=', 'composefs=?'])('on the composefs backend, from %s', (word) => {
    expect(deploymentOf(commandLine(`${word}${VERITY}`))).toBe(VERITY);
  });
});

describe('a host', () => {
  it('that says nothing is one of which nothing is known', () => {
    expect(parseForensics([])).toMatchObject({
      ...{ bootId: '', journal: 'none', persistent: false, boots: [], events: [], maxAttempts: 3, softReboots: null },
      failures: [{ code: 'facts.incomplete' }],
    });
  });

  it('without journalctl says so once', () => {
    const missing = { exitCode: 127, stderr: 'journalctl: not found\n' };
    const names = ['boots', 'deployments', 'events', 'auto-updates'];
    expect(parseForensics(names.map((name) => frame(name, '', missing))).failures).toEqual([
      { code: 'facts.tool-missing', params: { tool: 'journalctl' } },
    ]);
  });

  it('tells what it is set to', () => {
    const probe = parseForensics([
      frame(
        'identity',
        `boot-id=11111111-1111-1111-1111-111111111111\nuser-id=0\nuser=root\npersistent=yes\njournal=readable\n`,
      ),
      frame('greenboot-conf', '# GREENBOOT_MAX_BOOT_ATTEMPTS=9\nGREENBOOT_MAX_BOOT_ATTEMPTS="5"\n'),
      frame('systemd', 'SoftRebootsCount=2\n\nId=ostree-boot-complete.service\n'),
      frame('stamp', 'Finalizing deployment: \u001b[31mno\u001b[0m room\n'),
      frame('crashes', '/sys/fs/pstore/dmesg-efi-1\n'),
    ]);
    expect(probe).toMatchObject({
      ...{ bootId: BOOT, isRoot: true, persistent: true, journal: 'readable', maxAttempts: 5, softReboots: 2 },
      ...{ stamp: 'Finalizing deployment: no room', crashes: ['/sys/fs/pstore/dmesg-efi-1'] },
    });
  });
});
