import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { createCore, type Core } from '../../../../electron/core/create-core.ts';
import { BerthError } from '../../../../shared/errors/failure.ts';
import type { DeploymentSet } from '../../../../shared/model/deployment.ts';
import { valueOf } from '../../../../shared/model/fact-value.ts';
import type { Forensics } from '../../../../shared/model/forensics.ts';
import type { HostFacts } from '../../../../shared/model/host-facts.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import { CheckName, type Preflight } from '../../../../shared/model/preflight.ts';
import type { VerbRequest } from '../../../../shared/model/verb.ts';
import type { LabHost } from '../../../support/lab.ts';

/** A Berth that has one host in its inventory. */
export interface BerthOfHost {
  /** Reads the facts now, of the boot that runs now. */
  facts(): Promise<HostFacts>;
  /** The pre-flight of a verb, now, over the facts that were read last. */
  preflight(request: VerbRequest): Promise<Preflight>;
  /** A verb from its plan to its outcome, all warnings of its pre-flight confirmed. */
  run(request: VerbRequest): Promise<Operation>;
  /** Why a verb cannot be planned, on what was read last: the code of the failure; null: it can. */
  refused(request: VerbRequest): Promise<string | null>;
  /** What happened at its last boots, asked in the boot that runs now. */
  forensics(): Promise<Forensics>;
  close(): Promise<void>;
}

export async function openBerth(host: LabHost, user = 'root'): Promise<BerthOfHost> {
  const dir = await mkdtemp(join(tmpdir(), 'berth-lab-'));
  const userKnownHosts = join(dir, 'known_hosts');
  await writeFile(userKnownHosts, `${host.knownHostsLine}\n`);
  const core = await createCore({
    dataDir: join(dir, 'data'),
    nativeDir: 'native',
    ssh: { userKnownHosts, systemKnownHosts: [], defaultKeyFiles: [host.keyFile], agentSocket: null },
    user: 'tester',
    workstation: 'testbed',
  });
  const { name, address, port } = host;
  const { id } = await core.inventory.add({
    ...{ name, address, port, user, keyFile: null, group: null, tags: [], note: '' },
    ...{ transport: 'auto', source: null },
  });
  const reader: BerthOfHost = {
    async facts() {
      const bootId = await host.bootId();
      // A connection that a reboot has ended may still be believed in.
      return vi.waitFor(
        async () => {
          await core.hosts.connect(id, 'user');
          const facts = await core.hosts.readFacts(id);
          expect(valueOf(facts.identity)?.bootId).toBe(bootId);
          return facts;
        },
        { timeout: 45_000, interval: 50 },
      );
    },
    async preflight(request) {
      return core.operations.preflight({ hostId: id, request });
    },
    async run(request) {
      const plan = await core.operations.plan({ hostId: id, request });
      await core.operations.start(plan, { confirmed: CheckName.options });
      return ended(core, plan.operationId);
    },
    async refused(request) {
      return core.operations.plan({ hostId: id, request }).then(
        () => null,
        (error: unknown) => (error instanceof BerthError ? error.failure.code : String(error)),
      );
    },
    async forensics() {
      await reader.facts();
      return core.forensics.read(id);
    },
    async close() {
      await core.dispose();
      await rm(dir, { recursive: true });
    },
  };
  return reader;
}

function ended(core: Core, operationId: string): Promise<Operation> {
  return new Promise((resolve, reject) => {
    const look = () =>
      core.operations.get(operationId).then((operation) => {
        if (operation.phase !== 'ended') return;
        unsubscribe();
        resolve(operation);
      }, reject);
    const unsubscribe = core.operations.onChange(({ id }) => void (id === operationId && look()));
    void look();
  });
}

/** Ids of the deployments of a host by their part in it. */
export interface Parts {
  readonly booted: string | null;
  readonly staged: string | null;
  readonly rollback: string | null;
  readonly rollbackQueued: boolean;
  readonly others: readonly string[];
  readonly pinned: readonly string[];
}

/** Which deployments a host has, in Berth's view. */
export function partsOf({ booted, staged, rollback, rollbackQueued, others }: DeploymentSet): Parts {
  const all = [staged, booted, rollback, ...others].filter((each) => each !== null);
  return {
    booted: booted?.id ?? null,
    staged: staged?.id ?? null,
    rollback: rollback?.id ?? null,
    rollbackQueued,
    others: others.map(({ id }) => id),
    pinned: all.flatMap(({ id, pinned }) => (pinned ? [id] : [])).sort(),
  };
}
