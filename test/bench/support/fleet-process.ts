import { startDemoFleet } from '../../../electron/demo/start-demo-fleet.ts';

/** The process that demo-fleet.ts forks, with the number of hosts and a folder. Ends with its parent. */
async function main(hosts: number, dir: string): Promise<void> {
  process.on('disconnect', () => process.exit(0));
  const { hosts: inputs, knownHostsText, keyFile } = await startDemoFleet({ hosts, dir });
  process.send?.({ hosts: inputs, knownHostsText, keyFile });
}

void main(Number(process.argv[2]), process.argv[3] ?? '');
