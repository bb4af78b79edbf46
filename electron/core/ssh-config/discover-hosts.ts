import { isAlias } from '../../../shared/parse/ssh-alias.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { sourceLimits, type Discovery, type FoundHost, type SourceProblem } from '../../../shared/model/source.ts';
import { isPattern, matchesHostLine } from '../../../shared/parse/ssh-config-patterns.ts';
import type { ConfigFile, LoadedConfig } from './config-files.ts';

/** The patterns of a `Host` line that an Include stands below; null: below none, or below a `Match`, which only ssh can judge. */
type Guard = readonly string[] | null;

/**
 * The hosts of the ssh configuration: every name of a `Host` line, where it stands first. Nothing is resolved. Patterns and `Match`
 * lines are told apart; a name in a file that ssh would only read for other hosts is none.
 */
export function discoverSshHosts(config: LoadedConfig): Discovery {
  const hosts = new Map<string, FoundHost>();
  const leftOut: Discovery['leftOut'] = [];
  const problems: SourceProblem[] = [...config.problems];
  // Of a file that is included twice, the second time says nothing new.
  const told = new Set<string>();

  function walk(file: ConfigFile, guards: readonly Guard[]): void {
    let here: Guard = null;
    for (const { line, keyword, words, rest } of file.lines) {
      const at = { file: file.path, line };
      const isNew = !told.has(`${line} ${file.path}`);
      if (keyword === 'include') {
        for (const included of file.includes.get(line) ?? []) walk(included, [...guards, here]);
      } else if (keyword === 'match') {
        here = null;
        if (isNew) leftOut.push({ ...at, text: `Match ${rest}` });
      } else if (keyword === 'host') {
        here = words;
        for (const name of words) {
          if (isPattern(name)) {
            if (isNew) leftOut.push({ ...at, text: name });
          } else if (hosts.size >= sourceLimits.hosts) {
            problems.push({
              ...at,
              failure: failure('source.too-large', { detail: `more than ${sourceLimits.hosts} hosts` }),
            });
            return;
          } else if (!hosts.has(name) && guards.every((guard) => guard === null || matchesHostLine(name, guard))) {
            hosts.set(name, found(name, at));
          }
        }
      }
      told.add(`${line} ${file.path}`);
    }
  }
  for (const root of config.roots) walk(root, []);
  return { hosts: [...hosts.values()], leftOut, problems, files: [...config.files] };
}

function found(name: string, at: { readonly file: string; readonly line: number }): FoundHost {
  return {
    ...at,
    name,
    // The name is the address: what it stands for is ssh's to say, when it is connected to.
    address: name,
    port: null,
    user: null,
    keyFile: null,
    group: null,
    groups: [],
    hostId: null,
    refusal: isAlias(name) ? null : failure('config.name-refused', { value: name }),
  };
}
