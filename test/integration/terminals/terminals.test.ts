import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeWith, sshdNeeds } from '../../support/prerequisites.ts';
import { startSshd, type TestSshd } from '../../support/sshd.ts';
import { createTerminalWorld, SIZE, until, type TerminalWorld } from './harness.ts';

let sshd: TestSshd;
beforeAll(async () => {
  sshd = await startSshd();
  await writeFile(join(sshd.folder, 'home', '.bash_profile'), "PS1='ready> '\nunset HISTFILE\n");
});
afterAll(() => sshd.stop());

describe.each(['built-in', 'openssh'] as const)('terminals over the %s transport', (transport) => {
  let world: TerminalWorld;
  beforeEach(async () => {
    world = await createTerminalWorld(sshd, transport);
  });
  afterEach(() => world.dispose());

  describeWith(...sshdNeeds)('at a real sshd', () => {
    it('show what is typed and printed, in the size of the page, and end as the shell does', async () => {
      const id = await world.open();
      const page = await world.page(id, { columns: 93, rows: 31 });
      page.type('stty size; echo $TERM\r');
      await until(() => expect(page.lines()).toEqual(expect.arrayContaining(['31 93', 'xterm-256color'])));
      page.stream.send({ size: { columns: 101, rows: 33 } });
      await until(() => expect(world.info(id).size).toEqual({ columns: 101, rows: 33 }));
      page.type('stty size; exit 3\r');
      await until(() => expect(world.info(id).state).toMatchObject({ kind: 'ended', code: 3, signal: null }));
      expect(page.received()).toContain('33 101');
    });

    it('survive a storm of sizes with the last one, few of which the host hears of', async () => {
      const id = await world.open();
      const page = await world.page(id);
      page.type("n=0; trap 'n=$((n + 1))' WINCH; echo trapped\r");
      await until(() => expect(page.lines()).toContain('trapped'));
      for (let columns = 20; columns < 220; columns += 1) page.stream.send({ size: { columns, rows: 30 } });
      await until(() => expect(world.info(id).size).toEqual({ columns: 219, rows: 30 }));
      page.type('stty size; echo "heard $n"\r');
      await until(() => expect(page.received()).toMatch(/heard \d+\r\n/));
      expect(page.received()).toContain('30 219');
      expect(Number(/heard (\d+)/.exec(page.received())?.[1])).toBeLessThan(5);
    });

    it('come back from a lost connection by themselves, with a new shell, and say so', async () => {
      const id = await world.open();
      const page = await world.page(id);
      page.type("echo $$-first; printf '\\033[?1049h\\033[?1000h\\033[?25linside'\r");
      await until(() => expect(page.received()).toContain('inside'));
      await sshd.killSessions();
      await until(() => expect(world.info(id).state).toMatchObject({ kind: 'lost', rebooting: false }));
      expect(world.service.isInUse('h')).toBe(true);
      world.berth.isRebooting = true;
      world.hostChanged();
      expect(world.info(id).state).toMatchObject({ rebooting: true, failure: { code: 'ssh.closed' } });
      await world.connect();
      await until(() => expect(world.info(id).state.kind).toBe('open'));
      page.type('echo $$-second\r');
      await until(() => expect(page.lines().join('\n')).toMatch(/\d-first[^]*connection was lost[^]*\d-second/));
      expect(page.terminal.modes.mouseTrackingMode).toBe('none');
      expect(page.terminal.buffer.active.type).toBe('normal');
    });

    it('take a paste of any size as fast as the host does, whole', async () => {
      const id = await world.open();
      const page = await world.page(id);
      const paste = Buffer.from(`${'berth '.repeat(200)}\n`.repeat(873));
      const file = join(sshd.folder, `paste-${transport}`);
      page.type(`echo $((40 + 2))-go; cat > ${file}; sha256sum < ${file}\r`);
      await until(() => expect(page.lines()).toContain('42-go'));
      page.stream.write(paste);
      expect(page.stream.waiting).toBe(paste.length - 64 * 1024);
      page.type('\u0004');
      const hash = createHash('sha256').update(paste).digest('hex');
      await until(() => expect(page.received()).toContain(hash));
      expect(page.stream.waiting).toBe(0);
    });

    it('are hung up with their last page after the grace, and not before', async () => {
      world.berth.graceMs = 0;
      const id = (await world.service.open('h', SIZE, null)).id;
      world.berth.graceMs = 60_000;
      // Nobody has come to look at it.
      await until(() => expect(world.service.get(id)).toBeNull());

      const kept = await world.open();
      const [first, second] = [await world.page(kept), await world.page(kept)];
      expect([first.leads(), second.leads()]).toEqual([false, true]);
      second.close();
      await until(() => expect(first.leads()).toBe(true));
      world.berth.graceMs = 0;
      first.close();
      await until(() => expect(world.service.get(kept)).toBeNull());
    });
  });
});

describeWith(
  ...sshdNeeds,
  'less',
  'vim',
  'top',
)('terminals', () => {
  let world: TerminalWorld;
  beforeAll(async () => {
    world = await createTerminalWorld(sshd, 'built-in');
  });
  afterAll(() => world.dispose());

  it('show characters that are cut anywhere on the way', async () => {
    const id = await world.open();
    const page = await world.page(id);
    // One byte a write, with a pause after each, so that every character is cut at each of its bytes.
    page.type("stty -echo; printf 'h\\303\\251 \\342\\202\\254 \\360\\237\\220\\263 \\346\\274\\242!\\n' | ");
    page.type('(while IFS= read -r -n1 -d \'\' b; do printf %s "$b"; sleep 0.005; done)\r');
    await until(() => expect(page.lines()).toContain('hé € 🐳 漢!'));
    const again = await world.page(id);
    await until(() => expect(again.lines()).toContain('hé € 🐳 漢!'));
  });

  it('keep little of a flood, however long it is, and give the prompt back at once after an interrupt', async () => {
    const id = await world.open();
    const page = await world.page(id);
    page.type('yes "$(printf %60s x)"\r');
    await until(() => expect(page.bytes).toBeGreaterThan(1.5 * 1024 * 1024));
    expect(page.mostBehind).toBeLessThan(terminalBound);
    const before = page.bytes;
    page.type('\u0003');
    await until(() => expect(page.received()).toContain('dropped by the interrupt'));
    await until(() => expect(page.received()).toMatch(/\^C[^x]*ready> $/));
    // What was on its way to the page, the note and the prompt: nothing of the 2 MB that sshd may send ahead.
    expect(page.bytes - before).toBeLessThan(terminalBound);
    expect(world.info(id).droppedBytes).toBeGreaterThan(0);
    page.type('echo $((40 + 2))\r');
    await until(() => expect(page.lines()).toContain('42'));
  });

  it('stand still for a page that does not keep up, and for nobody who has gone', async () => {
    const id = await world.open();
    const page = await world.page(id);
    page.stall(true);
    page.type('seq 1 250000; echo done-$?\r');
    await until(() => expect(page.mostBehind).toBeGreaterThan(256 * 1024));
    const atRest = page.bytes;
    expect(atRest).toBeLessThan(terminalBound);
    page.close();
    const other = await world.page(id);
    other.stall(false);
    await until(() => expect(other.lines()).toContain('done-0'));
  });

  it.each([
    ['less', 'seq 1 500 | less', '\u0006', 'q'],
    ['vim', "vim -u NONE -c 'set number' /etc/passwd", 'jjl', ':q!\r'],
    ['top', 'top -d 600 -n 2', '', 'q'],
  ])(
    'show %s to a page that comes in the middle as to one that was always there',
    async (name, command, keys, quit) => {
      const id = await world.open();
      const first = await world.page(id);
      first.type(`${command}\r`);
      const ready = { less: ':', vim: 'root:', top: 'PID' }[name] ?? '';
      await until(() => expect(first.lines().join('\n')).toContain(ready));
      first.type(keys);
      // Settled: nothing new between two looks.
      let before = '';
      await until(async () => {
        const now = await first.screen();
        const isSame = now === before;
        before = now;
        expect(isSame).toBe(true);
      }, 80);
      const second = await world.page(id);
      await until(() => expect(second.bytes).toBeGreaterThan(0));
      expect(await second.screen()).toBe(before);
      expect(second.terminal.buffer.active.type).toBe(first.terminal.buffer.active.type);
      expect(second.lines()).toEqual(first.lines());
      second.type(quit);
      // What runs may throw away what is typed while it ends.
      await until(() => expect(second.lines().join('\n').trimEnd()).toMatch(/ready>$/));
      second.type('echo $((40 + 2))-back\r');
      await until(() => expect(second.lines()).toContain('42-back'));
      await until(() => expect(first.lines()).toContain('42-back'));
      expect(await second.screen()).toBe(await first.screen());
    },
  );

  it('are 40 at one host, whose sshd takes 10 of a connection', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => world.open()));
    const pages = await Promise.all(ids.map((id) => world.page(id)));
    pages.forEach((page, index) => page.type(`echo $((${String(index)} + 1000))-mine\r`));
    await until(() => pages.forEach((page, index) => expect(page.lines()).toContain(`${String(index + 1000)}-mine`)));
    expect(world.pool.state('h').kind).toBe('connected');
    for (const id of ids) world.service.close(id);
    expect(pages.every(({ end }) => end === null)).toBe(true);
    await until(() => expect(pages.every(({ end }) => end?.end === 'complete')).toBe(true));
  });

  it('are recorded, from the screen that was there, with what is typed only where that is wanted', async () => {
    const id = await world.open();
    const page = await world.page(id);
    page.type('echo before-$((1))\r');
    await until(() => expect(page.lines()).toContain('before-1'));
    const { recording } = await world.service.record(id, true, false);
    page.type('echo during-$((2))\r');
    await until(() => expect(page.lines()).toContain('during-2'));
    await world.service.record(id, false, false);
    page.type('echo after-$((3))\r');
    await until(() => expect(page.lines()).toContain('after-3'));

    const [found, ...others] = await world.service.recordings('h');
    expect(others).toEqual([]);
    expect(found).toMatchObject({ id: recording?.id, hostName: 'box', user: sshd.user, withInput: false });
    expect(found?.durationMs).toBeGreaterThan(0);
    const file = join(world.dataDir, 'recordings', `${recording?.id ?? ''}.cast`);
    const [header = '', ...events] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(JSON.parse(header)).toMatchObject({ version: 2, width: 80, height: 24, title: `${sshd.user}@box` });
    expect(events.map((line) => (JSON.parse(line) as [number, string])[1])).not.toContain('i');
    let text = '';
    for await (const piece of world.service.exportRecording(recording?.id ?? '', 'text')) text += piece.text;
    expect(text).toContain('before-1');
    expect(text).toContain('during-2');
    expect(text).not.toContain('after-3');

    const typed = await world.service.record(id, true, true);
    page.type('secret\r');
    await until(() => expect(page.received()).toContain('secret'));
    world.service.close(id);
    await until(async () => {
      let cast = '';
      for await (const chunk of world.service.recordingBytes(typed.recording?.id ?? ''))
        cast += Buffer.from(chunk).toString();
      expect(cast).toMatch(/,"i","secret\\r"]/);
    });
    await world.service.removeRecording(recording?.id ?? '');
    expect(await world.service.recordings('h')).toHaveLength(1);
    await expect(world.service.recordingBytes('../../etc/passwd')[Symbol.asyncIterator]().next()).rejects.toThrow(
      'terminal.recording-unknown',
    );
  });
});

/** The window of a page, the chunk that goes over it, and the note. */
const terminalBound = 256 * 1024 + 2 * 64 * 1024;

describeWith(...sshdNeeds, 'tmux')('a shell in tmux', () => {
  it('is found again by the next one', async () => {
    // With a home of its own, and no tmux of whoever runs the tests.
    const home = await mkdtemp(join(tmpdir(), 'berth-tmux-'));
    const own = await startSshd({ config: [`SetEnv HOME=${home} TMUX_TMPDIR=${home}`] });
    const world = await createTerminalWorld(own, 'built-in');
    try {
      const plain = await world.open();
      await until(() => expect(world.info(plain).multiplexers).toContain('tmux'));
      const first = await world.open(SIZE, 'tmux');
      expect(world.info(first).attached).toBe('tmux');
      const page = await world.page(first);
      await until(() => expect(page.lines().join('\n')).toContain('[berth]'));
      page.type('echo $((40 + 2))-kept\r');
      await until(() => expect(page.lines().join('\n')).toContain('42-kept'));
      world.service.close(first);
      // The plain one goes there as well.
      const again = await world.page(plain);
      await world.service.reopen(plain, 'tmux');
      await until(() => expect(again.lines().join('\n')).toContain('42-kept'));
      again.type('tmux kill-server\r');
      await until(() => expect(world.info(plain).state.kind).toBe('ended'));
    } finally {
      await world.dispose();
      await own.stop();
      await rm(home, { recursive: true, force: true });
    }
  });
});
