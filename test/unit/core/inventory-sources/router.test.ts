import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCore, type Core } from '../../../../electron/core/create-core.ts';
import { createRouter } from '../../../../electron/core/router/create-router.ts';
import type { Session } from '../../../../electron/core/sessions.ts';
import type { SourceState } from '../../../../shared/model/source.ts';
import { nativeDir } from '../../../support/demo-fleet.ts';

let dir: string;
let core: Core;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'berth-source-router-'));
  const config = { userFile: join(dir, 'config'), systemFile: null, systemFolder: dir, program: null, isUsual: true };
  core = await createCore({
    dataDir: join(dir, 'data'),
    nativeDir,
    user: 'me',
    workstation: 'here',
    ssh: { userKnownHosts: join(dir, 'kh'), systemKnownHosts: [], defaultKeyFiles: [], agentSocket: null, config },
  });
});
afterEach(async () => {
  await core.dispose();
  await rm(dir, { recursive: true, force: true });
});

const client = () =>
  createRouterClient(createRouter(), { context: { session: { core: () => core } as unknown as Session } }).source;

describe('sources over the contract', () => {
  it('are discovered, imported, followed, applied and forgotten by a page', async () => {
    const source = client();
    const place = { kind: 'ssh-config' } as const;
    await writeFile(join(dir, 'config'), 'Host a\nHost *\n', { mode: 0o600 });
    const found = await source.discover({ place });
    expect(found).toMatchObject({
      hosts: [{ name: 'a', hostId: null }],
      leftOut: [{ text: '*', line: 2 }],
      problems: [],
    });

    const leaving = new AbortController();
    const states = await source.watch(undefined, { signal: leaving.signal });
    const next = async (isIt: (state: SourceState | undefined) => boolean) => {
      for await (const [state] of states) if (isIt(state)) return state;
      throw new Error('The stream has ended');
    };
    await next((state) => state === undefined);
    const { sourceId, added } = await source.import({ place, names: 'all', group: null });
    expect(added).toHaveLength(1);
    await writeFile(join(dir, 'config'), 'Host a\nHost b\n', { mode: 0o600 });
    expect((await source.refresh({ id: sourceId })).changes.added).toMatchObject([{ name: 'b' }]);
    leaving.abort();

    expect((await source.apply({ id: sourceId, names: ['b'] })).added).toHaveLength(1);
    expect(await source.setApply({ id: sourceId, apply: 'by-itself' })).toMatchObject({ apply: 'by-itself', hosts: 2 });
    expect(await source.export({ format: 'list', hostIds: added })).toMatchObject({ text: 'a\n', hosts: 1 });
    await source.forget({ id: sourceId });
    await expect(source.refresh({ id: sourceId })).rejects.toMatchObject({ data: { code: 'source.unknown' } });
  });

  it('tell a page what became of them without being asked', async () => {
    const source = client();
    await writeFile(join(dir, 'config'), 'Host a\n', { mode: 0o600 });
    await source.import({ place: { kind: 'ssh-config' }, names: 'all', group: null });
    const leaving = new AbortController();
    const states = await source.watch(undefined, { signal: leaving.signal });
    const told: string[][] = [];
    for await (const [state] of states) {
      if (state?.readAt === null) continue;
      told.push(state?.changes.added.map(({ name }) => name) ?? []);
      if (told.length === 1) await writeFile(join(dir, 'config'), 'Host a\nHost b\n', { mode: 0o600 });
      if (told.at(-1)?.includes('b')) break;
    }
    leaving.abort();
    expect(told.at(-1)).toEqual(['b']);
  });
});
