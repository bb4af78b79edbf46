import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import process from 'node:process';

/** Where Linux has a file system in memory for everybody. */
const IN_MEMORY = '/dev/shm';

/** So much must be free there, in bytes: the largest log of a test and all else that lies about at the same time. */
const ENOUGH = 4 * 1024 ** 3;

/**
 * Has this process and those it starts keep their temporary files in memory, where that can be had: tests make and remove them by the
 * ten thousand, which on a disk takes a third of their time. They are gone with the process. Whoever sets TMPDIR is left alone.
 */
export function useFastTemporary() {
  if (process.env.TMPDIR || !isFit()) return;
  const folder = mkdtempSync(`${IN_MEMORY}/berth-`);
  // As /tmp: users of test hosts find their homes in it.
  chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  process.on('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // A program of a test that lives on a moment longer; the rest is small and in memory.
    }
  });
}

/** Containers often have a small one, or one that no program may be started from. */
function isFit() {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .findLast(([, place]) => place === IN_MEMORY);
    const options = mount?.[3]?.split(',') ?? [];
    const isPlain = mount?.[2] === 'tmpfs' && !['ro', 'noexec', 'nosuid'].some((option) => options.includes(option));
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return isPlain && bavail * bsize >= ENOUGH;
  } catch {
    return false;
  }
}
