import { expect, it, vi } from 'vitest';
import { createDemoShell } from '../../../electron/demo/demo-shell.ts';
import { demoHostSpecs } from '../../../electron/demo/variations.ts';
import { initialState } from '../../../electron/demo/initial-state.ts';

function open() {
  const [spec] = demoHostSpecs(1, 'berth');
  if (!spec) throw new Error('There is no host');
  const state = initialState(spec, 0);
  let text = '';
  let chunks = 0;
  let ended: number | null = null;
  const shell = createDemoShell({
    terminal: {
      async write(more) {
        text += more;
        chunks += 1;
      },
      size: () => ({ columns: 80, rows: 24 }),
      exit: (code) => (ended = code),
    },
    ...{ user: 'admin', startedAt: 0 },
    context: () => ({ state, isRoot: false, user: 'admin', now: 1000, wait: () => Promise.resolve(true) }),
  });
  const type = (keys: string) => shell.push(Buffer.from(keys));
  return { type, text: () => text, chunks: () => chunks, ended: () => ended, prompt: `[admin@${spec.name} demo]$ ` };
}

const settled = (shell: ReturnType<typeof open>) =>
  vi.waitFor(() => expect(shell.text().endsWith(shell.prompt) || shell.ended() !== null).toBe(true));

it('says what it is, edits a line, answers, and ends with a code', async () => {
  const shell = open();
  expect(shell.text()).toContain('simulated host');
  shell.type('stty sizZ\u007fe\r');
  await settled(shell);
  expect(shell.text()).toContain('24 80\r\n');
  shell.type('seq 3\r');
  await settled(shell);
  expect(shell.text()).toContain('seq 3\r\n1\r\n2\r\n3\r\n');
  shell.type('\u001b[A\r');
  await settled(shell);
  expect(shell.text().match(/1\r\n2\r\n3\r\n/g)).toHaveLength(2);
  shell.type('rm -rf /\r');
  await settled(shell);
  expect(shell.text()).toContain('this is a simulated host; it knows');
  shell.type('exit 3\r');
  expect(shell.ended()).toBe(3);
});

it('stops a flood when it is interrupted, and does then what was typed meanwhile', async () => {
  const shell = open();
  shell.type('flood\r');
  await vi.waitFor(() => expect(shell.chunks()).toBeGreaterThan(5));
  shell.type('\u0003');
  await settled(shell);
  expect(shell.text()).toContain('^C\r\n');
  shell.type('yes\r');
  shell.type('\u0003echo on');
  await vi.waitFor(() => expect(shell.text()).toContain('echo on'));
  shell.type('\r');
  await vi.waitFor(() => expect(shell.text()).toMatch(/\r\non\r\n/));
});
