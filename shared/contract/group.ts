import * as z from 'zod';
import { GroupSettings } from '../model/group.ts';
import { base } from './errors.ts';

export const group = {
  /** The groups of which something was said; also those that no host belongs to now. */
  list: base.output(z.array(GroupSettings)),
  /** Says it anew for one group. Connections that are open stay as they are. */
  set: base.input(GroupSettings),
};
