import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StartFleet } from '../../../electron/core/demo-workspaces.ts';
import { createSessions, type Sessions } from '../../../electron/core/sessions.ts';
import { nativeDir } from '../../support/demo-fleet.ts';

/** Fleets without hosts, that start when they are told to. */
function heldFleets() {
  const state = { living: 0, starting: 0 };
  let release: (error?: Error) => void = () => undefined;
  const startFleet: StartFleet = async ({ dir }) => {
    state.starting += 1;
    await new Promise<void>((resolve, reject) => {
      release = (error) => (error ? reject(error) : resolve());
    });
    state.living += 1;
    return {
      hosts: [],
      knownHostsText: '',
      keyFile: join(dir, 'key'),
      dispose: () => {
        state.living -= 1;
        return Promise.resolve();
      },
    };
  };
  return { state, startFleet, release: (error?: Error) => release(error) };
}

describe('the demo of a session', () => {
  let folder: string;
  let sessions: Sessions;
  const fleets = heldFleets();
  const leftovers = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('berth-demo-'));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-sessions-'));
    vi.stubEnv('TMPDIR', join(folder, 'tmp'));
    await mkdir(tmpdir());
    fleets.state.starting = 0;
    sessions = await createSessions({
      core: { dataDir: join(folder, 'data'), nativeDir, user: 'me', workstation: 'here' },
      version: '1',
      home: 'test',
      demo: null,
      startFleet: fleets.startFleet,
    });
  });
  afterEach(async () => {
    await sessions.dispose();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it('ends with the last session that looks at it', async () => {
    const session = await sessions.open();
    const opening = session.openDemo(3);
    await vi.waitFor(() => expect(fleets.state.starting).toBe(1));
    fleets.release();
    await opening;
    expect((await session.info()).demo).toBe(3);
    session.dispose();
    await vi.waitFor(async () => expect(await leftovers()).toEqual([]));
    expect(fleets.state.living).toBe(0);
  });

  it('ends as well when its page has gone before it was there', async () => {
    const session = await sessions.open();
    const opening = session.openDemo(3);
    await vi.waitFor(() => expect(fleets.state.starting).toBe(1));
    session.dispose();
    fleets.release();
    await expect(opening).rejects.toMatchObject({ failure: { code: 'connection.lost' } });
    expect(fleets.state.living).toBe(0);
    expect(await leftovers()).toEqual([]);
  });

  it('that cannot start leaves nothing behind, and can be started again', async () => {
    const session = await sessions.open();
    const opening = session.openDemo(3);
    await vi.waitFor(() => expect(fleets.state.starting).toBe(1));
    fleets.release(new Error('no ports left'));
    await expect(opening).rejects.toThrow('no ports left');
    expect(await leftovers()).toEqual([]);

    const again = session.openDemo(3);
    await vi.waitFor(() => expect(fleets.state.starting).toBe(2));
    fleets.release();
    await again;
    expect(fleets.state.living).toBe(1);
    session.dispose();
  });

  it('that was left is gone before its Berth is', async () => {
    const session = await sessions.open();
    const opening = session.openDemo(3);
    await vi.waitFor(() => expect(fleets.state.starting).toBe(1));
    fleets.release();
    await opening;
    session.dispose();
    await sessions.dispose();
    expect(fleets.state.living).toBe(0);
    expect(await leftovers()).toEqual([]);
  });
});
