/** An account as a line of sysusers.d(5); `isPerson`: one that logs in, as far as its number says. */
export interface SysusersLine {
  readonly name: string;
  readonly line: string;
}

/** The first number of people (login.defs(5), UID_MIN). */
const FIRST_PERSON = 1000;
const NAME = /^[a-z_][a-z0-9_.-]{0,30}\$?$/i;
const NUMBER = /^\d{1,10}$/;

/**
 * What was added to passwd and group on a host, for sysusers.d(5): groups with their numbers, users with numbers, home and shell, and
 * who is in which group. Lines that cannot be said there are left out; what was changed or taken away is not looked at.
 */
export function sysusersOf(passwd: AccountsText, group: AccountsText): readonly string[] {
  const users = addedLines(passwd).flatMap(userLine);
  const groups = addedLines(group).flatMap(([name = '', , gid = '']) =>
    NAME.test(name) && NUMBER.test(gid) ? [`g ${name} ${gid}`] : [],
  );
  return [...groups, ...users, ...memberLines(group)];
}

/** A file of accounts as the image ships it and as it is here. */
export interface AccountsText {
  readonly base: string;
  readonly local: string;
}

/** Numbers of users that people have, and services not: they have passwords and files of their own, which no image has. */
export function people(passwd: AccountsText): readonly string[] {
  return addedLines(passwd).flatMap(([name = '', , uid = '']) =>
    NUMBER.test(uid) && Number(uid) >= FIRST_PERSON ? [name] : [],
  );
}

function userLine([name = '', , uid = '', gid = '', gecos = '', home = '', shell = '']: readonly string[]): string[] {
  if (!NAME.test(name) || !NUMBER.test(uid) || !NUMBER.test(gid)) return [];
  const words = [gecos, home, shell].map((text) => (text === '' ? '-' : quote(text)));
  return [`u ${name} ${uid}:${gid} ${words.join(' ')}`.replace(/(?: -)+$/, '')];
}

/** In quotes, as sysusers.d(5) reads them; `%` begins a specifier there. */
function quote(text: string): string {
  const plain = text.replaceAll('%', '%%');
  return /^[\w/.,:%+-]+$/.test(plain) ? plain : `"${plain.replaceAll(/["\\]/g, '\\$&')}"`;
}

function memberLines({ base, local }: AccountsText): string[] {
  const before = new Map(fieldsOf(base).map(([name = '', , , members = '']) => [name, new Set(members.split(','))]));
  return fieldsOf(local).flatMap(([name = '', , , members = '']) =>
    members
      .split(',')
      .filter((member) => NAME.test(member) && NAME.test(name) && !before.get(name)?.has(member))
      .map((member) => `m ${member} ${name}`),
  );
}

/** Lines whose names the image does not have. */
function addedLines({ base, local }: AccountsText): string[][] {
  const known = new Set(fieldsOf(base).map(([name]) => name));
  return fieldsOf(local).filter(([name]) => !known.has(name));
}

function fieldsOf(text: string): string[][] {
  return text.split('\n').flatMap((line) => (line === '' || /^[#+-]/.test(line) ? [] : [line.split(':')]));
}
