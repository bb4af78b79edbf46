import { homedir, hostname, userInfo } from 'node:os';
import type { SshConfigFiles, SshFiles } from '../default-paths.ts';
import type { SshRouter } from '../ssh/ssh-route.ts';
import { hasKerberosTicket, readKeyTraits } from './key-traits.ts';
import type { Workstation } from './route-from-options.ts';
import { createSshConfig, type SshConfig } from './ssh-config.ts';
import { createSshRouter } from './ssh-router.ts';

/** The ssh configuration of this workstation: what stands in it, and where it leads. */
export interface OpenedSshConfig {
  readonly config: SshConfig;
  readonly router: SshRouter;
}

/** Opens the configuration that `files` names, for `user` on this machine. Nothing is read before it is needed. */
export function openSshConfig(
  files: SshConfigFiles,
  ssh: SshFiles,
  user: string,
  env: NodeJS.ProcessEnv = process.env,
): OpenedSshConfig {
  const home = homedir();
  const { userFile, systemFile, systemFolder } = files;
  const config = createSshConfig({ userFile, systemFile: files.isUsual ? systemFile : null, systemFolder, home }, env);
  const workstation: Workstation = {
    home,
    user,
    userId: userInfo().uid,
    name: hostname(),
    env,
    agentSocket: ssh.agentSocket,
    defaultKeyFiles: ssh.defaultKeyFiles,
    // ssh reads the second of each as well, a relic of its second protocol.
    userKnownHosts: [ssh.userKnownHosts, `${ssh.userKnownHosts}2`],
    globalKnownHosts: ssh.systemKnownHosts.flatMap((file) => [file, `${file}2`]),
    keyTraits: readKeyTraits,
    hasKerberosTicket: () => hasKerberosTicket(env),
  };
  return {
    config,
    router: createSshRouter({ config, sshProgram: files.program, isUsual: files.isUsual, workstation }),
  };
}
