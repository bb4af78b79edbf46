import type { Command } from 'commander';

/** Adds `ssh` to a program. */
export function addSshProgram(program: Command, run: (host: string) => Promise<void>): void {
  program
    .command('ssh')
    .description('open a shell on a host at this terminal, by the way that Berth has there')
    .argument('<HOST>', 'which host')
    .addHelpText(
      'after',
      `
Enter ~. leaves a shell that does not answer any more; Enter ~~ types one tilde. All other keys go to the host, Ctrl-C too.
Exit codes: that of the shell; 128 and more when a signal ended it; 255 when the connection was lost.`,
    )
    .action((host: string) => run(host));
}
