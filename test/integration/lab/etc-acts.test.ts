import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createCore, type Core } from '../../../electron/core/create-core.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { mergedText, mergeLines } from '../../../shared/logic/line-merge.ts';
import { proofs } from '../../../shared/logic/proofs.ts';
import type { EtcFileAct, EtcSeen } from '../../../shared/model/etc-act.ts';
import type { Operation, OperationPlan } from '../../../shared/model/operation.ts';
import { acquireLabHost, type LabHost } from '../../support/lab.ts';
import { labNeeds } from '../../support/missing-prerequisites.ts';
import { describeWith } from '../../support/prerequisites.ts';
import { ask, configDiff, look } from './support/host-words.ts';
import { versionsOf } from './support/update-story.ts';

const MINUTES = 60_000;
const [V2, BLOCKER] = ['43.20261109.0', '43.20261118.0'];

/** One host that runs real ostree, whose story the tests tell one after another: what is changed in /etc, and what the merge makes of it. */
describeWith(...labNeeds)('changes of /etc on a host that merges it', () => {
  let host: LabHost;
  let core: Core;
  let dir: string;
  let hostId: string;

  beforeAll(async () => {
    host = await acquireLabHost();
    dir = await mkdtemp(join(tmpdir(), 'berth-etc-acts-'));
    const userKnownHosts = join(dir, 'known_hosts');
    await writeFile(userKnownHosts, `${host.knownHostsLine}\n`);
    core = await createCore({
      dataDir: join(dir, 'data'),
      nativeDir: 'native',
      ssh: { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [host.keyFile], agentSocket: null },
      user: 'tester',
      workstation: 'testbed',
    });
    const { name, address, port } = host;
    const given = { user: 'admin', keyFile: null, group: null, tags: [], note: '', transport: 'auto', source: null };
    hostId = (await core.inventory.add({ name, address, port, ...given, transport: 'auto' })).id;
  }, 5 * MINUTES);
  afterAll(async () => {
    await core.dispose();
    await rm(dir, { recursive: true });
    await host.release();
  });

  /** What a comparison shows of paths. */
  async function seen(...paths: string[]): Promise<(EtcSeen | null)[]> {
    const { entries } = await core.etc.compare({ hostId, view: 'drift' });
    return paths.map((path) => entries.find((entry) => entry.path === path)?.local ?? null);
  }

  /** The facts of the boot that runs now. */
  async function read(): Promise<void> {
    const bootId = await host.bootId();
    await vi.waitFor(
      async () => {
        await core.hosts.connect(hostId, 'user');
        const { identity } = await core.hosts.readFacts(hostId);
        expect(identity).toMatchObject({ value: { bootId } });
      },
      { timeout: 45_000, interval: 50 },
    );
  }

  const plan = (...files: EtcFileAct[]) => core.operations.plan({ hostId, request: { verb: 'etc', files } });
  const code = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof BerthError ? error.failure.code : String(error)),
    );

  async function run(planned: OperationPlan): Promise<Operation> {
    await core.operations.start(planned);
    await vi.waitFor(async () => expect((await core.operations.get(planned.operationId)).phase).toBe('ended'), {
      timeout: 45_000,
      interval: 50,
    });
    return core.operations.get(planned.operationId);
  }

  const contrary = (operation: Operation) => proofs(operation).filter(({ kind }) => kind === 'contrary');

  it('takes the image’s version of what was edited, deleted and added here, and keeps what was there', async () => {
    await host.registry.tag('stable', 'v2');
    await ask(
      host,
      'cd /etc && sed -i s/port=80/port=81/ app.conf && chmod 600 app.conf && rm app.d/10-feature.conf && echo mine >app.d/30-new.conf && bootc upgrade',
    );
    const paths = ['app.conf', 'app.d/10-feature.conf', 'app.d/30-new.conf'];
    const found = await seen(...paths);
    const planned = await plan(
      ...paths.map((path, index) => ({ act: 'restore', path, seen: found[index] ?? null }) as const),
    );
    const operation = await run(planned);
    expect([operation.outcome, contrary(operation)]).toEqual([{ kind: 'done' }, []]);
    expect(await configDiff(host)).toEqual({});
    expect([...(await look(host, '/etc', paths)).values()]).toEqual([
      'file 644: port=80\nworkers=4\nloglevel=info',
      'file 644: feature=a',
      'nothing',
    ]);
    const saved = join(dir, 'data/operations', operation.id, 'saved');
    const kept = await Promise.all((await readdir(saved)).map((name) => readFile(join(saved, name), 'utf8')));
    expect(kept.sort()).toEqual(['mine\n', 'port=81\nworkers=4\nloglevel=info\n']);
  });

  it('refuses all of it when one thing changed since it was looked at', async () => {
    await ask(host, 'cd /etc && echo proxy=here >app.proxy && echo own >own.conf');
    const [proxy = null, own = null] = await seen('app.proxy', 'own.conf');
    const acts: EtcFileAct[] = [
      { act: 'restore', path: 'app.proxy', seen: proxy },
      { act: 'delete', path: 'own.conf', seen: own },
    ];
    const planned = await plan(...acts);
    await ask(host, 'echo other >/etc/own.conf');
    expect(await code(core.operations.start(planned))).toBe('etc.changed');
    expect(await code(plan(...acts))).toBe('etc.changed');
    expect(await ask(host, 'cat /etc/app.proxy /etc/own.conf')).toBe('proxy=here\nother');
  });

  it('writes lines that were merged, which stay as they are, and puts back what was there', async () => {
    await ask(host, 'cd /etc && sed -i "1i here" motd && chmod 640 motd && chgrp adm motd');
    const [motd = null] = await seen('motd');
    const [base, local] = [await ask(host, 'cat /usr/etc/motd'), await ask(host, 'cat /etc/motd')];
    const merged = mergedText(mergeLines(`${base}\n`, `${local}\n`, `${base}\nimage\n`));
    expect(merged).toBe(`here\n${base}\nimage\n`);
    const content = core.etcContents.put(Buffer.from(merged ?? ''));
    const wish = { mode: null, uid: null, gid: null };
    const operation = await run(await plan({ act: 'write', path: 'motd', seen: motd, content, ...wish }));
    expect([operation.outcome, contrary(operation)]).toEqual([{ kind: 'done' }, []]);
    expect(await ask(host, 'stat -c "%a %G" /etc/motd; cat /etc/motd')).toBe(`640 adm\nhere\n${base}\nimage`);

    const { files, leftOut } = await core.operations.undoEtc(operation.id);
    expect(leftOut).toEqual([]);
    expect((await run(await plan(...files))).outcome).toEqual({ kind: 'done' });
    expect(await ask(host, 'stat -c "%a %G" /etc/motd; cat /etc/motd')).toBe(`640 adm\n${local}`);
    const log = await core.operations.exportLog(operation.id);
    expect(log.text).toContain('/etc/motd');
    expect(log.text).not.toContain(base);
  });

  it('has the new image’s version after the reboot, and its own of what was written', async () => {
    await host.reboot();
    expect((await versionsOf(host))[0]).toBe(V2);
    const paths = ['app.conf', 'app.d/10-feature.conf', 'app.d/30-new.conf', 'app.proxy'];
    expect([...(await look(host, '/etc', paths)).values()]).toEqual([
      'file 644: port=80\nworkers=8\nloglevel=info',
      'file 644: feature=b',
      'file 644: new=1',
      'file 644: proxy=here',
    ]);
    expect(await ask(host, 'head -n 1 /etc/motd')).toBe('here');
  });

  it('solves what blocks the merge: the update that would have been lost is booted', async () => {
    await host.registry.tag('stable', 'blocker');
    await ask(host, 'echo own >/etc/app.trust/20-own.pem; bootc upgrade');
    await read();
    const { entries } = await core.etc.compare({ hostId, view: 'staged' });
    const blockers = entries.filter(({ outcome }) => outcome === 'blocker');
    expect(blockers.map(({ path }) => path).sort()).toEqual(['app.proxy', 'app.trust/20-own.pem']);
    const operation = await run(
      await plan(...blockers.map(({ path, local }) => ({ act: 'restore', path, seen: local }) as const)),
    );
    expect(operation.outcome).toEqual({ kind: 'done' });
    await host.reboot();
    expect((await versionsOf(host))[0]).toBe(BLOCKER);
    expect([...(await look(host, '/etc', ['app.proxy', 'app.trust'])).values()]).toEqual([
      'folder 755: 10-default.conf',
      'file 644: the certificates of all authorities of the lab',
    ]);
  });
});
