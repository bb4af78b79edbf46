/** Which hosts are on a screen: every viewer (a page connection) names its own, the union counts. */
export interface VisibleHosts {
  /** Replaces what this viewer sees; returns the ids that nobody saw before. */
  set(viewer: object, hostIds: readonly string[]): readonly string[];
  has(hostId: string): boolean;
  /** The viewer has gone. */
  remove(viewer: object): void;
}

export function createVisibleHosts(): VisibleHosts {
  const byViewer = new Map<object, ReadonlySet<string>>();
  const has = (hostId: string) => [...byViewer.values()].some((seen) => seen.has(hostId));

  return {
    has,
    set(viewer, hostIds) {
      const fresh = hostIds.filter((id) => !has(id));
      byViewer.set(viewer, new Set(hostIds));
      return fresh;
    },
    remove(viewer) {
      byViewer.delete(viewer);
    },
  };
}
