import { namesOf } from '../../../shared/logic/forensics-names.ts';
import type { DeploymentSet } from '../../../shared/model/deployment.ts';
import { valueOf } from '../../../shared/model/fact-value.ts';
import type { JournalAccess, JournalBoot } from '../../../shared/model/journal.ts';
import { journalLimits } from '../../../shared/model/journal-limits.ts';
import { parseForensics } from '../../../shared/parse/forensics.ts';
import { BerthError } from '../../../shared/errors/failure.ts';
import { asRootOrUser } from '../hosts/root-or-user.ts';
import { runScript } from '../ssh/run-script.ts';
import { accessOf } from './ask-journal.ts';
import type { JournalContext } from './journal-service.ts';

/** Several readers of 30 s at most. */
const TIMEOUT_MS = 120_000;
/** Operations of a host that are looked at for how versions are called. */
const OPERATIONS = 30;

/** The boots in a journal, newest first, with what each ran. Rejects with BerthError as `runScript` does. */
export async function readJournalBoots(
  { hosts, operations, scripts, signal }: JournalContext,
  hostId: string,
): Promise<{ readonly boots: JournalBoot[]; readonly access: JournalAccess }> {
  if (!hosts.host(hostId)) throw new BerthError('input.host-unknown', { value: hostId });
  const connection = await hosts.connect(hostId, 'user');
  const facts = hosts.facts(hostId) ?? (await hosts.readFacts(hostId));
  const set = valueOf(facts.deployments);
  return asRootOrUser(hosts, connection, async (root) => {
    const request = { script: 'probes/journal-boots', args: [''], root, timeoutMs: TIMEOUT_MS, signal };
    const { frames } = await runScript(connection, scripts, request);
    const probe = parseForensics(frames);
    const done = await operations.list({ hostId, hostName: null, before: null, limit: OPERATIONS });
    const names = namesOf(set, done);
    const digests = digestsOf(set);
    const boots = probe.boots.toReversed().slice(0, journalLimits.boots);
    const frame = (name: string) => frames.find((each) => each.name === name);
    return {
      boots: boots.map(({ id, firstAt, lastAt }, index) => {
        const running = id === probe.bootId;
        const deployment = (running ? set?.booted?.id : null) ?? probe.deployments.get(id) ?? null;
        return {
          id,
          firstAt,
          lastAt,
          index: index === 0 ? 0 : -index,
          running,
          deployment:
            deployment === null
              ? null
              : { id: deployment, version: names.get(deployment) ?? null, digest: digests.get(deployment) ?? null },
        };
      }),
      access: accessOf(
        frame('identity')?.stdout ?? '',
        frame('boots')?.stderr ?? '',
        probe.boots.length === 0,
        root !== null,
      ),
    };
  });
}

function digestsOf(set: DeploymentSet | null): ReadonlyMap<string, string> {
  const all = set ? [set.booted, set.staged, set.rollback, ...set.others] : [];
  return new Map(all.flatMap((each) => (each?.image ? [[each.id, each.image.digest] as const] : [])));
}
