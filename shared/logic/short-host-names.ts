/** Names of hosts without the domain that all of them share: `web-01`, `db-01.fra`. A name by itself loses its domain; none becomes empty, and no two the same. */
export function shortHostNames(names: readonly string[]): readonly string[] {
  const labels = names.map((name) => name.split('.'));
  const most = Math.min(...labels.map(({ length }) => length)) - 1;
  let shared = 0;
  while (shared < most && new Set(labels.map((each) => each.at(-1 - shared))).size === 1) shared += 1;
  const short = labels.map((each) => each.slice(0, each.length - shared).join('.'));
  return new Set(short).size === new Set(names).size ? short : names;
}
