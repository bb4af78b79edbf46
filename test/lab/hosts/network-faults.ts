import { runCommand } from '../command.ts';
import type { HostPlace } from './host-place.ts';
import type { Faults } from './model.ts';

/** A locally administered address that no interface has: frames for it are dropped where they arrive. */
const NOBODY = '02:00:00:00:00:01';

type NetworkFaults = Pick<Faults, 'dropNetwork' | 'slowNetwork' | 'restoreNetwork'>;

/** What can happen to the link of a host. `onHost` puts a command onto the host. */
export function createNetworkFaults(
  place: HostPlace,
  onHost: (...words: readonly string[]) => readonly string[],
): NetworkFaults {
  /** Both ends of the link: how a command is run there, its interface, and the address at the other end. */
  const ends = () => [
    { run: (...words: readonly string[]) => runCommand(words), device: place.link, peer: place.address },
    { run: (...words: readonly string[]) => runCommand(onHost(...words)), device: 'eth0', peer: place.gateway },
  ];
  const refuse = () => refuseSmall(place, "its network is this machine's");

  async function restoreNetwork(): Promise<void> {
    refuse();
    for (const { run, device, peer } of ends()) {
      await run('ip', 'neigh', 'flush', 'to', peer, 'dev', device, 'nud', 'all');
      if (/ (tbf|netem) /.test(await run('tc', 'qdisc', 'show', 'dev', device))) {
        await run('tc', 'qdisc', 'delete', 'dev', device, 'root');
      }
    }
  }

  return {
    async dropNetwork() {
      refuse();
      for (const { run, device, peer } of ends()) {
        await run('ip', 'neigh', 'replace', peer, 'lladdr', NOBODY, 'dev', device, 'nud', 'permanent');
      }
    },
    async slowNetwork({ kilobitsPerSecond, delayMs }) {
      refuse();
      const discipline = delayMs === undefined ? shaper(kilobitsPerSecond) : emulator(delayMs, kilobitsPerSecond);
      for (const { run, device } of ends()) {
        await run('tc', 'qdisc', 'replace', 'dev', device, 'root', ...discipline).catch((error: unknown) => {
          if (!String(error).includes('qdisc kind is unknown')) throw error;
          throw new Error(
            `${place.name}: this kernel has no sch_${discipline[0]}, so it cannot ${delayMs === undefined ? 'limit' : 'delay'} packets. ` +
              `Try: modprobe sch_${discipline[0]}`,
            { cause: error },
          );
        });
      }
    },
    restoreNetwork,
  };
}

/** Refuses what only a full host has. */
export function refuseSmall(place: HostPlace, why: string): void {
  if (place.tier === 1) throw new Error(`${place.name} is a small host: ${why}. Ask for a host of tier 2.`);
}

/** A token bucket: sch_tbf, which nearly every kernel has. */
function shaper(kilobitsPerSecond = 1000): readonly string[] {
  return ['tbf', 'rate', `${kilobitsPerSecond}kbit`, 'burst', '16kb', 'latency', '2s'];
}

/** Delay, and a limit too: sch_netem. */
function emulator(delayMs: number, kilobitsPerSecond: number | undefined): readonly string[] {
  const rate = kilobitsPerSecond === undefined ? [] : ['rate', `${kilobitsPerSecond}kbit`];
  return ['netem', 'delay', `${delayMs}ms`, ...rate];
}
