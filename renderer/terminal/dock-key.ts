/** Ctrl and the key left of 1, whatever is printed on it. */
export function isDockKey({
  key,
  code,
  ctrlKey,
  shiftKey,
  altKey,
  metaKey,
}: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>): boolean {
  return ctrlKey && !shiftKey && !altKey && !metaKey && (code === 'Backquote' || key === '`');
}
