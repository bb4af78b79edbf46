import type { EtcSide, EtcView } from '../../../shared/model/etc.ts';

/** How a file is shown: all versions, two of them, or as a list of changes to be read one after the other. */
export type FileLayout = 'all' | 'base-local' | 'local-target' | 'base-target' | 'lines';

/** The versions that a layout shows, in their order. */
export function layoutSides(layout: FileLayout, view: EtcView): readonly EtcSide[] {
  if (view === 'drift') return ['base', 'local'];
  switch (layout) {
    case 'base-local':
      return ['base', 'local'];
    case 'local-target':
      return ['local', 'target'];
    case 'base-target':
      return ['base', 'target'];
    case 'all':
    case 'lines':
      return ['base', 'local', 'target'];
  }
}
