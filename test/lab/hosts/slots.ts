import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { labPath } from '../places.ts';
import type { LabName } from './host-place.ts';
import { prepareMachine } from './machine.ts';
import { script } from './scripts.ts';

/** Numbers of hosts that belong to this process until it gives them back or ends, in whatever way. */
export interface Slots {
  readonly numbers: readonly number[];
  /** Removes the host of a number and gives the number back. */
  giveBack(number: number): Promise<void>;
}

/**
 * Takes free numbers of a lab, and prepares the machine for their hosts. keep-slots.sh locks the numbers, and removes the hosts also
 * when this process is killed.
 */
export async function takeSlots(lab: LabName, count: number): Promise<Slots> {
  // A session of its own: what interrupts this process shall not keep it from cleaning up.
  const keeper = spawn('bash', [script('keep-slots.sh'), labPath(lab), String(count)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const waiting = new Map<number, () => void>();
  const numbers: number[] = [];
  const ended = new Promise<never>((_, reject) =>
    keeper.once('close', (code) =>
      reject(new Error(`The numbers of the lab's hosts are lost (exit code ${code}). ${said}`)),
    ),
  );
  ended.catch(() => {}); // Of interest only while somebody waits.

  const taken = new Promise<void>((resolve) => {
    createInterface({ input: keeper.stdout }).on('line', (line) => {
      const number = Number(line);
      if (numbers.length < count) {
        numbers.push(number);
        if (numbers.length === count) resolve();
      } else {
        waiting.get(number)?.();
      }
    });
  });
  await Promise.race([taken, ended]);
  // Only now: whoever takes the lab down sees first that its numbers are in use.
  await prepareMachine();
  // This process may end without asking the keeper, who then cleans up.
  keeper.unref();
  for (const stream of [keeper.stdin, keeper.stdout, keeper.stderr]) (stream as unknown as { unref(): void }).unref();

  let left = count;
  return {
    numbers,
    async giveBack(number) {
      const done = new Promise<void>((resolve) => waiting.set(number, resolve));
      keeper.stdin.write(`${number}\n`);
      keeper.ref();
      try {
        await Promise.race([done, ended]);
      } finally {
        waiting.delete(number);
        if (waiting.size === 0) keeper.unref();
      }
      left -= 1;
      if (left === 0) keeper.stdin.end();
    },
  };
}
