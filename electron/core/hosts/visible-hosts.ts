/** Which hosts are on a screen: every viewer (a page connection) names its own, the union counts. */
export interface VisibleHosts {
  /** Replaces what this viewer sees. `come`: nobody saw them before; `gone`: nobody sees them any more. */
  set(
    viewer: object,
    hostIds: readonly string[],
  ): { readonly come: readonly string[]; readonly gone: readonly string[] };
  has(hostId: string): boolean;
  /** The viewer has gone; returns what nobody sees any more. */
  remove(viewer: object): readonly string[];
}

export function createVisibleHosts(): VisibleHosts {
  const byViewer = new Map<object, ReadonlySet<string>>();
  const has = (hostId: string) => [...byViewer.values()].some((seen) => seen.has(hostId));

  return {
    has,
    set(viewer, hostIds) {
      const before = byViewer.get(viewer) ?? [];
      const come = hostIds.filter((id) => !has(id));
      byViewer.set(viewer, new Set(hostIds));
      return { come, gone: [...before].filter((id) => !has(id)) };
    },
    remove(viewer) {
      const before = byViewer.get(viewer) ?? [];
      byViewer.delete(viewer);
      return [...before].filter((id) => !has(id));
    },
  };
}
