/**
 * Whether a tool is older than a version, from what it says of its own (`bootc 1.12.0`). One that says nothing that can be read is not:
 * it then says itself that it does not know an option.
 */
export function isOlder(said: string, needs: readonly [number, number, number]): boolean {
  const version = /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(said);
  if (!version) return false;
  for (const [index, least] of needs.entries()) {
    const part = Number(version[index + 1] ?? 0);
    if (part !== least) return part < least;
  }
  return false;
}
