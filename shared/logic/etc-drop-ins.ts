import type { EtcPath } from '../model/etc.ts';
import { diffLines } from './line-diff.ts';
import { linesOf } from './line-merge.ts';

/** A file of single settings that a daemon reads beside its main file. */
export interface DropIn {
  readonly path: EtcPath;
  readonly content: string;
}

/**
 * A main file whose daemon reads drop-ins. `includes`: what the main file itself must say for that, where it is not built in.
 * `cannot`: lines that mean something else in a file of their own. `isFirst`: the first setting wins, and not the last.
 */
interface Daemon {
  readonly main: RegExp;
  readonly folder: (main: EtcPath, text: string) => string | null;
  readonly suffix: string;
  readonly hasSections: boolean;
  readonly isFirst?: boolean;
  readonly cannot?: RegExp;
}

const always = (folder: string) => () => folder;
const where = (said: RegExp, folder: string) => (_: EtcPath, text: string) => (said.test(text) ? folder : null);

/** Where daemons look for drop-ins, as their manuals say. */
const DAEMONS: readonly Daemon[] = [
  {
    main: /^ssh\/sshd_config$/,
    folder: where(/^\s*Include\s+\/etc\/ssh\/sshd_config\.d\/\*\.conf/im, 'ssh/sshd_config.d'),
    suffix: '.conf',
    hasSections: false,
    isFirst: true,
    cannot: /^\s*Match\b/i,
  },
  {
    main: /^ssh\/ssh_config$/,
    folder: where(/^\s*Include\s+\/etc\/ssh\/ssh_config\.d\/\*\.conf/im, 'ssh/ssh_config.d'),
    suffix: '.conf',
    hasSections: false,
    isFirst: true,
    cannot: /^\s*(?:Host|Match)\b/i,
  },
  { main: /^sysctl\.conf$/, folder: always('sysctl.d'), suffix: '.conf', hasSections: false },
  {
    main: /^systemd\/(?:journald|logind|system|user|resolved|timesyncd|coredump|networkd|homed|oomd|sleep|pstore)\.conf$/,
    folder: (main) => `${main}.d`,
    suffix: '.conf',
    hasSections: true,
  },
  {
    main: /^NetworkManager\/NetworkManager\.conf$/,
    folder: always('NetworkManager/conf.d'),
    suffix: '.conf',
    hasSections: true,
  },
  // Debian's has confdir; what others say of their own folder is looked up.
  {
    main: /^(?:chrony\/)?chrony\.conf$/,
    folder: (_, text) => /^\s*confdir\s+\/etc\/(\S+?)\/?\s*$/m.exec(text)?.[1] ?? null,
    suffix: '.conf',
    hasSections: false,
  },
  {
    main: /^rsyslog\.conf$/,
    folder: where(/^\s*(?:\$IncludeConfig\s+|include\(file=")\/etc\/rsyslog\.d\/\*\.conf/m, 'rsyslog.d'),
    suffix: '.conf',
    hasSections: false,
  },
  { main: /^security\/limits\.conf$/, folder: always('security/limits.d'), suffix: '.conf', hasSections: false },
];

/** Comments and empty lines set nothing. */
const SETS_NOTHING = /^\s*(?:[#;].*)?$/;
const SECTION = /^\s*\[.*\]\s*$/;

/**
 * A drop-in that says what was changed in a main file, so that the image's own version of that goes on coming. Null where that is not
 * possible: the daemon has none, a setting was taken away, or there are blocks in which it may stand.
 */
export function dropInFor(path: EtcPath, base: string, local: string): DropIn | null {
  const daemon = DAEMONS.find(({ main }) => main.test(path));
  const folder = daemon?.folder(path, base) ?? null;
  if (!daemon || folder === null) return null;
  const [before, after] = [linesOf(base), linesOf(local)].map((lines) =>
    lines.map((line) => line.replace(/\r?\n$/, '')),
  );
  if (!before || !after) return null;
  if (after.some((line) => daemon.cannot?.test(line))) return null;
  const added: string[] = [];
  let last = '';
  for (const { a, b } of diffLines(before, after)) {
    const settings = after.slice(b.from, b.to).filter((line) => !SETS_NOTHING.test(line));
    const gone = before.slice(a.from, a.to).filter((line) => !SETS_NOTHING.test(line));
    // What was set before has to be set again, else it stays.
    if (gone.some((line) => !SECTION.test(line) && !settings.some((other) => keyOf(other) === keyOf(line))))
      return null;
    for (let at = b.from; at < b.to; at += 1) {
      const line = after[at] ?? '';
      if (SETS_NOTHING.test(line) || SECTION.test(line)) continue;
      const section = daemon.hasSections ? sectionAt(after, at) : '';
      if (section !== last && section !== '') added.push(section);
      last = section;
      added.push(line);
    }
  }
  if (added.length === 0) return null;
  const order = daemon.isFirst ? '10' : '90';
  return { path: `${folder}/${order}-local${daemon.suffix}`, content: `${added.join('\n')}\n` };
}

/** The name of a setting: what is before `=` or white space, as its daemon compares it. */
function keyOf(line: string): string {
  return (/^\s*([^\s=]+)/.exec(line)?.[1] ?? '').toLowerCase();
}

function sectionAt(lines: readonly string[], at: number): string {
  return (
    lines
      .slice(0, at)
      .findLast((line) => SECTION.test(line))
      ?.trim() ?? ''
  );
}
