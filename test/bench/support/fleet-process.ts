import { startDemoFleet } from '../../../electron/demo/start-demo-fleet.ts';

/** A demo fleet in a process of its own, so that its memory is not counted as the core's: `fork` it with the number of hosts and a folder. */
async function main(hosts: number, dir: string): Promise<void> {
  const fleet = await startDemoFleet({ hosts, dir });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ hosts: fleet.hosts, knownHostsText: fleet.knownHostsText, keyFile: fleet.keyFile });
}

void main(Number(process.argv[2]), process.argv[3] ?? '');
