import { expect } from 'vitest';
import type { LabHost, RunOptions } from '../../../support/lab.ts';

/** What root's command on a host says, without the last line break. It must succeed. */
export async function ask(host: LabHost, command: string, options?: RunOptions): Promise<string> {
  const { stdout, stderr, code } = await host.run(command, options);
  expect(code, `${command}\n${stdout}${stderr}`).toBe(0);
  return stdout.trimEnd();
}

/** A kind of thing in the file system, its mode and what is in it; see `SHOW`. */
export type Shown = string;

const SHOW = `
show() {
  if [ -L "$1" ]; then echo "link to $(readlink "$1")"
  elif [ -d "$1" ]; then echo "folder $(stat -c %a "$1"): $(ls -A "$1" | tr '\\n' ' ')"
  elif [ -f "$1" ]; then echo "file $(stat -c %a "$1"): $(cat "$1")"
  elif [ -e "$1" ]; then stat -c %F "$1"
  else echo nothing
  fi
}
while IFS= read -r path; do printf '%s\\0' "$(show "$path")"; done
`;

/**
 * What is at each of the paths: `nothing`, `file 644: <text>`, `folder 755: <names>`, `link to <target>`, or what stat(1) calls it.
 * All in one connection.
 */
export async function look(
  host: LabHost,
  folder: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Shown>> {
  const input = paths.map((path) => `${folder}/${path}\n`).join('');
  const said = (await ask(host, SHOW, { input })).split('\0');
  return new Map(paths.map((path, place) => [path, said[place]!.trimEnd()]));
}

/** `ostree admin config-diff` as path → letter, without what is every host's own. */
export async function configDiff(host: LabHost): Promise<Readonly<Record<string, string>>> {
  const lines = (await ask(host, 'ostree admin config-diff')).split('\n').map((line) => line.split(/ {4}/));
  const own = /^(hosts|hostname|machine-id|\.updated|containers(\/.*)?|ssh\/ssh_host_.*)$/;
  return Object.fromEntries(lines.flatMap(([letter, path]) => (path && !own.test(path) ? [[path, letter!]] : [])));
}
