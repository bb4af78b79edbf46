import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { claimedRanges } from './hosts/address-range.ts';
import { whyNotHere } from './hosts/requirements.ts';
import { bringUp, handFaults, handHost, handStatus } from './hosts/hand.ts';
import { lastNumber } from './hosts/host-place.ts';
import { takeDown } from './hosts/leftovers.ts';
import { labKey } from './hosts/make-host.ts';
import type { Faults, LabHostOptions, Manager } from './hosts/model.ts';
import { powerCut, powerOn, waitForBoot } from './hosts/power.ts';
import { SERVE, serveRegistries } from './hosts/registries.ts';
import { createRegistryControl } from './hosts/registry-control.ts';
import { runOnHost, sshWords } from './hosts/run-on-host.ts';
import { lastBootId } from './hosts/host-place.ts';
import type { ImageName } from './images/image-set.ts';
import { labDir } from './places.ts';
import type { RegistryFault } from './registry/state.ts';

const imageNames = ['v1', 'v2', 'v3', 'broken', 'blocker', 'other'] as const satisfies readonly ImageName[];
const registryFaults = ['none', 'unreachable', 'unauthorized', 'not-found', 'slow', 'cut'] as const;

/** Faults without arguments that may be left as they are; those that must be taken back are pairs. */
const faults: Readonly<Record<string, (faults: Faults) => Promise<unknown>>> = {
  'kill-sessions': (host) => host.killSessions(),
  'stop-sshd': (host) => host.stopSshd(),
  'start-sshd': (host) => host.startSshd(),
  'drop-network': (host) => host.dropNetwork(),
  'slow-network': (host) => host.slowNetwork({ kilobitsPerSecond: 256 }),
  'restore-network': (host) => host.restoreNetwork(),
  'fill-disk': (host) => host.fillDisk(),
  'free-disk': (host) => host.freeDisk(),
  'fail-finalize': (host) => host.failFinalize(),
  'lose-journal': (host) => host.loseJournal(),
  'change-host-key': (host) => host.changeHostKey(),
};

interface UpOptions {
  readonly full?: true;
  readonly composefs?: true;
  readonly old?: true;
  readonly manager: Manager;
}

const program = new Command('lab')
  .enablePositionalOptions()
  .usage('<command>   (npm run lab -- <command>)')
  .description('Real image-mode hosts on this machine.')
  .showHelpAfterError('npm run lab -- help tells the commands.');

program
  .command('up [count]')
  .description('boot hosts 1 to COUNT; without an option small ones')
  .option('--full', 'full hosts: systemd, a network of their own')
  .option('--composefs', 'full hosts with a composefs root')
  .option('--old', "full hosts with Debian 12's ostree 2022.7")
  .addOption(
    new Option('--manager <name>', 'what they are managed with')
      .choices(['bootc', 'rpm-ostree', 'ostree'])
      .default('bootc'),
  )
  .action(async (count: string | undefined, options: UpOptions) => {
    await bringUp(hostNumber(count ?? '1'), hostOptions(options), __filename, say);
    say('npm run lab -- ssh 1 logs in; npm run lab -- down removes all.');
  });

program.command('status').description('a table of the hosts').action(showStatus);

program
  .command('ssh <host> [command...]')
  .description('log in as root, or run a command')
  .option('-u, --user <name>', 'another user: admin, opera (password: open sesame), guest, fisher, cesar', 'root')
  .passThroughOptions()
  .action(async (host: string, command: readonly string[], { user }: { user: string }) => {
    const [ssh = '', ...words] = sshWords(handHost(hostNumber(host)), await labKey('hand'), user);
    const terminal = process.stdin.isTTY ? ['-t'] : [];
    process.exitCode = spawnSync(ssh, [...terminal, ...words, ...command], { stdio: 'inherit' }).status ?? 255;
  });

program
  .command('reboot <host>')
  .description('systemctl reboot, and wait for the next boot')
  .action(async (host: string) => {
    const place = handHost(hostNumber(host));
    const before = lastBootId(place);
    await runOnHost(place, await labKey('hand'), 'systemctl reboot');
    await waitForBoot(place, before);
  });

program
  .command('crash <host>')
  .description('cut the power')
  .action((host: string) => powerCut(handHost(hostNumber(host))));

program
  .command('on <host>')
  .description('switch on what is off')
  .action((host: string) => powerOn(handHost(hostNumber(host))));

program
  .command('fault <host> <name>')
  .description(Object.keys(faults).join(', '))
  .action(async (host: string, name: string) => {
    const fault = faults[name];
    if (!fault) throw new Error(`No fault is called ${name}. There are: ${Object.keys(faults).join(', ')}.`);
    await fault(handFaults(handHost(hostNumber(host))));
  });

const registry = program.command('registry').description("turn a switch of a host's registry");
registry
  .command('tag <host> <tag> <image>')
  .description(`what a tag stands for: ${imageNames.join(', ')}`)
  .action((host: string, tag: string, image: string) =>
    createRegistryControl(handHost(hostNumber(host))).tag(tag, oneOf(imageNames, image)),
  );
registry
  .command('fault <host> <name>')
  .description(registryFaults.join(', '))
  .action((host: string, name: string) => {
    const fault = oneOf(registryFaults, name);
    return createRegistryControl(handHost(hostNumber(host))).fault(
      fault === 'none' ? null : (fault satisfies RegistryFault),
    );
  });

program
  .command('down')
  .description('remove all hosts, and all that is left of killed ones')
  .option('--all', 'hosts of test runs that are going on, too', false)
  .option('--tests', 'only what test runs have left; hosts brought up by hand stay', false)
  .addOption(new Option('--here', 'in this folder alone').default(false).hideHelp())
  .action(async ({ all, tests, here }: { all: boolean; tests: boolean; here: boolean }) => {
    const { hosts, kept, strays } = await takeDown({ all, hand: !tests });
    say(`Removed ${hosts} hosts${strays > 0 ? ` and ${strays} things that no host had any more` : ''}.`);
    if (kept > 0) say(`${kept} hosts are in use; npm run lab -- down --all removes them too.`);
    if (!here) takeDownOthers();
  });

program.command(SERVE, { hidden: true }).action(async () => {
  await serveRegistries();
  say('ready');
});

/**
 * What killed test runs have left of labs in other folders. What is in use there, or was brought up by hand, stays. A lab inside this
 * one is a test's, and goes with its folder.
 */
function takeDownOthers(): void {
  for (const folder of claimedRanges().keys()) {
    if (folder === labDir()) continue;
    say(`The lab in ${folder}:`);
    const words = [__filename, 'down', '--tests', '--here'];
    const { status } = spawnSync(process.execPath, words, {
      env: { ...process.env, BERTH_LAB_DIR: folder },
      stdio: 'inherit',
    });
    if (status !== 0) process.exitCode = 1;
    else if (folder.startsWith(`${labDir()}/`) && !claimedRanges().has(folder)) rmSync(folder, { recursive: true });
  }
}

async function showStatus(): Promise<void> {
  const hosts = await handStatus();
  if (hosts.length === 0) {
    say('No hosts. npm run lab -- up 3 boots three.');
    return;
  }
  const rows = hosts.map(({ place, isOn, booted }) => [
    String(place.number),
    place.name,
    `${place.address}:${place.port}`,
    place.tier === 1 ? 'small' : 'full',
    isOn ? 'on' : 'off',
    booted,
  ]);
  const table = [['', 'NAME', 'ADDRESS', 'TIER', 'POWER', 'IMAGES'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table)
    say(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}

function hostOptions({ full, composefs, old, manager }: UpOptions): LabHostOptions {
  if (old) return { kind: 'old', manager };
  if (composefs) return { kind: 'full-composefs', manager };
  return { kind: full ? 'full' : 'small', manager };
}

function hostNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= lastNumber) return number;
  throw new InvalidArgumentError(`${text} is not the number of a host: 1 to ${lastNumber}.`);
}

function oneOf<T extends string>(values: readonly T[], text: string): T {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new InvalidArgumentError(`${text} is none of ${values.join(', ')}.`);
  return found;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** EX_UNAVAILABLE of sysexits.h: the lab cannot work here, so there is nothing of it either. */
const UNAVAILABLE = 69;

const missing = whyNotHere();
if (missing !== null) {
  process.stderr.write(`${missing}\n`);
  process.exitCode = UNAVAILABLE;
} else {
  program.parseAsync().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
