import { InvalidArgumentError, Option, type Command } from 'commander';
import { imageTransports } from '../../shared/parse/image-reference.ts';
import type { HostFacts } from '../../shared/model/host-facts.ts';
import { EtcActPath } from '../../shared/model/etc-act.ts';
import { VerbRequest, verbLimits } from '../../shared/model/verb.ts';
import { deploymentOf, type VerbOptions } from './verb-command.ts';

interface CommonFlags {
  readonly plan: boolean;
  readonly json: boolean;
  readonly yes: boolean;
  readonly name?: string;
}

/** What a command line asks for, but for where it runs. */
export type VerbCall = Omit<VerbOptions, 'isDemo' | 'interrupted'>;

type Ask = (facts: HostFacts) => VerbRequest;

/** Adds a command for every verb to a program. `run` is called with what was asked. */
export function addVerbPrograms(program: Command, run: (call: VerbCall) => Promise<void>): void {
  const add = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .argument('<HOST>', 'which host')
      .option('--plan', 'only print the plan and the pre-flight, and do nothing', false)
      .option('--json', 'the same as one line of JSON', false)
      .option('-y, --yes', 'start without asking, whatever the pre-flight warns of', false)
      .option('--name <name>', 'the name of the host, where its production tag wants it typed');
  const call = (command: string, host: string, flags: CommonFlags, request: Ask) => {
    const plan = flags.json ? 'json' : flags.plan ? 'text' : null;
    return run({ host, request, command: `berth ${command} ${host}`, plan, yes: flags.yes, name: flags.name ?? null });
  };
  const simple = (name: string, description: string, request: VerbRequest) =>
    add(name, description).action((host: string, flags: CommonFlags) => call(name, host, flags, () => request));

  simple('check', 'look for an update; exits 10 when there is none', { verb: 'check' });
  simple('download', 'stage the newest image, and keep the next boot from it', { verb: 'download' });
  simple('apply-download', 'let the next boot apply what was downloaded', { verb: 'apply-download' });
  add('upgrade', 'stage the newest image of a host, after showing what that means')
    .option('--check', 'only look for an update', false)
    .action((host: string, flags: CommonFlags & { readonly check: boolean }) =>
      call('upgrade', host, flags, () => ({ verb: flags.check ? 'check' : 'upgrade' })),
    );
  addSwitch(add('switch', 'stage another image'), call);
  add('rollback', 'let the next boot run the rollback')
    .option('--undo', 'take a queued rollback back', false)
    .action((host: string, flags: CommonFlags & { readonly undo: boolean }) =>
      call('rollback', host, flags, () => ({ verb: flags.undo ? 'undo-rollback' : 'rollback' })),
    );
  simple('unstage', 'delete the staged update', { verb: 'unstage' });
  for (const [verb, description] of [
    ['pin', 'keep a deployment, whatever is booted'],
    ['unpin', 'no longer keep a deployment'],
    ['remove', 'remove a deployment'],
  ] as const) {
    add(verb, description)
      .argument('<DEPLOYMENT>', 'booted, staged, rollback, or the beginning of its id')
      .action((host: string, word: string, flags: CommonFlags) =>
        call(verb, host, flags, (facts) => ({ verb, deployment: deploymentOf(word, facts) })),
      );
  }
  simple('usr-overlay', 'make /usr writable until the next boot', { verb: 'usr-overlay' });
  addKernelArguments(add('kernel-arguments', 'stage a deployment with other kernel arguments'), call);
  add('reboot', 'reboot a host, and prove what it came back on')
    .option('--delay <minutes>', 'so many minutes from now', minutes, 0)
    .option('--message <text>', 'what whoever is logged in reads', '')
    .action((host: string, flags: CommonFlags & { readonly delay: number; readonly message: string }) =>
      call('reboot', host, flags, () => ({ verb: 'reboot', delayMinutes: flags.delay, message: flags.message })),
    );
  simple('soft-reboot', 'start everything but the kernel again', { verb: 'soft-reboot' });
  simple('pause-updates', 'mask the unit that updates the host by itself', { verb: 'pause-updates' });
  simple('resume-updates', 'take that mask away', { verb: 'resume-updates' });
  simple('clean-up', 'remove what no deployment uses any more', { verb: 'clean-up' });
  add('etc-restore', 'make paths of /etc what the booted image ships, so that they follow the image')
    .argument('<PATH...>', 'below /etc, with or without /etc/ in front', etcPath)
    .action((host: string, paths: readonly string[], flags: CommonFlags) =>
      call('etc-restore', host, flags, () => ({
        verb: 'etc',
        files: paths.map((path) => ({ act: 'restore', path, seen: 'found' })),
      })),
    );
}

type Call = (command: string, host: string, flags: CommonFlags, request: Ask) => Promise<void>;

function addSwitch(command: Command, call: Call): void {
  interface SwitchFlags extends CommonFlags {
    readonly transport: string;
    readonly retain: boolean;
    readonly enforceContainerSigpolicy: boolean;
  }
  command
    .argument('<IMAGE>', 'the image, such as quay.io/acme/web:2')
    .addOption(
      new Option('--transport <name>', 'where it comes from').choices([...imageTransports]).default('registry'),
    )
    .option('--retain', 'keep following the ostree ref of before', false)
    .option('--enforce-container-sigpolicy', 'the signature policy of the host must allow it', false)
    .action((host: string, image: string, flags: SwitchFlags) => {
      const enforcePolicy = flags.enforceContainerSigpolicy;
      const signature = enforcePolicy ? 'containerPolicy' : null;
      const reference = { image, transport: flags.transport, signature };
      return call('switch', host, flags, () => ({
        verb: 'switch',
        image: reference,
        retain: flags.retain,
        enforcePolicy,
      }));
    });
}

function addKernelArguments(command: Command, call: Call): void {
  interface ArgumentFlags extends CommonFlags {
    readonly append: readonly string[];
    readonly delete: readonly string[];
  }
  const collect = (value: string, before: readonly string[]) => {
    const fits = VerbRequest.safeParse({ verb: 'kernel-arguments', append: [...before, value], remove: [] }).success;
    if (!fits) throw new InvalidArgumentError('Key or key=value, without blanks but in quotes.');
    return [...before, value];
  };
  command
    .option('--append <argument>', 'add it; may be repeated', collect, [])
    .option('--delete <argument>', 'remove it; may be repeated', collect, [])
    .action((host: string, flags: ArgumentFlags) => {
      if (flags.append.length + flags.delete.length === 0) command.error('error: --append or --delete is needed');
      const [append, remove] = [[...flags.append], [...flags.delete]];
      return call('kernel-arguments', host, flags, () => ({ verb: 'kernel-arguments', append, remove }));
    });
}

/** One more path. */
function etcPath(text: string, before: readonly string[] = []): readonly string[] {
  const path = EtcActPath.safeParse(text.replace(/^\/etc\//, '').replace(/\/$/, ''));
  if (!path.success) throw new InvalidArgumentError('A path below /etc.');
  return [...before, path.data];
}

function minutes(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (number < 0 || number > verbLimits.delayMinutes) throw new InvalidArgumentError('Whole minutes, a day at most.');
  return number;
}
